"""Writes of a person's own choices: name, language, what they want on each way to reach them."""

from collections.abc import Mapping

from django.db import transaction

from buildings.models import User
from notifications.endpoints import set_wants
from notifications.models import Endpoint


@transaction.atomic
def save_wishes(*, user: User, name: str, language: str, wants: Mapping[int, str]) -> None:
    """Save it all or nothing; `wants` is by the primary key of the person's own endpoints, others are left alone."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    for endpoint in Endpoint.objects.filter(user=user, pk__in=wants):
        set_wants(endpoint=endpoint, wants=wants[endpoint.pk], language=language)


@transaction.atomic
def try_again(*, user: User, endpoint_pk: int) -> bool:
    """Use an address again that was set aside because mail came back; False when it is not the person's own.

    It keeps what the person wants on it, and is set aside again if mail keeps coming back.
    """
    own = Endpoint.objects.filter(user=user, pk=endpoint_pk, set_aside_at__isnull=False)
    return bool(own.update(set_aside_at=None, refusals=0))
