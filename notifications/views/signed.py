"""What a mail provider posts to us: refused unless it is the provider in use and signed, or under the shared secret."""

from collections.abc import Callable
from typing import Any

import structlog
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse

from notifications.providers import PROVIDERS, Unguarded

log = structlog.get_logger(__name__)


def signed_events(
    request: HttpRequest, provider: str, reader_of: Callable[[str], AnymailBaseWebhookView]
) -> list[Any] | HttpResponse:
    """The events in the request as anymail reads them, or the answer to give at once. Raises Http404."""
    if provider != settings.MAIL_PROVIDER or provider not in PROVIDERS:
        raise Http404
    try:
        reader = reader_of(provider)
    except (Unguarded, ImproperlyConfigured) as error:
        log.error("mail_events_closed", provider=provider, error=type(error).__name__)
        raise Http404 from error
    if request.method == "HEAD":
        return HttpResponse()
    if reader.basic_auth and not request.headers.get("Authorization"):
        # Some send the secret only when asked for it.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="events"'})
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure:
        log.warning("mail_events_forged", provider=provider)
        return HttpResponse(status=403)
    except (AnymailError, ValueError, TypeError, AttributeError, KeyError):
        return HttpResponse(status=400)
    try:
        return list(reader.parse_events(request))
    except (AnymailError, ImproperlyConfigured, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        log.warning("mail_events_unreadable", provider=provider, error=type(error).__name__)
        return HttpResponse(status=400)
