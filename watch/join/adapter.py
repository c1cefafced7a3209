"""How allauth meets Trappan's people."""

import base64
from datetime import timedelta
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from buildings.access import scope
from buildings.models import StaffMember, User
from buildings.sealing import seal, unseal
from buildings.visitors import client_ip
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.join import verification
from watch.join.addresses import Address, as_e164
from watch.join.letters import send_code, send_unknown

STAFF_SESSION = timedelta(hours=12)


class AccountAdapter(DefaultAccountAdapter):
    """Everything it sends goes through the outbox; nobody signs up but by a stairwell's code or an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: joining happens at a stairwell, and staff are invited."""
        return False

    def get_login_stages(self) -> list[str]:
        """After the code only the second factor; the code itself has shown that the address works."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note that an invitation was taken up; staff and operators stay signed in for half a day only."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        StaffMember.objects.current().filter(user=user, accepted_at=None).update(accepted_at=timezone.now())
        keep_staff_session_short(request, user)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth's own rate limits count by."""
        return client_ip(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put news of the account in the outbox, in the reader's language."""
        context = {**context, "email": email, "site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        post_message(
            purpose=Message.Purpose.ACCOUNT,
            channel=Endpoint.Channel.EMAIL,
            address=email,
            language=get_language() or settings.LANGUAGE_CODE,
            subject=subject,
            text=render_to_string(f"{template_prefix}_message.txt", context, self.request).strip(),
        )

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """A code by SMS."""
        send_code(Address(Endpoint.Channel.SMS, phone), code, door=verification.SIGN_IN, user=user)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """A strange number gets nothing, with the same work done."""
        send_unknown(Address(Endpoint.Channel.SMS, phone))

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Keep the person's number."""
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The person's number and whether it is shown to be theirs."""
        return (as_e164(user.phone), user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Note that the number is shown to be theirs."""
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The one person a number signs in."""
        return User.objects.filter(phone=phone, phone_verified=True).first()


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed, so a copy of the database opens nothing."""

    def encrypt(self, text: str) -> str:
        """The secret as it lies in the database."""
        return base64.b64encode(seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return cast("str", unseal(base64.b64decode(encrypted_text)))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff and operators keep at least one second factor; they add another before removing this one."""
        person = scope(authenticator.user)
        if not settings.STAFF_SECOND_FACTOR or not (authenticator.user.is_superuser or person.membership):
            return True
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        kept = Authenticator.objects.filter(user=authenticator.user, type__in=factors).exclude(pk=authenticator.pk)
        return bool(kept.exists())


def keep_staff_session_short(request: HttpRequest, user: User) -> None:
    """Let the session of staff and operators end after half a day; tenants stay signed in."""
    if user.is_superuser or scope(user).membership:
        request.session.set_expiry(STAFF_SESSION)


def display_name(user: User) -> str:
    """What allauth calls a person on their own pages and in their own passkey."""
    return user.name or user.email or as_e164(user.phone or "")
