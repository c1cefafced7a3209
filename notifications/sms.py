"""What an SMS needs besides its words: who it is from, how much of a notice fits, where its provider reports."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import phonenumbers
from django.conf import settings
from django.urls import reverse

from buildings.sealing import fingerprint

if TYPE_CHECKING:
    from buildings.models import Organisation

# 46elks: at most eleven letters and digits, a letter first.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,10}")


@dataclass(frozen=True)
class Sender:
    """Who an SMS is from: a name, or a number of ours that takes answers."""

    value: str
    takes_answers: bool

    @classmethod
    def read(cls, typed: str) -> Self:
        """The sender in what somebody typed. Raises ValueError when no network would take it."""
        typed = typed.strip()
        if NAME.fullmatch(typed):
            return cls(typed, takes_answers=False)
        try:
            number = phonenumbers.parse(typed, settings.PHONENUMBER_DEFAULT_REGION)
        except phonenumbers.NumberParseException as error:
            raise ValueError("Neither a name nor a number.") from error
        if not phonenumbers.is_valid_number(number):
            raise ValueError("Not a phone number.")
        return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), takes_answers=True)

    @classmethod
    def of(cls, organisation: "Organisation | None" = None) -> Self:
        """The organisation's own sender, else the site's (settings.SMS_SENDER)."""
        try:
            return cls.read(organisation.sms_sender if organisation else "")
        except ValueError:
            return cls.read(settings.SMS_SENDER)


def fitted(*, lead: str, body: str, link: str, foot: str, parts: Callable[[str], int]) -> str:
    """The whole text if it fits in settings.SMS_PARTS parts, else its first line and a link to the rest."""
    whole = "\n".join([lead, *filter(None, map(str.strip, body.splitlines())), foot])
    return whole if parts(whole) <= settings.SMS_PARTS else f"{lead}\n{link}\n{foot}"


def callback_secret() -> str:
    """What makes the addresses the provider calls its own: settings.ELKS_SECRET, else made from the secret key."""
    return settings.ELKS_SECRET or fingerprint("sms-callback", "46elks")[:40]


def report_address() -> str:
    """Where the provider tells what became of an SMS."""
    return settings.SITE_URL + reverse("notices:sms_report", args=[callback_secret()])
