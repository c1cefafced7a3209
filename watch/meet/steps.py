"""What an organiser can do with a meeting next, whom that reaches, and why a step was not taken."""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import CharField, Count, F, Func, IntegerField, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.models import User
from notifications import approval, audience, errors
from notifications.audience import Audience
from notifications.models import Endpoint, Notice
from notifications.preview import Reach
from watch.meet.errors import Changed, InThePast, Marked, MeetingError, NobodyInvited, TooLate
from watch.meet.inviting import standing_notice
from watch.models import Meeting, Telling

WHY_NOT: dict[type[Exception], Promise] = {
    InThePast: _("The time of the meeting has passed. Choose a new time first."),
    NobodyInvited: _("Nobody has joined where this meeting is meant for, so there is nobody to invite."),
    Marked: _("The words hold a number that points a person out, so they may not be sent. Change them first."),
    TooLate: _("A colleague was quicker: the meeting is not as it was on your page. Look at it as it is now."),
    Changed: _("A colleague has changed the meeting since you opened this page. Read it once more."),
    errors.NoApprover: _(
        "A notice to so many people needs a colleague's yes, and there is no colleague who can give it. "
        "Choose fewer buildings or stairwells, or ask your administrator to invite a colleague."
    ),
}
NOT_TAKEN = (MeetingError, errors.NoApprover)


def why_not(error: Exception) -> str:
    """Why a step was not taken, in a sentence."""
    return str(WHY_NOT[type(error)])


@dataclass(frozen=True)
class Whom:
    """Whom a notice about a meeting reaches, and on which ways; `needs_yes` when a colleague is asked first."""

    numbers: Reach
    ways: list[tuple[str, int]]
    needs_yes: bool

    @classmethod
    def of(cls, meeting: Meeting, meant: Audience) -> Self:
        """Count now; one query."""
        by_channel = audience.reach(meant).order_by().values_list("channel").annotate(Count("pk", distinct=True))
        counted = {
            "people": audience.meant_people(meant),
            "stairwells": audience.places(meant),
            "unreachable": audience.out_of_reach(meant),
        }
        found: dict[str, int] = dict(
            by_channel.union(*(_number(name, rows) for name, rows in counted.items()), all=True)
        )
        numbers = Reach(**{name: found.pop(name) for name in counted})
        names = {channel.value: str(channel.label) for channel in Endpoint.Channel}
        ways = sorted((names.get(channel, channel), many) for channel, many in found.items())
        return cls(numbers, ways, approval.is_needed(Notice(organisation=meeting.lead), numbers.people))


def _number(name: str, rows: "QuerySet[Any]") -> "QuerySet[Any, tuple[str, int]]":
    """One row: the name, and how many rows there are."""
    how_many = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return rows.order_by().values_list(Value(name, output_field=CharField()), how_many)


def with_those_told(meant: Audience, standing: Notice | None) -> Audience:
    """The audience of a change: whoever is meant now, and everyone who was told before."""
    return replace(meant, after=standing.origin_id or standing.pk) if standing else meant


def told_of(meeting: Meeting) -> int:
    """How many people know of the meeting by a notice."""
    standing = standing_notice(meeting)
    return audience.people(audience.told_of(standing)) if standing else 0


def steps_of(user: User, meeting: Meeting) -> dict[str, Any]:
    """What the meeting's page shows its organisers: the state of the newest notice, and the steps there are."""
    is_open = meeting.state in (Meeting.State.DRAFT, Meeting.State.PLANNED)
    told = meeting.tellings.exclude(what=Telling.What.REMINDER).newest_first()
    newest = None if meeting.state == Meeting.State.HELD else told.first()
    back = newest.notice if newest and newest.did_not_leave else None
    is_ahead = is_open and not meeting.has_begun
    reach = scope(user)
    return {
        "newest": newest,
        "back": back if is_ahead else None,
        "sees_progress": reach.organisation is not None and reach.organisation == meeting.lead,
        "may_invite": meeting.is_draft and is_ahead,
        "may_change": meeting.is_draft or is_ahead,
        "may_cancel": meeting.state == Meeting.State.PLANNED and not meeting.is_over,
        "may_copy": reach.staff is not None and not meeting.is_by_contact,
        "is_late": meeting.is_draft and not is_ahead,
    }
