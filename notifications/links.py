"""Short addresses that are their own key: a notice's number and a keyed check of it, with nothing stored.

Twelve characters of base32, seven of them the check (35 bits): far too many to guess at the rate
`views.short` allows, and short enough for an SMS. Fixed in length, so that the parts counted are the parts sent.
"""

import hashlib
import hmac

from django.conf import settings
from django.utils.crypto import constant_time_compare

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
CHECK = 7
NUMBER = 5
LONGEST_NUMBER = 13


NOTICES = "short-notice"


def notice_token(pk: int, purpose: str = NOTICES) -> str:
    """The token of the notice's public page, or of another page about the object with this number."""
    return _check(settings.SECRET_KEY, pk, purpose) + _written(pk)


def notice_pk(token: str, purpose: str = NOTICES) -> int | None:
    """The notice a token is for, or None when this server has not made it. Capitals count as small letters.

    Tokens made with an older secret (SECRET_KEY_FALLBACKS) go on working.
    """
    token = token.lower()
    check, number = token[:CHECK], token[CHECK:]
    if not NUMBER <= len(number) <= LONGEST_NUMBER or set(token) - set(ALPHABET):
        return None
    pk = 0
    for character in number:
        pk = pk * 32 + ALPHABET.index(character)
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    known = any(constant_time_compare(check + number, _check(secret, pk, purpose) + _written(pk)) for secret in secrets)
    return pk if known else None


def _written(pk: int) -> str:
    number = ""
    while pk or len(number) < NUMBER:
        pk, rest = divmod(pk, 32)
        number = ALPHABET[rest] + number
    return number


def _check(secret: str, pk: int, purpose: str) -> str:
    digest = hmac.new(f"trappan.{purpose}:{secret}".encode(), str(pk).encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:CHECK])
