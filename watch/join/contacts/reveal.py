"""A person's name or number, shown to staff for a reason: written down, and told to the person at once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from buildings.models import Disclosure, StaffMember, Stairwell, User
from buildings.throttle import Throttle
from notifications.models import Message
from watch.join.addresses import as_e164
from watch.join.contacts.telling import tell

REVEALS_A_DAY = 5
DAY = timedelta(days=1)
WHY_NOT = {
    "limit": gettext_lazy("You have seen five names or numbers within a day. That is enough; the operator is told."),
    "nothing": gettext_lazy("There is none to show. Nothing was written down."),
}
REPORTED = Throttle("reveal-reports", limit=1, seconds=24 * 3600)


class RevealError(Exception):
    """Nothing is shown: `limit` (enough for today) or `nothing` (there is no such name or number)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reveal(
    *,
    subject: User,
    what: str,
    reason: str,
    by: StaffMember,
    as_contact: bool = False,
    stairwell: Stairwell | None = None,
) -> str:
    """The person's name or number. Raises RevealError; above the day's number the operator is told of it."""
    shown = _value(subject, what)
    if not shown:
        raise RevealError("nothing")
    if not _write_down(subject, what, reason, by, as_contact=as_contact, stairwell=stairwell):
        _report(by)
        raise RevealError("limit")
    return shown


def _value(subject: User, what: str) -> str:
    if what == Disclosure.What.NAME:
        return subject.name
    return as_e164(subject.phone) if subject.phone and subject.phone_verified else ""


@transaction.atomic
def _write_down(
    subject: User, what: str, reason: str, by: StaffMember, *, as_contact: bool, stairwell: Stairwell | None
) -> bool:
    """The row and the word to the person, or False when the member of staff has seen enough for a day."""
    # One press at a time for each member of staff: two at once must not both be the fifth.
    StaffMember.objects.select_for_update().get(pk=by.pk)
    lately = Disclosure.objects.filter(by=by.user_id, at__gt=timezone.now() - DAY)
    if lately.count() >= REVEALS_A_DAY:
        return False
    Disclosure.objects.create(
        subject=subject,
        by=by.user,
        organisation=by.organisation,
        stairwell=stairwell,
        as_contact=as_contact,
        what=what,
        reason=reason,
    )
    tell(
        user=subject,
        purpose=Message.Purpose.REVEALED,
        subject=lambda: gettext("Somebody has looked at your details in Trappan"),
        words=lambda: gettext(
            "A member of staff has looked at a detail of yours in Trappan. Who, when and why stands under what is "
            "kept about you. If you think that it is wrong, tell your housing company or the city."
        ),
        page="mydata:mine",
    )
    return True


def _report(by: StaffMember) -> None:
    """Tell the operators, once a day for each member of staff; whose details it was about they do not learn."""
    if not REPORTED.count(str(by.pk)):
        return
    number = by.pk
    for operator in User.objects.filter(is_superuser=True, is_active=True):
        tell(
            user=operator,
            purpose=Message.Purpose.REPORT,
            subject=lambda: gettext("A limit was reached in Trappan"),
            words=lambda: (
                gettext(
                    "Member of staff no. %(number)s at %(organisation)s wanted to see more than %(limit)s names or "
                    "numbers within a day. It was stopped. Talk to the organisation's administrator."
                )
                % {"number": number, "organisation": by.organisation.name, "limit": REVEALS_A_DAY}
            ),
            page="operator:index",
        )
