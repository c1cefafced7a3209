"""Which contacts came to a training or a gathering: noted by alias, and what follows from it."""

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone

from buildings.models import Contact, StaffMember, User
from buildings.models.contacts import ContactQuerySet
from notifications.audience import places
from watch.join.contacts import access as contact_access
from watch.join.contacts import gathering, services
from watch.meet import holding
from watch.models import Attendance, Meeting

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Noted:
    """What came of a save: how many came, and how many are trained with it."""

    came: int
    trained: int


def expected(user: User, meeting: Meeting) -> ContactQuerySet:
    """Contacts the meeting was for whom the person may know of; whoever hides from a threat is not among them."""
    inside = places(meeting.audience).order_by().values("pk")
    found = contact_access.contacts(user).open().filter(stairwell__in=inside)
    return found.with_places().order_by("stairwell__sort_key", "role", "pk")


@transaction.atomic
def note(*, meeting: Meeting, staff: StaffMember, came: Collection[Contact], before: Collection[int] = ()) -> Noted:
    """Note who came; `before` are the keys of those noted when the form was shown.

    Only what was ticked or un-ticked since is changed, so two who note at once do not undo each other. Attendance at
    a training completes a confirmed contact's training; taking a tick away never takes a training back. A gathering
    anybody came to is the district's gathering of the year. Raises TooEarly, TooLate.
    """
    found = holding.begun(meeting)
    ticked = {contact.pk for contact in came}
    known = expected(staff.user, found)
    unticked = known.order_by().filter(pk__in=set(before) - ticked)
    Attendance.objects.filter(meeting=found, contact__in=unticked.values("pk")).delete()
    trained = 0
    for contact in came:
        Attendance.objects.get_or_create(meeting=found, contact=contact)
        trained += _train(contact, staff, found)
    if came and found.kind == Meeting.Kind.GATHERING:
        gathering.note_gathered(district=found.district, on=timezone.localdate(found.starts_at))
    if came:
        holding.hold(found)
    log.info("attendance_noted", meeting=found.pk, came=len(ticked), trained=trained, by=staff.user_id)
    return Noted(came=len(ticked), trained=trained)


def _train(contact: Contact, staff: StaffMember, meeting: Meeting) -> bool:
    """Complete the contact's training, where that is their next step."""
    if meeting.kind != Meeting.Kind.TRAINING or contact.state != Contact.State.CONFIRMED:
        return False
    day = timezone.localdate(meeting.starts_at)
    try:
        services.train(contact=contact, staff=staff, training=Contact.Training.MEETING, on=day)
    except services.StepError:
        # A colleague was quicker, or they have moved away: that they came is true all the same.
        return False
    return True
