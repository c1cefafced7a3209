"""What people write back by SMS: STOP stops, anything else is told once a day that nobody reads it."""

import re
import unicodedata
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from buildings.models import Consent
from buildings.throttle import Throttle
from notifications.endpoints import set_wants
from notifications.models import Endpoint, Message
from notifications.outbox import post_message

log = structlog.get_logger(__name__)

MOBILE = re.compile(r"\+\d{8,15}")
TOLD_TODAY = Throttle("sms-answers", limit=1, seconds=24 * 3600)


def _bare(word: str) -> str:
    """The word without accents, case and signs around it."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalpha())


# Swedish, English, Arabic, Somali and Finnish; what people write when they have had enough.
STOP_WORDS = frozenset(
    map(
        _bare,
        (
            *("STOP", "STOPP", "STOPPA", "SLUTA", "AVSLUTA", "AVREGISTRERA", "AVANMÄL"),
            *("QUIT", "END", "CANCEL", "UNSUBSCRIBE", "STOPALL"),
            *("توقف", "قف", "أوقف", "إيقاف", "إلغاء"),
            *("JOOJI", "JOOJIN", "JOOJIYA"),
            *("LOPETA", "SEIS"),
        ),
    )
)


def is_stop(words: str) -> bool:
    """Whether the first word asks us to stop, in any case and with any signs around it."""
    return next(filter(None, map(_bare, words.split())), "") in STOP_WORDS


def take_answer(*, number: str, words: str) -> None:
    """Act on an SMS to us from `number` (E.164). A name or a short number gets no answer: it may be a machine."""
    if not MOBILE.fullmatch(number):
        return
    if is_stop(words):
        stop_number(number=number)
    elif TOLD_TODAY.count(number):
        _post(number, _nobody_reads, _endpoint(number))


@transaction.atomic
def stop_number(*, number: str) -> int:
    """No more notices to this number, whoever it is an endpoint of; returns how many endpoints that changed.

    One SMS says so, and only when something changed.
    """
    stopped = stop_endpoints(number=number, way=Consent.Way.STOP)
    if stopped:
        log.info("sms_stopped", endpoints=len(stopped))
        _post(number, _stopped, stopped[0])
    return len(stopped)


@transaction.atomic
def stop_endpoints(*, number: str, way: str, wants: str = Endpoint.Wants.NOTHING) -> list[Endpoint]:
    """Lower what every endpoint with this number wants, each in its person's language; those it changed.

    One that already wants less keeps that.
    """
    more = [Endpoint.Wants.ALL]
    if wants == Endpoint.Wants.NOTHING:
        more.append(Endpoint.Wants.URGENT)
    found = Endpoint.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    changed = list(found.filter(channel=Endpoint.Channel.SMS, address=number, wants__in=more))
    return [set_wants(endpoint=one, wants=wants, language=one.user.language, way=way) for one in changed]


def _endpoint(number: str) -> Endpoint | None:
    found = Endpoint.objects.select_related("user").filter(channel=Endpoint.Channel.SMS, address=number)
    return found.order_by("pk").first()


def _stopped() -> str:
    return gettext("You get no more SMS with notices. You can change that under Settings on Trappan.")


def _nobody_reads() -> str:
    return gettext("Nobody reads answers here. In danger, call 112. To tip the police, call 114 14. To stop: STOP.")


def _post(number: str, words: Callable[[], str], endpoint: Endpoint | None) -> None:
    language = endpoint.user.language if endpoint else settings.LANGUAGE_CODE
    with override(language):
        text = words()
    post_message(
        purpose=Message.Purpose.ACCOUNT,
        channel=Endpoint.Channel.SMS,
        address=number,
        language=language,
        text=text,
        user=endpoint.user if endpoint else None,
    )
