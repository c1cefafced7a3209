"""What people type to be reached by: an e-mail address or a mobile number, in one form each."""

from dataclasses import dataclass
from typing import Any, cast

import phonenumbers
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from buildings.models import User
from notifications.models import Endpoint

REGION = "SE"
EMAIL_LENGTH = 254
MOBILE_TYPES = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


@dataclass(frozen=True)
class Address:
    """A channel and an address in the form it is stored in: lower-case e-mail or E.164."""

    channel: str
    value: str

    @property
    def is_email(self) -> bool:
        """Whether it is an e-mail address; otherwise it is a mobile number."""
        return self.channel == Endpoint.Channel.EMAIL


def read_address(typed: str) -> Address:
    """The address in what a person typed. Raises ValidationError with a sentence that says what to do."""
    typed = typed.strip()
    if "@" in typed:
        return Address(Endpoint.Channel.EMAIL, read_email(typed))
    return Address(Endpoint.Channel.SMS, read_mobile(typed))


def read_email(typed: str) -> str:
    """The e-mail address in lower case. Raises ValidationError."""
    email = typed.strip().lower()
    if len(email) > EMAIL_LENGTH:
        raise ValidationError(_("This e-mail address is too long."), code="email")
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError(
            _("This e-mail address does not look right. Check it, for example name@example.org."), code="email"
        ) from error
    return email


def read_mobile(typed: str) -> str:
    """The mobile number as E.164; without a country code it is Swedish. Raises ValidationError."""
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number) or number.extension:
        raise ValidationError(
            _("Write an e-mail address such as name@example.org, or a mobile number such as 070-174 06 05."),
            code="address",
        )
    if phonenumbers.number_type(number) not in MOBILE_TYPES:
        raise ValidationError(
            _("This number cannot get an SMS. Give a mobile number or an e-mail address instead."), code="landline"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def person_with(address: Address) -> User | None:
    """The person who signs in with this address: one who has shown it is theirs comes first. One query."""
    if not address.is_email:
        return User.objects.filter(phone=address.value, phone_verified=True, is_active=True).first()
    held = EmailAddress.objects.filter(email=address.value, user__is_active=True).select_related("user")
    found = held.order_by("-verified", "pk").first()
    return cast("User", found.user) if found else None


def address_of(user: User) -> Address | None:
    """An address the person has shown is theirs, e-mail first."""
    verified = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    if verified:
        return Address(Endpoint.Channel.EMAIL, verified.email)
    if user.phone and user.phone_verified:
        return Address(Endpoint.Channel.SMS, as_e164(user.phone))
    return None


def as_e164(phone: Any) -> str:
    """A model's phone number as E.164."""
    return str(getattr(phone, "as_e164", phone))
