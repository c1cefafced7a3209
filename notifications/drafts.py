"""Writes to drafts: save, throw away, and let go exactly what was read through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from buildings.models import Building, District, Organisation, Stairwell, User
from notifications import publishing, sending
from notifications.errors import Changed
from notifications.models import Notice, NoticeText
from notifications.ready import blanks
from notifications.seal import seal_of
from notifications.wording import check, published_numbers


class NotADraft(Exception):  # noqa: N818 - a state, told to the person as such
    """The notice has been confirmed or taken back, and cannot be changed."""


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
    not_before: datetime | None = None
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
    draft.expires_at, draft.not_before, draft.is_public = words.expires_at, words.not_before, words.is_public
    if draft.refers_to:
        # A correction is for the same kind of readers: nothing told to contacts alone gets out by correcting it.
        draft.contacts_only = draft.refers_to.contacts_only
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
    if is_marked(draft):
        raise Blocked
    texts = _all_words(draft)
    if blanks.left(*texts):
        raise Unfilled
    if draft.is_public and any(publishing.looks_like_vma(words) for words in texts):
        raise LooksLikeVma
    return sending.confirm(notice=draft, user=user)


def _all_words(notice: Notice) -> list[str]:
    return [words for pair in notice.texts.values_list("title", "body") for words in pair]


def is_marked(notice: Notice) -> bool:
    """Whether the personal-data guard marks anything in one of its texts."""
    published = published_numbers()
    return any(check(words, published) for words in _all_words(notice))


def _locked(notice: Notice) -> Notice:
    found = Notice.objects.select_for_update().filter(pk=notice.pk, state=Notice.State.DRAFT).first()
    if found is None:
        raise NotADraft
    return found
