"""Once a year police and city gather a district's contacts; when the year is over their staff are reminded, once."""

import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from buildings.access import MUNICIPALITY, POLICE
from buildings.models import District, StaffMember
from notifications.models import Message
from watch.join.contacts.telling import tell
from watch.join.contacts.todo import A_YEAR


@transaction.atomic
def note_gathered(*, district: District, on: datetime.date) -> None:
    """The district's contacts were gathered on this day; an earlier day than the known one changes nothing."""
    later = Q(contacts_gathered_on=None) | Q(contacts_gathered_on__lt=on)
    District.objects.filter(later, pk=district.pk).update(contacts_gathered_on=on)


def remind() -> int:
    """Remind the staff of each district whose year is over; how many districts."""
    long_ago = timezone.localdate() - A_YEAR
    # Reminded of an earlier year is not reminded of this one.
    not_yet = Q(gathering_reminded_on=None) | Q(gathering_reminded_on__lte=F("contacts_gathered_on"))
    due = District.objects.filter(not_yet, contacts_gathered_on__lte=long_ago)
    return sum(_remind(district, due.filter(pk=district.pk)) for district in due)


@transaction.atomic
def _remind(district: District, still_due: QuerySet[District]) -> bool:
    if not still_due.update(gathering_reminded_on=timezone.localdate()):
        return False
    staff = StaffMember.objects.current().filter(
        organisation__kind__in=(POLICE, MUNICIPALITY), districts=district, accepted_at__isnull=False
    )
    for member in staff.select_related("user"):
        tell(
            user=member.user,
            purpose=Message.Purpose.STEP,
            subject=lambda: gettext("A year since the last gathering in %(district)s") % {"district": district.name},
            words=lambda: (
                gettext(
                    "It is a year since the contacts in %(district)s were gathered. Ask them to come together "
                    "again, and note the day in your to-do list."
                )
                % {"district": district.name}
            ),
            page="track:todo",
        )
    return True
