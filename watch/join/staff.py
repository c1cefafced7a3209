"""An organisation's own staff: inviting and removing colleagues."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from buildings.models import District, Organisation, StaffMember, User
from notifications.models import Endpoint
from watch.join import letters
from watch.join.addresses import Address, person_with
from watch.join.people import create_person


class StaffError(Exception):
    """An invitation or removal that cannot be done; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_can_invite(*, organisation: Organisation, email: str) -> User | None:
    """The person already known by this address, if any. Raises StaffError `already-here` or `elsewhere`."""
    person = person_with(Address(Endpoint.Channel.EMAIL, email))
    if person is None:
        # A closed account keeps its address; it is not reopened by an invitation.
        if User.objects.filter(email=email).exists():
            raise StaffError("elsewhere")
        return None
    member = StaffMember.objects.of(person).first()
    if member:
        raise StaffError("already-here" if member.organisation_id == organisation.pk else "elsewhere")
    return person


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    email: str,
    districts: Iterable[District],
    is_administrator: bool,
    language: str,
) -> StaffMember:
    """Make a person staff and send the way in. Raises StaffError `already-here` or `elsewhere`.

    Someone who is already known, perhaps as a tenant, is signed out everywhere: staff sessions are shorter.
    """
    email = email.strip().lower()
    person = check_can_invite(organisation=organisation, email=email)
    try:
        with transaction.atomic():
            if person is None:
                person = create_person(address=Address(Endpoint.Channel.EMAIL, email), language=language)
            else:
                end_sessions(person)
            StaffMember.objects.lapsed().filter(user=person).update(ended_at=timezone.now())
            member = StaffMember.objects.create(
                user=person, organisation=organisation, is_administrator=is_administrator
            )
    except IntegrityError as error:
        raise StaffError("elsewhere") from error
    member.districts.set(organisation.districts.filter(pk__in=[district.pk for district in districts]))
    letters.send_invitation(user=person, email=email, organisation=organisation, language=language)
    return member


@transaction.atomic
def remove(*, member: StaffMember) -> None:
    """End a colleague's work here and every session they have. Raises StaffError `last-administrator`."""
    colleagues = StaffMember.objects.current().select_for_update().filter(organisation=member.organisation_id)
    administrators = {colleague.pk for colleague in colleagues if colleague.is_administrator}
    if administrators == {member.pk}:
        raise StaffError("last-administrator")
    ended = StaffMember.objects.current().filter(pk=member.pk).update(ended_at=timezone.now())
    if ended:
        end_sessions(member.user)


def end_sessions(person: User) -> None:
    """Sign a person out everywhere."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
