"""Where the mail provider tells what became of our mails."""

from datetime import timedelta
from typing import Any

import structlog
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import feedback
from notifications.providers import event_reader, is_soft
from notifications.transports.provider import ROW
from notifications.views.signed import signed_events

log = structlog.get_logger(__name__)

# So long after an event its mail's row may still be unbooked; the provider is then asked to tell it again.
BOOKED_WITHIN = timedelta(minutes=15)
ADDRESS_IS_DEAD = (RejectReason.BOUNCED, RejectReason.INVALID)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest, provider: str) -> HttpResponse:
    """Take the events of the provider in use; what is not signed by it or not under the shared secret is refused.

    anymail checks and reads them; its signals are not used, each event is one call of `notifications.feedback`.
    """
    events = signed_events(request, provider, event_reader)
    if isinstance(events, HttpResponse):
        return events
    too_early = sum(not _heard(provider, event) for event in events)
    return HttpResponse(status=503, headers={"Retry-After": "60"}) if too_early else HttpResponse()


def _heard(provider: str, event: Any) -> bool:
    """Act on one event; False when it is about a row that may be booked soon."""
    if not isinstance(event, AnymailTrackingEvent):
        return True
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    provider_id, row_name = str(event.message_id or ""), str(metadata.get(ROW) or "")
    row = feedback.named(row_name) or feedback.known_as(provider_id)
    if row is None:
        # A name that is not ours never will be; without one the send may not be booked yet.
        moment = event.timestamp
        is_fresh = bool(moment) and timezone.is_aware(moment) and abs(timezone.now() - moment) < BOOKED_WITHIN
        return bool(row_name) or not is_fresh
    _act(provider, event, row, provider_id)
    return True


def _act(provider: str, event: AnymailTrackingEvent, row: feedback.Row, provider_id: str) -> None:
    kind, why = event.event_type, event.reject_reason
    if kind == EventType.DELIVERED:
        feedback.delivered(row=row, provider_id=provider_id)
    elif kind == EventType.DEFERRED:
        feedback.delayed(row=row)
    elif kind == EventType.COMPLAINED:
        feedback.complained(row=row, provider_id=provider_id)
    elif kind == EventType.UNSUBSCRIBED:
        feedback.unsubscribed(row=row, provider_id=provider_id)
    elif kind in (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED):
        # A provider that refused to send says why; one whose mail came back may leave the reason out.
        dead = why in ADDRESS_IS_DEAD or (kind == EventType.BOUNCED and why is None)
        hard = dead and not is_soft(provider, event.esp_event)
        recipient = str(event.recipient or "")
        feedback.bounced(row=row, hard=hard, recipient=recipient, provider_id=provider_id)
    elif kind in (EventType.OPENED, EventType.CLICKED):
        log.warning("provider_tracks_readers", provider=provider, event_type=kind)
