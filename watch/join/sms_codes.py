"""A ceiling a day on codes by SMS, so that nobody can run up the bill by asking for them.

Newcomers and people who sign in have a ceiling each: whoever floods the one leaves the other open. What is
answered depends on the ceiling alone, never on whether somebody is known by the number.
"""

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext, override

from buildings.models import User
from buildings.throttle import Throttle
from notifications.models import Endpoint, Message
from notifications.outbox import post_message

log = structlog.get_logger(__name__)

DAY = 24 * 3600
WARN_PERCENT = 80
EVERYONE = "everyone"
NOBODY = "nobody"


def _throttle(door: str) -> Throttle:
    return Throttle(f"sms-codes-{door}", settings.SMS_CODES_A_DAY, DAY)


def may_text(door: str) -> bool:
    """Whether one more code may go by SMS at this door (`join` or `sign-in`); counts nothing."""
    return not _throttle(door).spent(EVERYONE)


def note_texted(door: str) -> None:
    """Count one code that goes by SMS; operators are told once a day when the ceiling is near."""
    if _count(door) and cache.add(f"sms-codes-warned:{door}", 1, DAY):
        log.warning("sms_codes_near_ceiling", door=door, ceiling=settings.SMS_CODES_A_DAY)
        for operator in User.objects.filter(is_superuser=True, is_active=True).exclude(email=""):
            _warn(operator)


def note_not_texted() -> None:
    """The same work as `note_texted` for a strange number, which gets no SMS and costs nothing."""
    _count(NOBODY)


def _count(door: str) -> bool:
    """Count one; whether the door's ceiling is near."""
    _throttle(door).count(EVERYONE)
    near = Throttle(f"sms-codes-{door}", settings.SMS_CODES_A_DAY * WARN_PERCENT // 100, DAY)
    return near.spent(EVERYONE)


def _warn(operator: User) -> None:
    with override(operator.language):
        text = gettext(
            "%(percent)s %% of the %(ceiling)s codes by SMS allowed in a day are used.\n\n"
            "When all are used, people are asked to sign in or join by e-mail until a day has passed. "
            "If nobody is asking for codes in bad faith, raise SMS_CODES_A_DAY."
        )
        post_message(
            purpose=Message.Purpose.WARNING,
            channel=Endpoint.Channel.EMAIL,
            address=operator.email,
            language=operator.language,
            subject=gettext("Many codes are being sent by SMS"),
            text=text % {"percent": WARN_PERCENT, "ceiling": settings.SMS_CODES_A_DAY},
            user=operator,
        )
