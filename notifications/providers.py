"""The mail providers that can be chosen (settings.MAIL_PROVIDER), as django-anymail knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailImproperlyInstalled
from anymail.webhooks.base import AnymailBaseWebhookView
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's events are read, and which of its bounces are passing: a path into the event, its values.

    `inbound` is where the mails it takes for us are read; empty when it takes none.
    """

    view: str
    soft_at: str = ""
    soft: frozenset[str] = frozenset()
    inbound: str = ""


PROVIDERS: Mapping[str, Provider] = {
    "amazon_ses": Provider(
        "AmazonSESTrackingWebhookView",
        "bounce.bounceType",
        frozenset({"Transient", "Undetermined"}),
        "AmazonSESInboundWebhookView",
    ),
    "brevo": Provider("BrevoTrackingWebhookView", "event", frozenset({"soft_bounce"}), "BrevoInboundWebhookView"),
    "mailersend": Provider(
        "MailerSendTrackingWebhookView", "type", frozenset({"activity.soft_bounced"}), "MailerSendInboundWebhookView"
    ),
    "mailgun": Provider(
        "MailgunTrackingWebhookView", "event-data.severity", frozenset({"temporary"}), "MailgunInboundWebhookView"
    ),
    "mailjet": Provider("MailjetTrackingWebhookView", "hard_bounce", frozenset({"False"}), "MailjetInboundWebhookView"),
    "mailtrap": Provider(
        "MailtrapTrackingWebhookView", "event", frozenset({"soft bounce"}), "MailtrapInboundWebhookView"
    ),
    "mandrill": Provider(
        "MandrillCombinedWebhookView", "event", frozenset({"soft_bounce"}), "MandrillCombinedWebhookView"
    ),
    "postal": Provider("PostalTrackingWebhookView", inbound="PostalInboundWebhookView"),
    "postmark": Provider(
        "PostmarkTrackingWebhookView", "Type", frozenset({"SoftBounce"}), "PostmarkInboundWebhookView"
    ),
    "resend": Provider(
        "ResendTrackingWebhookView",
        "data.bounce.type",
        frozenset({"Transient", "Undetermined"}),
        "ResendInboundWebhookView",
    ),
    "sparkpost": Provider(
        "SparkPostTrackingWebhookView",
        "msys.message_event.bounce_class",
        frozenset({"1", "20", "21", "22", "23", "24", "25", "40", "50", "51", "52", "53", "54", "70"}),
        "SparkPostInboundWebhookView",
    ),
    "unisender_go": Provider("UnisenderGoTrackingWebhookView"),
}


class Unguarded(Exception):  # noqa: N818
    """Anyone could speak in the provider's name: neither a signature nor a secret is set."""


def event_reader(name: str) -> AnymailBaseWebhookView:
    """What checks and reads the provider's events; a new one for each request.

    Raises Unguarded, or anymail's AnymailConfigurationError or AnymailImproperlyInstalled.
    """
    return _reader(name, PROVIDERS[name].view)


def mail_reader(name: str) -> AnymailBaseWebhookView:
    """What checks and reads the mails the provider takes for us; raises as `event_reader` does, or Unguarded."""
    if not PROVIDERS[name].inbound:
        raise Unguarded
    return _reader(name, PROVIDERS[name].inbound)


def _reader(name: str, view_name: str) -> AnymailBaseWebhookView:
    view_class = import_string(f"anymail.webhooks.{name}.{view_name}")
    view: AnymailBaseWebhookView = view_class()
    if view.warn_if_no_basic_auth and not view.basic_auth:
        raise Unguarded
    return view


def why_not_ready(name: str) -> str:
    """What is missing before the provider can be used, as a sentence; empty when nothing is."""
    if name not in PROVIDERS:
        return f"There is no provider {name}. Known are {', '.join(PROVIDERS)}."
    try:
        import_string(f"anymail.backends.{name}.EmailBackend")()
        event_reader(name)
    except Unguarded:
        return "Its events could be forged. Set ANYMAIL_WEBHOOK_SECRET to user:password, both long and random."
    except (AnymailConfigurationError, AnymailImproperlyInstalled) as error:
        return " ".join(str(error).split())
    return ""


def is_soft(name: str, event: Any) -> bool:
    """Whether a bounce, as the provider wrote it, is a passing one."""
    value: Any = event
    for step in PROVIDERS[name].soft_at.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value) in PROVIDERS[name].soft
