"""Sealing of values that must not lie readable in the database, and keyed fingerprints of personal values.

Session data (which holds sign-in codes while they are valid) and outgoing messages to one person are
sealed with Fernet under keys derived from SECRET_KEY and its fallbacks, so a copy of the database
alone opens nothing. Fingerprints are HMAC-SHA256, for looking a value up without storing it.
"""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import SuspiciousOperation


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    keys = (hashlib.blake2b(secret.encode(), digest_size=32, person=b"trappan-seal").digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _current_box() -> MultiFernet:
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(value: Any) -> bytes:
    """`value` (anything JSON holds) as sealed bytes."""
    return _current_box().encrypt(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def unseal(sealed: bytes | memoryview) -> Any:
    """The value that was sealed. Raises SuspiciousOperation when it was not sealed by this server."""
    try:
        return json.loads(_current_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise SuspiciousOperation("A sealed value was not sealed by this server.") from error


def fingerprint(purpose: str, value: str) -> str:
    """A keyed fingerprint (HMAC-SHA256, 64 hex digits) of `value`, different for each purpose: what is kept of it."""
    return _fingerprint(settings.SECRET_KEY, purpose, value)


def fingerprints(purpose: str, value: str) -> list[str]:
    """The same under SECRET_KEY and each of its fallbacks: what `value` is looked up by."""
    return [_fingerprint(secret, purpose, value) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _fingerprint(secret: str, purpose: str, value: str) -> str:
    return hmac.digest(f"trappan.{purpose}:{secret}".encode(), value.encode(), "sha256").hex()


class SealedSerializer:
    """Django's session serializer: JSON, sealed."""

    def dumps(self, obj: dict[str, Any]) -> bytes:
        """Sealed bytes of the session's data."""
        return seal(obj)

    def loads(self, data: bytes) -> dict[str, Any]:
        """The session's data; an unreadable session is an empty one."""
        value = unseal(data)
        return value if isinstance(value, dict) else {}
