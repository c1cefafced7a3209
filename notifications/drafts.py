"""Writes to drafts: save, throw away, and let go exactly what was read through."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from buildings.models import Building, District, Organisation, Stairwell, User
from notifications import publishing, sending
from notifications.models import Notice, NoticeText
from notifications.ready import blanks
from notifications.wording import check, published_numbers


class NotADraft(Exception):  # noqa: N818 - a state, told to the person as such
    """The notice has been confirmed or taken back, and cannot be changed."""


class Changed(Exception):  # noqa: N818
    """Somebody has changed the draft since it was read through."""


class Blocked(Exception):  # noqa: N818
    """The personal-data guard has marked something in one of the texts."""


class Unfilled(Exception):  # noqa: N818
    """A blank of a ready-made notice still stands in one of the texts."""


class LooksLikeVma(Exception):  # noqa: N818
    """A public notice uses the words of the national public warning."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a draft holds; texts are title and body by language, Swedish always among them."""

    kind: str
    urgency: str
    district: District
    whole_district: bool
    buildings: Iterable[Building]
    stairwells: Iterable[Stairwell]
    contacts_only: bool
    is_public: bool
    expires_at: datetime
    texts: dict[str, tuple[str, str]]


@transaction.atomic
def save_draft(*, organisation: Organisation, author: User, words: Words, notice: Notice | None = None) -> Notice:
    """Save a new draft, or new words in an old one. Marked words are saved too: only confirming is blocked.

    Raises NotADraft when the notice has been confirmed meanwhile.
    """
    draft = Notice(organisation=organisation) if notice is None else _locked(notice)
    draft.author = author
    draft.kind, draft.urgency, draft.district = words.kind, words.urgency, words.district
    draft.whole_district, draft.contacts_only = words.whole_district, words.contacts_only
    draft.is_public, draft.expires_at = words.is_public, words.expires_at
    draft.save()
    draft.buildings.set([] if words.whole_district else words.buildings)
    draft.stairwells.set([] if words.whole_district else words.stairwells)
    draft.texts.exclude(language__in=words.texts).delete()
    for language, (title, body) in words.texts.items():
        NoticeText.objects.update_or_create(notice=draft, language=language, defaults={"title": title, "body": body})
    return draft


@transaction.atomic
def delete_draft(*, notice: Notice) -> None:
    """Throw a draft away. Raises NotADraft when it has been confirmed meanwhile."""
    _locked(notice).delete()


def seal_of(notice: Notice) -> str:
    """A fingerprint of everything a reader of the review page sees, so the same thing is confirmed as was read."""
    texts = sorted(notice.texts.values_list("language", "title", "body"))
    places = [
        sorted(notice.buildings.values_list("pk", flat=True)),
        sorted(notice.stairwells.values_list("pk", flat=True)),
    ]
    readers = [notice.whole_district, notice.contacts_only, notice.is_public]
    rest = [notice.kind, notice.urgency, notice.district_id, *readers]
    content = json.dumps([texts, places, rest, notice.expires_at.isoformat()])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


@transaction.atomic
def confirm_draft(*, notice: Notice, user: User, seen: str) -> Notice:
    """Let a draft leave as it was read through; `seen` is the `seal_of` the review page showed.

    A second press changes nothing. Raises Changed, Blocked, Unfilled, LooksLikeVma, or what `sending.confirm` raises.
    """
    try:
        draft = _locked(notice)
    except NotADraft:
        notice.refresh_from_db()
        return notice
    if seal_of(draft) != seen:
        raise Changed
    published = published_numbers()
    texts = _all_words(draft)
    if any(check(words, published) for words in texts):
        raise Blocked
    if blanks.left(*texts):
        raise Unfilled
    if draft.is_public and any(publishing.looks_like_vma(words) for words in texts):
        raise LooksLikeVma
    return sending.confirm(notice=draft, user=user)


def _all_words(notice: Notice) -> list[str]:
    return [words for pair in notice.texts.values_list("title", "body") for words in pair]


def _locked(notice: Notice) -> Notice:
    found = Notice.objects.select_for_update().filter(pk=notice.pk, state=Notice.State.DRAFT).first()
    if found is None:
        raise NotADraft
    return found
