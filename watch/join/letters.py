"""What joining and signing in send; everything goes through the outbox."""

from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from buildings.models import Organisation, User
from buildings.models.organisations import INVITATION_VALID
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.join import sms_codes, verification
from watch.join.addresses import Address


def send_code(address: Address, code: str, *, door: str = verification.JOIN, user: User | None = None) -> None:
    """The code, in the reader's language; it is not sent once it is too old to be used."""
    if not address.is_email:
        sms_codes.note_texted(door)
    expires = timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    context = {"code": code, "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}
    template = "account/email/login_code" if address.is_email else "join/sms/login_code"
    _post(Message.Purpose.CODE, address, template, context, user=user, expires_at=expires)


def withhold_code(address: Address, code: str) -> None:
    """The same work as `send_code` where nothing may be sent: the row is born expired."""
    if not address.is_email:
        sms_codes.note_not_texted()
    context = {"code": code, "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}
    template = "account/email/login_code" if address.is_email else "join/sms/login_code"
    _post(Message.Purpose.CODE, address, template, context, user=None, expires_at=timezone.now())


def send_unknown(address: Address) -> None:
    """Tell a mail address that nobody signs in with it.

    A strange number gets no SMS, for each costs money and may wake someone: its row is born expired, so the
    work done and the answer given are the same as for a known one.
    """
    if not address.is_email:
        sms_codes.note_not_texted()
    join_url = settings.SITE_URL + reverse("join:enter")
    expires = timezone.now() + timedelta(hours=1) if address.is_email else timezone.now()
    template = "account/email/unknown_account" if address.is_email else "join/sms/unknown"
    _post(Message.Purpose.UNKNOWN, address, template, {"join_url": join_url}, user=None, expires_at=expires)


def send_invitation(*, user: User, email: str, organisation: Organisation, language: str) -> None:
    """Invite a new colleague to sign in."""
    context = {
        "organisation": organisation.name,
        "sign_in_url": settings.SITE_URL + reverse("account_request_login_code"),
        "address": email,
    }
    with override(language):
        _post(
            Message.Purpose.INVITATION,
            Address(Endpoint.Channel.EMAIL, email),
            "join/mail/invitation",
            context,
            user=user,
            expires_at=timezone.now() + INVITATION_VALID,
        )


def _post(
    purpose: str,
    address: Address,
    template: str,
    context: dict[str, object],
    *,
    user: User | None,
    expires_at: datetime,
) -> None:
    context = {**context, "site_url": settings.SITE_URL}
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split()) if address.is_email else ""
    post_message(
        purpose=purpose,
        channel=address.channel,
        address=address.value,
        language=get_language() or settings.LANGUAGE_CODE,
        subject=subject,
        text=render_to_string(f"{template}_message.txt", context).strip(),
        user=user,
        expires_at=expires_at,
    )
