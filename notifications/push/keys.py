"""Our key towards push services (VAPID, RFC 8292), and what devices give us to encrypt with (RFC 8291)."""

import base64
import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from time import time
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from buildings.sealing import seal, unseal

# Seconds. RFC 8292 allows 24 hours; half of that leaves room for clocks that differ.
VALID, USED = 12 * 3600, 6 * 3600
POINT, SECRET = 65, 16
SUBJECT: Final = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://[^\s/@]+(?:/\S*)?")


def is_on() -> bool:
    """Whether push can be sent and is offered."""
    return bool(settings.VAPID_PRIVATE_KEY)


@lru_cache(maxsize=2)
def _vapid(private_key: str) -> Vapid02:
    vapid = Vapid02.from_string(private_key)
    # The subject is checked in `problem`; py_vapid's own check refuses a try-out's host names.
    vapid.conf["no-strict"] = True
    return vapid


def problem() -> str:
    """Why the key and the subject in the settings cannot be used, or an empty text."""
    try:
        _vapid(settings.VAPID_PRIVATE_KEY)
    except Exception:  # noqa: BLE001 - whatever a library says of it, it is no key
        return "VAPID_PRIVATE_KEY is not a private key."
    return "" if SUBJECT.fullmatch(settings.VAPID_SUBJECT) else f"VAPID_SUBJECT is {settings.VAPID_SUBJECT!r}."


def public_key() -> str:
    """Our public key as browsers take it: a point in base64url; empty when push is off."""
    return _public(_vapid(settings.VAPID_PRIVATE_KEY)) if is_on() else ""


def _public(vapid: Vapid02) -> str:
    point = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def new_key() -> tuple[str, str]:
    """A new private key, as settings.VAPID_PRIVATE_KEY wants it, and its public one."""
    vapid = Vapid02()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode(), _public(vapid)


def _signed(origin: str, private_key: str, subject: str, now: float) -> str:
    claims = {"aud": origin, "exp": int(now) + VALID, "sub": subject}
    return str(_vapid(private_key).sign(claims)["Authorization"])


class Signatures:
    """Authorization headers, one for each push service, kept for some hours: signing costs more than sending."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str, str], tuple[str, float]] = {}

    def to(self, origin: str) -> str:
        """The header for this service."""
        key, now = (origin, settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT), time()
        with self._lock:
            header, made = self._kept.get(key, ("", 0.0))
            # A clock that was set back must not leave us with a header that is valid for too long.
            if not made <= now < made + USED:
                header = _signed(*key, now)
                self._kept[key] = (header, now)
        return header


signatures: Final = Signatures()


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What a device gave us to encrypt with, and which of our public keys it takes messages from."""

    point: bytes
    secret: bytes
    ours: str

    @classmethod
    def read(cls, p256dh: str, auth: str) -> Self:
        """The keys of a subscription. Raises ValueError when they are none."""
        point, secret = decoded(p256dh), decoded(auth)
        if len(point) != POINT or len(secret) != SECRET:
            raise ValueError("The keys have the wrong length.")
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        return cls(point, secret, public_key())

    @classmethod
    def unsealed(cls, sealed: bytes | memoryview) -> Self:
        """The keys kept with an endpoint. Raises SuspiciousOperation when this server did not seal them."""
        kept = unseal(sealed)
        return cls(decoded(kept["p256dh"]), decoded(kept["auth"]), kept["ours"])

    def sealed(self) -> bytes:
        """As they are kept with an endpoint."""
        point, secret = (base64.urlsafe_b64encode(part).decode() for part in (self.point, self.secret))
        return seal({"p256dh": point, "auth": secret, "ours": self.ours})


def decoded(text: str) -> bytes:
    """Bytes from base64url, with or without padding. Raises ValueError."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("Not base64url.") from error
