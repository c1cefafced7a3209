"""Writes of a person's own choices: name, language, hours, what they want on each way to reach them."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from buildings.models import User
from notifications.doorbell import ring
from notifications.endpoints import set_wants
from notifications.models import Delivery, Endpoint, Rhythm


class Wish(NamedTuple):
    """What a person wants on one endpoint, and whether others may see the notice itself there."""

    wants: str
    show_words: bool


@transaction.atomic
def save_wishes(
    *, user: User, name: str, language: str, wishes: Mapping[int, Wish], rhythm: Rhythm | None = None
) -> None:
    """Save it all or nothing; `wishes` is by the primary key of the person's own endpoints, others are left alone."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    own = Endpoint.objects.filter(user=user)
    for endpoint in own.filter(pk__in=wishes):
        wish = wishes[endpoint.pk]
        set_wants(endpoint=endpoint, wants=wish.wants, language=language)
        if endpoint.show_words != wish.show_words:
            own.filter(pk=endpoint.pk).update(show_words=wish.show_words)
    if rhythm is not None:
        _save_rhythm(user, rhythm)


def rhythm_of(user: User) -> Rhythm:
    """The person's rhythm; one that is not saved, with the usual hours, for who has not chosen. One query."""
    return Rhythm.objects.filter(user=user).first() or Rhythm(user=user)


def _save_rhythm(user: User, rhythm: Rhythm) -> None:
    """Save the hours if they are new, and let what waits for the old ones be asked about again at once.

    Who leaves the usual hours as they are gets no row, and follows them if they change.
    """
    was = rhythm_of(user)
    names = ("quiet_from", "quiet_until", "digest", "digest_at")
    hours = {name: getattr(rhythm, name) for name in names}
    if all(getattr(was, name) == hours[name] for name in names):
        return
    # The lock `digest.gather` takes: a delivery is freed here or gathered there, never both. An UPDATE that asks
    # through the endpoint would not notice by itself that the row was gathered while it waited for it.
    list(Endpoint.objects.filter(user=user).order_by("pk").select_for_update().values_list("pk"))
    Rhythm.objects.update_or_create(user=user, defaults=hours)
    # Only ordinary notices ever wait for an hour, so that is the queue they came from.
    if Delivery.objects.waiting_for(user).update(queue="notices", due_at=timezone.now()):
        ring("notifications.deliver", queue="notices", expires=30)


@transaction.atomic
def try_again(*, user: User, endpoint_pk: int) -> bool:
    """Use an address again that was set aside because mail came back; False when it is not the person's own.

    It keeps what the person wants on it, and is set aside again if mail keeps coming back.
    """
    own = Endpoint.objects.filter(user=user, pk=endpoint_pk, set_aside_at__isnull=False)
    return bool(own.update(set_aside_at=None, refusals=0))
