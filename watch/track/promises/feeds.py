"""What comes of a promise, as an Atom feed: one entry a follow-up, under an address that stays."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext, override

from notifications.letters import site_link
from notifications.publishing import xml_safe
from watch.models import FollowUp, Promise
from watch.track.promises import access

AT_MOST = 50
# Ours alone: an entry's id must be the same for ever, whatever the site is called.
NAMESPACE = UUID("7c0a3f6e-6f0b-4a2e-9a57-0d9d5a4cf2b1")


class PromiseFeed(Feed):  # type: ignore[type-arg]
    """The newest follow-ups of a promise, in `?sprak=`, else with Swedish words of ours."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The feed in the language its address names, whoever asks."""
        asked = request.GET.get("sprak", "sv")
        with override(asked if asked in dict(settings.LANGUAGES) else "sv"):
            response = super().__call__(request, *args, **kwargs)
            response.headers["Content-Language"] = get_language() or "sv"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Promise:
        """The promise, or 404."""
        return access.public(kwargs["slug"])

    def title(self, promise: Promise) -> str:
        """What was promised."""
        return xml_safe(promise.title.text)

    def subtitle(self, promise: Promise) -> str:
        """In a few sentences."""
        return xml_safe(promise.summary.text)

    def link(self, promise: Promise) -> str:
        """The promise's page."""
        return site_link("track:promise", promise.slug)

    def feed_guid(self, promise: Promise) -> str:
        """The feed's lasting name."""
        return uuid5(NAMESPACE, f"promise {promise.pk}").urn

    def items(self, promise: Promise) -> Any:
        """What is public, the newest first."""
        found = FollowUp.objects.filter(commitment__promise=promise).published()
        return found.select_related("commitment__promise", "district", "organisation").order_by("-published_at")[
            :AT_MOST
        ]

    def item_title(self, item: Any) -> str:
        """What it was, where and when."""
        where = item.where or (item.district.name if item.district else "")
        words = gettext("%(what)s %(day)s") % {"what": item.get_kind_display(), "day": item.on.isoformat()}
        return xml_safe(f"{words}, {where}" if where else words)

    def item_description(self, item: Any) -> str:
        """What was done, or why not."""
        said = [item.text, gettext("Cancelled: %(why)s") % {"why": item.why} if item.is_cancelled else ""]
        return xml_safe(" ".join(filter(None, said)) or item.commitment.text.text)

    def item_link(self, item: Any) -> str:
        """The promise's page, where it stands."""
        return f"{site_link('track:promise', item.commitment.promise.slug)}#uppfoljning-{item.pk}"

    def item_guid(self, item: Any) -> str:
        """The entry's lasting name."""
        return uuid5(NAMESPACE, f"follow-up {item.pk}").urn

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime:
        """When it was published."""
        at: datetime = item.published_at
        return at

    def item_updateddate(self, item: Any) -> datetime:
        """The same: what is public is never changed."""
        return self.item_pubdate(item)

    def item_author_name(self, item: Any) -> str:
        """Who wrote it down."""
        return item.organisation.name if item.organisation else "Trappan"
