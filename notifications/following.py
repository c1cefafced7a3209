"""What follows a told notice: a correction that takes its place, or a calling off.

A thread is a line: a notice is corrected at most once at a time, then its correction can be corrected, and so on; the
database holds it (`one_notice_follows_another`). Whoever comes second is led to what the first one made.
"""

from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from buildings.models import User
from notifications import audience
from notifications.doorbell import ring
from notifications.drafts import Blocked
from notifications.errors import Overtaken, TooManyForOwnWords
from notifications.models import Notice, NoticeText
from notifications.outbox import stop
from notifications.reference_words import called_off_body, called_off_title
from notifications.times import FOLLOWING_SHOWN
from notifications.wording import check, published_numbers

log = structlog.get_logger(__name__)


class ReadyWords(NamedTuple):
    """Title and text of a calling off in one language."""

    language: str
    name: str
    title: str
    body: str


def correction_of(*, notice: Notice, user: User) -> Notice:
    """The draft that corrects the notice: a new one with its words and audience, or the one already begun.

    Raises Overtaken when the notice has been replaced or called off meanwhile.
    """
    try:
        with transaction.atomic():
            return begun_correction(notice) or _begin(notice, user)
    except IntegrityError:
        begun = begun_correction(notice)
        if begun is None:
            raise Overtaken from None
        return begun


def begun_correction(notice: Notice) -> Notice | None:
    """The correction somebody has begun or sent already."""
    corrections = Notice.objects.filter(refers_to=notice, reference=Notice.Reference.CORRECTS)
    return corrections.exclude(state=Notice.State.CANCELLED).first()


def _begin(notice: Notice, user: User) -> Notice:
    notice.refresh_from_db(fields=["state", "replaced_at", "stopped"])
    if not notice.may_be_followed:
        raise Overtaken
    draft = _following(notice, user, Notice.Reference.CORRECTS)
    draft.expires_at = max(notice.expires_at, timezone.now() + FOLLOWING_SHOWN)
    draft.save()
    draft.buildings.set(notice.buildings.all())
    draft.stairwells.set(notice.stairwells.all())
    for text in notice.texts.all():
        NoticeText.objects.create(notice=draft, language=text.language, title=text.title, body=text.body)
    log.info("correction_begun", notice=draft.pk, corrects=notice.pk, by=user.pk)
    return draft


def _following(notice: Notice, user: User | None, reference: str) -> Notice:
    """A notice like this one that refers to it, not saved yet."""
    return Notice(
        organisation=notice.organisation,
        author=user,
        kind=notice.kind,
        urgency=notice.urgency,
        district=notice.district,
        whole_district=notice.whole_district,
        contacts_only=notice.contacts_only,
        is_public=notice.is_public,
        refers_to=notice,
        reference=reference,
        origin_id=notice.origin_id or notice.pk,
        companion=notice.companion,
    )


def own_words_allowed(notice: Notice, told: int) -> bool:
    """Whether who calls it off may add words of their own: not to more people than one person may write to alone."""
    limit = notice.organisation.approval_above
    return limit is None or told <= limit or notice.is_alert


@transaction.atomic
def call_off(
    *, notice: Notice, user: User | None, own_words: dict[str, str], instead: "list[ReadyWords] | None" = None
) -> Notice:
    """Stop a told notice at once and tell those it has reached, nobody else; the notice that tells them.

    `own_words` are the sender's own by language, after the ready ones; a companion says `instead` of the ready words
    what is called off. Raises Overtaken when somebody was quicker,
    Blocked by the personal-data guard, TooManyForOwnWords.
    """
    now = timezone.now()
    published = published_numbers()
    if any(check(words, published) for words in own_words.values()):
        raise Blocked
    standing = Notice.objects.standing().filter(pk=notice.pk, expires_at__gt=now)
    if not standing.exclude(reference=Notice.Reference.CANCELS).update(
        state=Notice.State.CANCELLED, stopped=Notice.Stopped.CALLED_OFF, finished_at=now
    ):
        raise Overtaken
    if any(own_words.values()) and not own_words_allowed(notice, audience.people(audience.told_of(notice))):
        raise TooManyForOwnWords
    rows = stop.skip_waiting(Notice.objects.filter(pk=notice.pk), stop.CANCELLED)
    word = _following(notice, user, Notice.Reference.CANCELS)
    word.state, word.confirmed_at, word.confirmed_by, word.send_at = Notice.State.SCHEDULED, now, user, now
    word.expires_at = max(notice.expires_at, now + FOLLOWING_SHOWN)
    word.save()
    word.buildings.set(notice.buildings.all())
    word.stairwells.set(notice.stairwells.all())
    _write_texts(word, ready_words(notice) if instead is None else instead, own_words)
    notice.refresh_from_db(fields=["state", "stopped", "finished_at"])
    log.info("notice_called_off", notice=notice.pk, told_by=word.pk, rows=rows, by=user.pk if user else None)
    ring("notifications.start_due", queue=word.queue)
    return word


def ready_words(notice: Notice) -> list[ReadyWords]:
    """What those who have got the notice are told when it is called off, in every language."""
    words = []
    for language, name in settings.LANGUAGES:
        with translation.override(language):
            title, body = called_off_title(notice, language), called_off_body(notice)
        words.append(ReadyWords(language, name, title[:90], body))
    return words


def _write_texts(word: Notice, texts: list[ReadyWords], own_words: dict[str, str]) -> None:
    for ready in texts:
        body = "\n\n".join(filter(None, [ready.body, own_words.get(ready.language)]))
        NoticeText.objects.create(notice=word, language=ready.language, title=ready.title, body=body)


def reminder_of(*, notice: Notice, texts: list[ReadyWords], expires_at: datetime) -> Notice:
    """Say again what a standing notice said, to its audience and everyone its thread has reached; leaves at once."""
    now = timezone.now()
    reminder = _following(notice, None, Notice.Reference.REMINDS)
    # It changes nothing and takes no notice's place, so it is bound to the thread alone.
    reminder.refers_to, reminder.is_public, reminder.expires_at = None, False, expires_at
    reminder.state, reminder.confirmed_at, reminder.send_at = Notice.State.SCHEDULED, now, now
    # What more than one person must agree to was agreed to when the notice itself was sent.
    reminder.approved_by, reminder.confirmed_by = notice.approved_by, notice.confirmed_by
    reminder.save()
    reminder.buildings.set(notice.buildings.all())
    reminder.stairwells.set(notice.stairwells.all())
    _write_texts(reminder, texts, {})
    log.info("reminder_made", notice=reminder.pk, of=notice.pk)
    ring("notifications.start_due", queue=reminder.queue)
    return reminder


def end_reminders(notice: Notice) -> None:
    """What the thread's reminders said no longer holds: those on their way stop, those told are replaced."""
    now = timezone.now()
    reminders = Notice.objects.thread_of(notice).filter(reference=Notice.Reference.REMINDS)
    reminders.filter(state=Notice.State.SCHEDULED).update(
        state=Notice.State.CANCELLED, stopped=Notice.Stopped.OVERTAKEN, finished_at=now
    )
    told = reminders.standing()
    stop.skip_waiting(told, stop.REPLACED)
    told.update(state=Notice.State.SENT, replaced_at=now, finished_at=Coalesce(F("finished_at"), now))


def prolong(*, notice: Notice, until: datetime) -> None:
    """Let a told notice count until then, when what it tells of turns out to last longer."""
    Notice.objects.filter(pk=notice.pk, expires_at__lt=until).update(expires_at=until)
    notice.refresh_from_db(fields=["expires_at"])
