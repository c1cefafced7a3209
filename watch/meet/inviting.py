"""Telling people of a meeting: the invitation, what has changed, that it is cancelled. Always by notices.

The notices about a meeting are one thread (`notifications.following`): a change corrects what was told last and so
reaches its own audience and everyone told before, a cancellation calls it off and reaches only those. A notice that
has not left yet is written anew instead. Each step is one transaction, with the meeting's row locked.
"""

import structlog
from django.db import transaction
from django.utils import timezone

from buildings.models import User
from notifications import drafts, errors, following, sending
from notifications.following import ReadyWords
from notifications.models import Notice, NoticeText
from watch.meet import planning, reminding, words
from watch.meet.errors import Changed, InThePast, Marked, NobodyInvited, TooLate
from watch.meet.facts import Facts
from watch.meet.planning import Plan, locked, version_of
from watch.models import Meeting, PublicVersion, Telling, Venue

log = structlog.get_logger(__name__)

What = Telling.What
COMPANION = "meeting"
NOT_LEFT = (Notice.State.DRAFT, Notice.State.AWAITING, Notice.State.SCHEDULED)


@transaction.atomic
def invite(*, meeting: Meeting, user: User, seen: str = "") -> Meeting:
    """Plan the draft for certain and invite everyone it is meant for; a second press changes nothing.

    A round from door to door is planned without inviting anybody. Raises InThePast, NobodyInvited, Marked, TooLate,
    Changed when it is not as it was `seen` (`planning.version_of`), or what `sending.confirm` raises (NoApprover).
    """
    draft = locked(meeting)
    if draft.state == Meeting.State.PLANNED and _newest(draft) is not None:
        return draft
    if seen and version_of(draft) != seen:
        raise Changed
    if draft.has_begun:
        raise InThePast
    draft.state, draft.planned_at = Meeting.State.PLANNED, draft.planned_at or timezone.now()
    draft.save(update_fields=["state", "planned_at"])
    if draft.kind != Meeting.Kind.DOOR_KNOCK:
        _invite(draft, user)
        reminding.schedule(meeting=draft)
    PublicVersion.objects.grow()
    log.info("meeting_planned", meeting=draft.pk, by=user.pk)
    return draft


@transaction.atomic
def change(*, meeting: Meeting, plan: Plan, user: User, seen: str = "") -> Meeting:
    """Save new facts of a planned meeting and tell those who were told, and whoever is meant now.

    Raises InThePast when it would be moved into the past, and what `invite` raises.
    """
    if plan.starts_at <= timezone.now():
        raise InThePast
    before = locked(meeting, seen)
    moved = before.starts_at != plan.starts_at
    changed = planning.save(plan=plan, user=user, meeting=meeting)
    if changed.is_draft:
        return changed
    PublicVersion.objects.grow()
    _tell(changed, user, moved=moved)
    return changed


@transaction.atomic
def move(*, meeting: Meeting, facts: Facts, user: User, venue: Venue | None = None, seen: str = "") -> Meeting:
    """The same for a contact's meeting, of which only time and place can be changed."""
    if facts.starts_at <= timezone.now():
        raise InThePast
    changed = locked(meeting, seen)
    moved = changed.starts_at != facts.starts_at
    for name in Facts.__dataclass_fields__:
        setattr(changed, name, getattr(facts, name))
    changed.venue = venue or changed.venue
    changed.changed_at = timezone.now()
    changed.save()
    if not changed.is_draft:
        _tell(changed, user, moved=moved)
    return changed


@transaction.atomic
def cancel(*, meeting: Meeting, user: User | None) -> Meeting:
    """Cancel a meeting that is not over and tell exactly those who were told; one that nobody knows of just ends.

    `user` is None when Trappan cancels it, because its stairwell was closed. Raises TooLate.
    """
    ended = locked(meeting)
    if ended.is_over and not ended.is_draft:
        raise TooLate
    ended.state, ended.cancelled_at = Meeting.State.CANCELLED, timezone.now()
    ended.sequence += 1
    ended.save(update_fields=["state", "cancelled_at", "sequence"])
    PublicVersion.objects.grow()
    reminding.drop(meeting=ended)
    _stop_unsent(ended)
    standing = _standing(ended)
    if standing is not None:
        following.end_reminders(standing)
        # What people go by may tell of an earlier time that has passed, while the word of the new one was under way.
        following.prolong(notice=standing, until=ended.ends_at)
        texts = words.cancellation(ended)
        word = following.call_off(notice=standing, user=user, own_words={}, instead=texts)
        _note(ended, word, What.CANCELLATION)
    log.info("meeting_cancelled", meeting=ended.pk, by=user.pk if user else None)
    return ended


def sent_back(meeting: Meeting) -> Notice | None:
    """The notice about the meeting that did not leave: a colleague sent it back, or its time or the right ran out."""
    told = meeting.tellings.exclude(what=What.REMINDER).newest_first().first()
    return told.notice if told and told.did_not_leave else None


@transaction.atomic
def tell_again(*, meeting: Meeting, user: User) -> Meeting:
    """Send anew what did not leave (`sent_back`). Raises as `invite` does."""
    found = locked(meeting)
    if found.is_draft or sent_back(found) is None:
        return found
    if found.has_begun:
        raise InThePast
    _tell(found, user, moved=False)
    return found


def _invite(meeting: Meeting, user: User) -> None:
    notice = Notice(organisation=meeting.lead, kind=Notice.Kind.MEETING, companion=COMPANION)
    try:
        _write(meeting, notice, words.invitation(meeting), user)
        _note(meeting, notice, What.INVITATION)
        _let_go(notice, user)
    except NobodyInvited:
        # Anyone may come to a public meeting, so it stands on the public pages although nobody has joined yet.
        if not meeting.is_public:
            raise
        notice.delete()


def _tell(meeting: Meeting, user: User, *, moved: bool) -> None:
    """Tell of the meeting as it is now, in the notice that has not left yet or a correction of the one that has."""
    meeting.sequence += 1
    meeting.save(update_fields=["sequence"])
    if moved:
        reminding.drop(meeting=meeting)
        reminding.schedule(meeting=meeting)
    _stop_unsent(meeting)
    standing = _standing(meeting)
    if standing is None:
        if meeting.kind != Meeting.Kind.DOOR_KNOCK:
            _invite(meeting, user)
        return
    told = Facts.read(Telling.objects.get(notice=standing).facts)
    following.end_reminders(standing)
    correction = following.correction_of(notice=standing, user=user)
    _write(meeting, correction, words.change(meeting, told), user)
    _note(meeting, correction, What.CHANGE)
    _let_go(correction, user)


def _stop_unsent(meeting: Meeting) -> None:
    """Stop notices about the meeting that have not left; one conditional UPDATE, so none leaves half-way."""
    unsent = Notice.objects.filter(pk__in=meeting.tellings.values("notice"), state__in=NOT_LEFT)
    unsent.exclude(reference=Notice.Reference.CANCELS).update(
        state=Notice.State.CANCELLED, stopped=Notice.Stopped.TAKEN_BACK, finished_at=timezone.now()
    )


def _newest(meeting: Meeting) -> Notice | None:
    """The newest notice about the meeting, reminders aside, unless it was stopped before it left."""
    for telling in meeting.tellings.exclude(what=What.REMINDER).newest_first():
        if telling.notice.started_at or telling.notice.state in NOT_LEFT:
            return telling.notice
    return None


def _standing(meeting: Meeting) -> Notice | None:
    """What people have been told last and goes by now."""
    telling = standing_telling(meeting)
    return telling.notice if telling else None


def standing_telling(meeting: Meeting) -> Telling | None:
    """The same with what it says of time and place, in one query."""
    told = meeting.tellings.exclude(what=What.REMINDER).filter(notice__in=Notice.objects.standing().order_by())
    return told.newest_first().first()


def standing_notice(meeting: Meeting) -> Notice | None:
    """The notice people go by now, for who lets newcomers have it."""
    return _standing(meeting)


def _write(meeting: Meeting, notice: Notice, texts: list[ReadyWords], user: User) -> None:
    """The notice as a draft with the meeting's readers and these words."""
    notice.author = user
    notice.district, notice.whole_district = meeting.district, meeting.whole_district
    notice.contacts_only, notice.is_public = meeting.contacts_only, meeting.is_public
    notice.expires_at = meeting.ends_at
    notice.save()
    notice.buildings.set(meeting.buildings.all())
    notice.stairwells.set(meeting.stairwells.all())
    for text in texts:
        content = {"title": text.title, "body": text.body}
        NoticeText.objects.update_or_create(notice=notice, language=text.language, defaults=content)
    if drafts.is_marked(notice):
        raise Marked


def _note(meeting: Meeting, notice: Notice, what: str) -> None:
    kept = Facts.of(meeting).kept()
    Telling.objects.update_or_create(notice=notice, defaults={"meeting": meeting, "what": what, "facts": kept})


def _let_go(notice: Notice, user: User) -> None:
    try:
        sending.confirm(notice=notice, user=user)
    except errors.NoRecipients:
        raise NobodyInvited from None
    except errors.AlreadyExpired:
        raise InThePast from None
    except errors.Overtaken:
        raise TooLate from None
