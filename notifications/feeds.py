"""A district's public notices as Atom feeds: one a language for readers, one that leads to CAP messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaks_filter
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, override

from buildings.models import District
from notifications import access
from notifications.cap import CONTENT_TYPE, identifier
from notifications.letters import site_link
from notifications.models import Notice
from notifications.publishing import changed_at, origin, xml_safe

AT_MOST = 50
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def feed_link(district: District, language: str) -> str:
    """The feed of a district in a language; Swedish is the one without a choice in its address."""
    link = site_link("notices:feed", district.slug)
    return link if language == "sv" else f"{link}?sprak={language}"


class NoticeAtom(Atom1Feed):
    """Atom whose entries say their language, whose links say their type, and that is as new as what is public."""

    def latest_post_date(self) -> datetime:
        """When what is public last changed, also when the last notice went away."""
        changed: datetime = self.feed["changed_at"]
        return changed

    def add_root_elements(self, handler: Any) -> None:
        """The feed's own elements, and where it is in other languages."""
        super().add_root_elements(handler)
        for language, link in self.feed["translations"].items():
            attributes = {"rel": "alternate", "type": "application/atom+xml", "hreflang": language, "href": link}
            handler.addQuickElement("link", "", attributes)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """The language of the entry's own words."""
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The entry, and its CAP message."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("link", "", {"rel": "alternate", "type": CONTENT_TYPE, "href": item["cap_link"]})


@dataclass(frozen=True)
class Place:
    """A district, and the language its feed is read in."""

    district: District
    language: str


class NoticeFeed(Feed):  # type: ignore[type-arg]
    """What is public in a district now, in `?sprak=`; a notice without that language comes in Swedish."""

    feed_type = NoticeAtom
    name = "anslag"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The feed in the language its address names, whoever asks."""
        asked = request.GET.get("sprak", "sv")
        with override(asked if asked in LANGUAGES else "sv"):
            response = super().__call__(request, *args, **kwargs)
            response.headers["Content-Language"] = get_language() or "sv"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Place:
        """The district, or 404."""
        return Place(access.district(kwargs["slug"]), get_language() or "sv")

    def title(self, place: Place) -> str:
        """What the feed is called."""
        return gettext("Public notices in %(district)s") % {"district": xml_safe(place.district.name)}

    def subtitle(self, place: Place) -> str:
        """Who writes in it, and what it is not."""
        return gettext(
            "From the police, the city and landlords through Trappan. These are not VMA, the national public warning."
        )

    def author_name(self, place: Place) -> str:
        """Who answers for the feed; each entry has an author of its own."""
        return "Trappan"

    def link(self, place: Place) -> str:
        """The page the feed is for."""
        return site_link("notices:public_list", place.district.slug)

    def feed_url(self, place: Place) -> str:
        """Where the feed itself is."""
        return feed_link(place.district, place.language)

    def feed_guid(self, place: Place) -> str:
        """The feed's name for ever, whatever the district is called."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{self.name}/{place.district.pk}/{place.language}"

    def feed_extra_kwargs(self, place: Place) -> dict[str, Any]:
        """What NoticeAtom adds to the feed."""
        others = [code for code in LANGUAGES if code != place.language]
        return {
            "changed_at": changed_at(place.district),
            "translations": {code: feed_link(place.district, code) for code in others},
        }

    def items(self, place: Place) -> list[Notice]:
        """The newest notices anyone may read now."""
        return list(access.public_notices(place.district)[:AT_MOST])

    def item_title(self, item: Notice) -> str:
        """The title, as text."""
        return xml_safe(item.text_in().title)

    def item_description(self, item: Notice) -> str:
        """The text as HTML, and who it is from."""
        body = linebreaks_filter(xml_safe(item.text_in().body))
        return format_html("{}<p>{}</p>", body, xml_safe(origin(item)))

    def item_link(self, item: Notice) -> str:
        """The notice's page in the entry's language."""
        return f"{site_link('notices:public', item.public_id)}?text={item.text_in().language}"

    def item_guid(self, item: Notice) -> str:
        """The entry's name for ever, another for each language."""
        return uuid5(item.public_id, item.text_in().language).urn

    def item_author_name(self, item: Notice) -> str:
        """The organisation that sends it."""
        return xml_safe(item.organisation.name)

    def item_pubdate(self, item: Notice) -> datetime | None:
        """When it left."""
        return item.started_at

    def item_updateddate(self, item: Notice) -> datetime | None:
        """When it left: a notice is never changed, but followed by another."""
        return item.started_at

    def item_categories(self, item: Notice) -> list[str]:
        """What it is about."""
        return [item.get_kind_display()]

    def item_extra_kwargs(self, item: Notice) -> dict[str, Any]:
        """What NoticeAtom adds to the entry."""
        return {"language": item.text_in().language, "cap_link": site_link("notices:cap", item.public_id)}


class CapFeed(NoticeFeed):
    """The index of a district's active CAP messages, each named by its identifier; always in Swedish."""

    name = "cap"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The index."""
        with override("sv"):
            response = Feed.__call__(self, request, *args, **kwargs)
        response.headers["Content-Language"] = "sv"
        return response

    def feed_url(self, place: Place) -> str:
        """Where the index itself is."""
        return site_link("notices:cap_index", place.district.slug)

    def feed_extra_kwargs(self, place: Place) -> dict[str, Any]:
        """The same without other languages: each message holds them all."""
        return super().feed_extra_kwargs(place) | {"translations": {}}

    def item_guid(self, item: Notice) -> str:
        """The message's identifier."""
        return identifier(item)
