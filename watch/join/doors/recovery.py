"""A lost number or address: the housing company, which knows its tenants, hands out a code that lets in once."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import Organisation, RecoveryCode, Resident, User, new_code
from buildings.sealing import fingerprint
from buildings.throttle import Throttle
from notifications.models import Endpoint
from watch.join.addresses import Address, person_with
from watch.join.doors import news
from watch.join.home import addresses

PURPOSE = "recovery-code"
# A whole office behind one address hands out codes; one colleague meets so many tenants a day.
ISSUED = Throttle("recovery-codes-issued", limit=20, seconds=24 * 3600)


class TooManyError(Exception):
    """One colleague has made as many codes as one may in a day."""


class UsedUpError(Exception):
    """The code was used, replaced or became too old a moment ago."""


class SomebodyElsesError(Exception):
    """The new address signs in somebody else."""


def sealed(code: str) -> str:
    """What is kept of a recovery code."""
    return fingerprint(PURPOSE, code)


def is_staff_account(user: User) -> bool:
    """Whether the person works for an organisation or runs the site: those are let in by their colleagues only."""
    return user.is_superuser or user.memberships.filter(ended_at=None).exists()


@transaction.atomic
def issue(*, resident: Resident, by: User, organisation: Organisation) -> str:
    """A new code for the resident's account, shown once; an earlier unused one opens nothing any more.

    Raises TooManyError.
    """
    if not ISSUED.count(str(by.pk)):
        raise TooManyError
    now = timezone.now()
    RecoveryCode.objects.valid().filter(user=resident.user).update(retired_at=now)
    code = new_code()
    RecoveryCode.objects.create(user=resident.user, by=by, organisation=organisation, fingerprint=sealed(code))
    with override(resident.user.language):
        text = gettext("%(company)s has made a code that lets you into Trappan. Was it not you who asked? Call them.")
        subject = gettext("A code for a new address")
    news.tell(resident.user, subject=subject, text=text % {"company": organisation.name})
    return code


@transaction.atomic
def recover(*, code: RecoveryCode, address: Address, language: str, keeps_others: bool = False) -> User:
    """Give the account its new address: old ones go and are told, every session and passkey ends.

    With `keeps_others` an address of the other kind stays: the person has said that nobody else has got hold of it.
    Raises UsedUpError or SomebodyElsesError.
    """
    if is_staff_account(code.user):
        # Became one since the code was made.
        raise UsedUpError
    if not RecoveryCode.objects.valid().filter(pk=code.pk).update(used_at=timezone.now()):
        raise UsedUpError
    user = User.objects.select_for_update().get(pk=code.user_id)
    holder = person_with(address)
    if holder is not None and holder != user:
        raise SomebodyElsesError
    before = _ways_in(user)
    _forget(user, address, keeps_others=keeps_others)
    try:
        addresses.add(user=user, address=address, wants=Endpoint.Wants.ALL, language=language)
    except addresses.TakenError as error:
        raise SomebodyElsesError from error
    User.objects.filter(pk=user.pk).update(session_epoch=user.session_epoch + 1)
    user.refresh_from_db()
    for lost in before - _ways_in(user):
        with override(user.language):
            text = gettext("Your account in Trappan has a new address. Was it not you? Call your housing company.")
            subject = gettext("Your account has a new address")
        news.tell(user, subject=subject, text=f"{text} {settings.SITE_URL}", to=lost)
    return user


def _ways_in(user: User) -> set[Address]:
    """What the person signs in with."""
    emails = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    found = {Address(Endpoint.Channel.EMAIL, email) for email in {*emails, user.email} if email}
    if user.phone and user.phone_verified:
        found.add(Address(Endpoint.Channel.SMS, user.phone.as_e164))
    return found


def _forget(user: User, address: Address, *, keeps_others: bool) -> None:
    """Whoever found the lost telephone or mailbox must not get in any more, or read the notices."""
    ways = Endpoint.objects.filter(user=user).exclude(channel=address.channel, address=address.value)
    if keeps_others:
        ways = ways.filter(channel__in=(address.channel, Endpoint.Channel.WEBPUSH))
    ways.delete()
    # Passkeys and sign-in apps mostly live on the telephone that was lost.
    Authenticator.objects.filter(user=user).delete()
    if address.is_email or not keeps_others:
        EmailAddress.objects.filter(user=user).exclude(email=address.value).delete()
        User.objects.filter(pk=user.pk).update(email="")
        user.email = ""
    if not address.is_email or not keeps_others:
        User.objects.filter(pk=user.pk).update(phone=None, phone_verified=False)
        user.phone, user.phone_verified = None, False
