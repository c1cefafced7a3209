"""Where the mail provider hands over answers by mail. Nothing of a mail is kept but the words in it."""

import re
from email.utils import getaddresses

import structlog
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from buildings.throttle import Throttle
from notifications.providers import mail_reader
from notifications.views.signed import signed_events
from notifications.wording import published_numbers
from watch.join.relay import services
from watch.join.relay.forms import LONGEST, findings
from watch.join.relay.mailtext import is_automatic, written
from watch.join.relay.telling import BEFORE_THE_PLUS

log = structlog.get_logger(__name__)

TOKEN = re.compile(rf"{BEFORE_THE_PLUS}\+([0-9a-f]{{32}})@", re.IGNORECASE)
# A provider that did not hear our yes hands the same mail over again.
TAKEN = Throttle("relay-mails-taken", 1, services.DAY)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def take(request: HttpRequest, provider: str) -> HttpResponse:
    """Take the mails of the provider in use; what is not signed by it or not under the shared secret is refused."""
    if not settings.RELAY_INBOUND or provider != settings.MAIL_PROVIDER:
        raise Http404
    if request.method == "POST" and request.content_type != "multipart/form-data":
        # Such a mail comes as one text with its files in it, which Django would not read past its limit for forms.
        # EarlyRefusal has looked at its length.
        request._body = request.read(settings.UPLOAD_LIMIT)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    events = signed_events(request, provider, mail_reader)
    if isinstance(events, HttpResponse):
        return events
    for event in events:
        if isinstance(event, AnymailInboundEvent) and isinstance(event.message, AnymailInboundMessage):
            _take(event.message, str(event.event_id or ""), size)
    return HttpResponse()


def _take(message: AnymailInboundMessage, event_id: str, size: int) -> None:
    name = str(message.get("Message-ID", "") or event_id)
    if is_automatic(message) or (name and TAKEN.spent(name)):
        return
    text = written(message)
    refusal = _refusal(text, size)
    outcome = services.answer_with_token(token=_token(message), text=text[:LONGEST], refusal=refusal)
    log.info("relay_mail", outcome=outcome.value, refusal=refusal)
    if name:
        TAKEN.count(name)


def _refusal(text: str, size: int) -> str:
    if size > settings.RELAY_MAIL_LIMIT:
        return "too-large"
    if not text:
        return "empty"
    if len(text) > LONGEST:
        return "too-long"
    return "numbers" if findings(text, published_numbers()) else ""


def _token(message: AnymailInboundMessage) -> str:
    """The token in the address it was sent to; an empty one, which nobody has, when there is none."""
    headers = [str(value) for name in ("To", "Cc", "Delivered-To") for value in message.get_all(name) or []]
    addresses = [message.envelope_recipient or "", *(address for _, address in getaddresses(headers))]
    found = next(filter(None, (TOKEN.match(address.strip(" <>")) for address in addresses)), None)
    return found[1].lower() if found else ""
