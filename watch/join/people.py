"""Writes to a person's own account."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from buildings.models import User
from notifications.models import Endpoint
from watch.join.addresses import Address, person_with


@transaction.atomic
def find_or_create_person(*, address: Address, language: str) -> User:
    """The person who signs in with the address, new if there is none; two tabs at once make one person."""
    found = person_with(address)
    if found:
        return found
    try:
        with transaction.atomic():
            return create_person(address=address, language=language)
    except IntegrityError:
        found = person_with(address)
        if found is None:
            raise
        return found


@transaction.atomic
def create_person(*, address: Address, language: str) -> User:
    """A new person whose only address this is.

    A number is verified from the start, as only its proof makes a person here, and so that it is theirs alone; an
    e-mail address is not, as invitations make people too.
    """
    if not address.is_email:
        return User.objects.create_user(phone=address.value, phone_verified=True, language=language)
    user = User.objects.create_user(address.value, language=language)
    EmailAddress.objects.create(user=user, email=address.value, primary=True, verified=False)
    return user


@transaction.atomic
def note_verified(*, user: User, address: Address) -> None:
    """Note that the person has shown the address is theirs, so it signs them in."""
    if address.is_email:
        EmailAddress.objects.filter(user=user, email=address.value, verified=False).update(verified=True)
    elif not user.phone_verified:
        user.phone, user.phone_verified = address.value, True
        user.save(update_fields=["phone", "phone_verified"])


@transaction.atomic
def make_operator(*, email: str, language: str) -> User:
    """The person with this address as operator. Someone already known is signed out: operators' sessions are short."""
    person = find_or_create_person(address=Address(Endpoint.Channel.EMAIL, email), language=language)
    if not person.is_superuser:
        person.is_superuser, person.session_epoch = True, person.session_epoch + 1
        person.save(update_fields=["is_superuser", "session_epoch"])
    return person
