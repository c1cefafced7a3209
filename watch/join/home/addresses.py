"""A person's own addresses: what signs them in, where notices reach them. A new one counts once its code is typed."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from buildings.models import User
from notifications.endpoints import set_wants, verify_endpoint
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of, as_e164, person_with

EMAIL, SMS = Endpoint.Channel.EMAIL, Endpoint.Channel.SMS


class TakenError(Exception):
    """Somebody else signs in with this e-mail address."""


@dataclass(frozen=True)
class OwnAddress:
    """One of a person's addresses: whether it signs them in, and what they get there."""

    address: Address
    endpoint: Endpoint | None = None
    signs_in: bool = True
    is_last: bool = False

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.address.channel}:{self.address.value}"


def addresses_of(user: User) -> list[OwnAddress]:
    """Every address, e-mail first; the last one that signs in says so. Two queries."""
    verified = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    signing = [Address(EMAIL, value) for value in verified.values_list("email", flat=True)]
    if user.phone and user.phone_verified:
        signing.append(Address(SMS, as_e164(user.phone)))
    reached = {
        Address(endpoint.channel, endpoint.address): endpoint
        for endpoint in Endpoint.objects.filter(user=user, channel__in=(EMAIL, SMS)).order_by("pk")
    }
    found = [OwnAddress(address, reached.get(address), is_last=len(signing) == 1) for address in signing]
    others = [
        OwnAddress(address, endpoint, signs_in=False) for address, endpoint in reached.items() if address not in signing
    ]
    return sorted(found + others, key=lambda own: own.address.channel)


@transaction.atomic
def add(*, user: User, address: Address, wants: str, language: str) -> bool:
    """Let an address the person has shown is theirs sign them in and reach them; whether it signs them in.

    A number somebody else signs in with only reaches this person too: telephones are shared. Raises TakenError for such
    an e-mail address.
    """
    before, holder = address_of(user), person_with(address)
    strange = holder is not None and holder != user
    if strange and address.is_email:
        raise TakenError
    try:
        with transaction.atomic():
            if address.is_email:
                _sign_in_by_email(user, address.value)
            elif not strange:
                _sign_in_by_number(user, address.value, language)
    except IntegrityError as error:
        # Somebody else has shown at this very moment that it is theirs.
        raise TakenError from error
    verify_endpoint(user=user, channel=address.channel, address=address.value, wants=wants, language=language)
    if before and before != address and not strange:
        _tell(user, before, address)
    return not strange


@transaction.atomic
def remove(*, user: User, address: Address, language: str) -> bool:
    """Forget an address; False when it is the last one that signs the person in, which then stays."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    own = next((own for own in addresses_of(locked) if own.address == address), None)
    if own is None or own.is_last:
        return own is None
    if own.signs_in and address.is_email:
        EmailAddress.objects.filter(user=locked, email=address.value).delete()
        left = EmailAddress.objects.filter(user=locked, verified=True).order_by("-primary", "pk").first()
        if left and not left.primary:
            EmailAddress.objects.filter(pk=left.pk).update(primary=True)
        User.objects.filter(pk=locked.pk, email=address.value).update(email=left.email if left else "")
    elif own.signs_in:
        User.objects.filter(pk=locked.pk).update(phone=None, phone_verified=False)
    _forget_endpoint(locked, address, language)
    return True


def _sign_in_by_email(user: User, email: str) -> None:
    has_one = EmailAddress.objects.filter(user=user, primary=True).exists()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True}, create_defaults={"verified": True, "primary": not has_one}
    )
    User.objects.filter(pk=user.pk, email="").update(email=email)


def _sign_in_by_number(user: User, number: str, language: str) -> None:
    """One number signs a person in, so a new one takes the old one's place."""
    old = as_e164(user.phone) if user.phone else ""
    user.phone, user.phone_verified = number, True
    user.save(update_fields=["phone", "phone_verified"])
    if old and old != number:
        _forget_endpoint(user, Address(SMS, old), language)


def _forget_endpoint(user: User, address: Address, language: str) -> None:
    for endpoint in Endpoint.objects.filter(user=user, channel=address.channel, address=address.value):
        set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language=language)
        endpoint.delete()


def _tell(user: User, before: Address, new: Address) -> None:
    """Tell the address the person had before that there is another one now."""
    context = {"is_email": new.is_email, "link": settings.SITE_URL + reverse("home:addresses")}
    with override(user.language):
        text = render_to_string("home/mail/new_address_message.txt", context).strip()
        subject = " ".join(render_to_string("home/mail/new_address_subject.txt", context).split())
    post_message(
        purpose=Message.Purpose.ACCOUNT,
        channel=before.channel,
        address=before.value,
        language=user.language,
        subject=subject if before.is_email else "",
        text=text,
        user=user,
    )
