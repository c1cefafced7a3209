"""Writes to endpoints: each change of what a person wants also appends a line to the consent ledger."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import Consent, User
from notifications.models import Endpoint
from notifications.models.endpoints import channel_name, shows_words

CONSENT_VERSION = "2026-11"


def consent_text(channel: str, wants: str, language: str) -> str:
    """The words of the choice, as the person read them."""
    with override(language):
        words = gettext("Notices for my stairwell by %(channel)s: %(wants)s.")
        return words % {"channel": channel_name(channel), "wants": Endpoint.Wants(wants).label}


@transaction.atomic
def verify_endpoint(*, user: User, channel: str, address: str, wants: str, language: str) -> Endpoint:
    """Note that the person has shown the address is theirs, and what they want on it."""
    defaults = {"wants": Endpoint.Wants.NOTHING, "show_words": shows_words(channel)}
    endpoint, _ = Endpoint.objects.select_for_update().get_or_create(
        user=user, channel=channel, address=address, defaults=defaults
    )
    endpoint.verified_at, endpoint.refusals, endpoint.set_aside_at = timezone.now(), 0, None
    endpoint.save(update_fields=["verified_at", "refusals", "set_aside_at"])
    return set_wants(endpoint=endpoint, wants=wants, language=language)


@transaction.atomic
def set_wants(*, endpoint: Endpoint, wants: str, language: str, way: str = Consent.Way.WEB) -> Endpoint:
    """Set what the person wants on the endpoint; a press that changes nothing adds no line to the ledger."""
    endpoint = Endpoint.objects.select_for_update().select_related("user").get(pk=endpoint.pk)
    first = not Consent.objects.filter(user=endpoint.user, purpose=endpoint.channel).exists()
    if endpoint.wants == wants and not first:
        return endpoint
    endpoint.wants = wants
    endpoint.save(update_fields=["wants"])
    _note(endpoint, language, way)
    return endpoint


@transaction.atomic
def agree_again(*, user: User, channel: str, language: str) -> None:
    """Note that the person has read a changed text and goes on as before on every way of this channel."""
    own = Endpoint.objects.select_for_update().filter(user=user, channel=channel).order_by("pk")
    for endpoint in own.exclude(wants=Endpoint.Wants.NOTHING):
        _note(endpoint, language, Consent.Way.WEB)


def _note(endpoint: Endpoint, language: str, way: str) -> None:
    """Append what the person wants on the endpoint to the ledger."""
    Consent.objects.create(
        user_id=endpoint.user_id,
        purpose=endpoint.channel,
        given=endpoint.wants != Endpoint.Wants.NOTHING,
        text=consent_text(endpoint.channel, endpoint.wants, language),
        version=CONSENT_VERSION,
        language=language,
        way=way,
    )
