"""What is public: what a public notice may not say, who it is from, and which earlier ones it refers to."""

import re
import unicodedata
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from buildings.models import District
from notifications.models import Notice

# The names of Sweden's national public warning, in Swedish and in the official English.
_VMA = re.compile(
    r"\bv\W{0,2}m\W{0,2}a\b|viktigt\W+meddelande\W+till\W+allmänheten|important\W+public\W+announcement", re.IGNORECASE
)
NOT_A_VMA = _("A public notice must not look like a VMA, the national public warning. Take those words away.")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def looks_like_vma(words: str) -> bool:
    """Whether the words name the national public warning, in whatever shape of letters."""
    return bool(_VMA.search(unicodedata.normalize("NFKC", words)))


def xml_safe(words: str) -> str:
    """The words without the signs XML 1.0 cannot hold."""
    return _NO_XML.sub("", words)


def origin(notice: Notice) -> str:
    """Who a public notice is from, and what it is not, in the language in use."""
    words = gettext("From %(sender)s through Trappan. This is not a VMA, the national public warning.")
    return words % {"sender": notice.organisation.name}


def earlier(notice: Notice) -> list[Notice]:
    """The published notices this one follows up, however many steps back, the oldest first; one query.

    Others that follow up the same ones are among them when they left before it. One that was never public is not.
    """
    if notice.refers_to_id is None:
        return []
    kin = Notice.objects.filter(organisation=notice.organisation_id, district=notice.district_id)
    linked = kin.filter(Q(refers_to__isnull=False) | Q(followed_by__isnull=False)).distinct()
    found = {each.pk: each for each in linked.select_related("organisation")}
    chain, waiting = {notice.pk}, [notice.pk]
    neighbours: dict[int, list[int]] = {}
    for each in found.values():
        if each.refers_to_id is not None:
            neighbours.setdefault(each.pk, []).append(each.refers_to_id)
            neighbours.setdefault(each.refers_to_id, []).append(each.pk)
    while waiting:
        near = [pk for pk in neighbours.get(waiting.pop(), []) if pk not in chain]
        chain.update(near)
        waiting += near
    before = [found[pk] for pk in chain if pk in found and _was_published_before(found[pk], notice)]
    return sorted(before, key=lambda each: (each.started_at, each.pk))


def _was_published_before(one: Notice, other: Notice) -> bool:
    is_public = one.is_public and one.whole_district and not one.contacts_only
    if one.pk == other.pk or not is_public or one.started_at is None or other.started_at is None:
        return False
    return (one.started_at, one.pk) < (other.started_at, other.pk)


def changed_at(district: District) -> datetime:
    """When what is public in a district last changed: a notice came, was called off, or its time passed.

    The beginning of 1970 when nothing ever was public. One query over the latest hundred.
    """
    latest = Notice.objects.published().filter(district=district).order_by("-started_at")
    times = latest.values_list("started_at", "expires_at", "state", "finished_at")[:100]
    now = timezone.now()
    changes = [datetime.fromtimestamp(0, timezone.get_default_timezone())]
    for started, expires, state, finished in times:
        ended = finished if state == Notice.State.CANCELLED else None
        changes += [when for when in (started, expires, ended) if when and when <= now]
    return max(changes)
