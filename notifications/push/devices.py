"""A person's devices: added, set, removed, and moved when a browser gets a new address or somebody else uses it."""

import hashlib
from dataclasses import dataclass
from hmac import compare_digest

from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.utils.functional import cached_property

from buildings.models import User
from notifications.endpoints import set_wants, verify_endpoint
from notifications.models import Endpoint
from notifications.push.keys import DeviceKeys
from notifications.push.services import browser

MOST = 20
PUSH = Endpoint.Channel.WEBPUSH


class TooManyDevices(Exception):  # noqa: N818
    """The person has MOST devices."""


@dataclass(frozen=True)
class Subscription:
    """What a browser subscribed with: where to send, and what to encrypt with."""

    address: str
    keys: DeviceKeys


def add_device(*, user: User, subscription: Subscription, language: str) -> Endpoint:
    """Let notices come to a device, and take it from whoever had it: it never shows one person's notices to another.

    One that is the person's own already keeps what is wanted on it, unless that was nothing.

    Raises:
        TooManyDevices: nothing is changed.
    """
    try:
        return _add(user, subscription, language)
    except IntegrityError:
        # Two people in the same browser at the same moment: the later one has it.
        return _add(user, subscription, language)


@transaction.atomic
def _add(user: User, subscription: Subscription, language: str) -> Endpoint:
    here = Endpoint.objects.select_for_update().filter(channel=PUSH, address=subscription.address)
    for other in here.exclude(user=user).select_related("user"):
        _remove(other, other.user.language)
    own = here.filter(user=user).first()
    if own is None and Endpoint.objects.filter(user=user, channel=PUSH).count() >= MOST:
        raise TooManyDevices
    kept = own.wants if own and own.wants != Endpoint.Wants.NOTHING else Endpoint.Wants.ALL
    device = verify_endpoint(user=user, channel=PUSH, address=subscription.address, wants=kept, language=language)
    device.sealed_keys = subscription.keys.sealed()
    device.save(update_fields=["sealed_keys"])
    return device


@transaction.atomic
def set_device(*, device: Endpoint, wants: str, show_words: bool, language: str) -> None:
    """What the person wants on the device, and whether its previews say what a notice is about."""
    set_wants(endpoint=device, wants=wants, language=language)
    Endpoint.objects.filter(pk=device.pk).update(show_words=show_words)


@transaction.atomic
def remove_device(*, device: Endpoint, language: str) -> None:
    """No more notices to the device; the ledger says that the person took back the yes."""
    _remove(device, language)


def _remove(device: Endpoint, language: str) -> None:
    set_wants(endpoint=device, wants=Endpoint.Wants.NOTHING, language=language)
    device.delete()


@transaction.atomic
def renew_device(*, old_address: str, old_secret: bytes, subscription: Subscription) -> bool:
    """A browser got a new address by itself: the device keeps its person and what is wanted on it.

    The old address and its secret, which only the browser and we know, are the proof; False without it.
    """
    device = Endpoint.objects.select_for_update().filter(channel=PUSH, address=old_address).first()
    if device is None or not _is_secret_of(device, old_secret):
        return False
    newer = Endpoint.objects.filter(channel=PUSH, address=subscription.address).exclude(pk=device.pk)
    if newer.exists():
        # A page was quicker and has told us of the new address itself.
        device.delete()
        return True
    device.address, device.sealed_keys = subscription.address, subscription.keys.sealed()
    device.refusals, device.set_aside_at = 0, None
    device.save(update_fields=["address", "sealed_keys", "refusals", "set_aside_at"])
    return True


def _is_secret_of(device: Endpoint, secret: bytes) -> bool:
    try:
        return compare_digest(DeviceKeys.unsealed(device.sealed_keys or b"").secret, secret)
    except SuspiciousOperation:
        return False


@dataclass(frozen=True)
class Device:
    """A device as its person sees it."""

    endpoint: Endpoint

    @cached_property
    def browser(self) -> str:
        """The browser's name, or an empty text."""
        return browser(self.endpoint.address)

    @cached_property
    def mark(self) -> str:
        """What the browser knows itself by: a digest, so that no page holds an address one could send to."""
        return mark_of(self.endpoint.address)


def mark_of(address: str) -> str:
    """The digest of a push address, as `trappan/push.js` makes it."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]
