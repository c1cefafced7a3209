"""Showing that an address is yours: a code of six digits, kept only as an HMAC in the sealed session.

One proof is kept for each purpose ("sign-in", or a stairwell's code), so two tabs do not disturb each other.
Tries are counted in the shared cache under the proof's own id, so guesses made at the same moment count too.
"""

import secrets
import time
import unicodedata
from dataclasses import asdict, dataclass, replace
from enum import Enum

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from buildings.sealing import fingerprint
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from watch.join.addresses import Address

SIGN_IN = "sign-in"
JOIN = "join"
CODE_DIGITS = 6
SENDS = 3
PROVEN_FOR = 3600
# Whoever knows an address may not keep its owner out: asking and guessing from elsewhere is counted apart, and only
# asking from very many places at once meets the address's own limit, which keeps its mailbox from being flooded.
ANYWHERE = Throttle("codes-to-an-address", limit=20, seconds=600)
WRONG_HERE = Throttle("wrong-codes-for-an-address", limit=30, seconds=6 * 3600)
TRIES = Throttle("code-tries", settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS, settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT * 4)


class Outcome(Enum):
    """What a typed code led to."""

    RIGHT = "right"
    WRONG = "wrong"
    ENDED = "ended"


@dataclass(frozen=True)
class Proof:
    """A proof on its way or done; times are seconds since the epoch."""

    id: str
    channel: str
    value: str
    digest: str
    at: float
    sends: int = 1
    proven_at: float = 0
    then: str = ""

    @property
    def address(self) -> Address:
        """The address it is about."""
        return Address(self.channel, self.value)

    @property
    def can_resend(self) -> bool:
        """Whether another code may be sent."""
        return self.sends < SENDS


def door_of(purpose: str) -> str:
    """Which ceiling of codes by SMS a proof for this purpose counts towards."""
    return SIGN_IN if purpose == SIGN_IN else JOIN


def may_send(request: HttpRequest, address: Address) -> bool:
    """Count one code on its way to the address, and answer whether it may go."""
    here = _from_here(request, address)
    if WRONG_HERE.spent(here):
        return False
    # The key is a fingerprint, as allauth's own hash of a phone number in the cache is soon guessed.
    allowed = ratelimit.consume(request, action="request_login_code", key=fingerprint("throttle", here))
    return bool(allowed and ANYWHERE.count(address.value))


def start(session: SessionBase, purpose: str, address: Address, *, then: str = "") -> str:
    """Begin a proof and return the code to send; `then` is where to go afterwards."""
    code, proof_id = _new_code(), secrets.token_hex(16)
    _keep(
        session,
        purpose,
        Proof(proof_id, address.channel, address.value, _digest(proof_id, code), time.time(), then=then),
    )
    return code


def renew(session: SessionBase, purpose: str, proof: Proof) -> str:
    """A new code for the same proof; the tries made so far still count."""
    code = _new_code()
    _keep(session, purpose, replace(proof, digest=_digest(proof.id, code), at=time.time(), sends=proof.sends + 1))
    return code


def pending(session: SessionBase, purpose: str) -> Proof | None:
    """The proof that waits for its code, unless it is too old."""
    proof = _kept(session, purpose)
    waits = proof and not proof.proven_at and time.time() - proof.at <= settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    return proof if waits else None


def proven(session: SessionBase, purpose: str) -> Proof | None:
    """The proof that is done, for an hour."""
    proof = _kept(session, purpose)
    return proof if proof and proof.proven_at and time.time() - proof.proven_at <= PROVEN_FOR else None


def check(request: HttpRequest, purpose: str, proof: Proof, typed: str) -> Outcome:
    """Compare a typed code; the fifth wrong one ends the proof, whichever way the tries come in."""
    session = request.session
    if not TRIES.count(proof.id):
        forget(session, purpose)
        return Outcome.ENDED
    if constant_time_compare(_digest(proof.id, typed), proof.digest):
        _keep(session, purpose, replace(proof, digest="", proven_at=time.time()))
        return Outcome.RIGHT
    WRONG_HERE.count(_from_here(request, proof.address))
    if TRIES.spent(proof.id):
        forget(session, purpose)
        return Outcome.ENDED
    return Outcome.WRONG


def forget(session: SessionBase, purpose: str) -> None:
    """Drop the proof."""
    session.pop(_key(purpose), None)


def tidy_digits(typed: str) -> str:
    """The digits in what was typed or pasted, in any script; everything else is dropped."""
    return "".join(str(unicodedata.decimal(sign)) for sign in typed if sign.isdecimal())


def _from_here(request: HttpRequest, address: Address) -> str:
    return f"{client_ip(request)} {address.value}"


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def _digest(proof_id: str, code: str) -> str:
    return fingerprint("code", f"{proof_id}:{code}")


def _key(purpose: str) -> str:
    return f"proof.{purpose}"


def _keep(session: SessionBase, purpose: str, proof: Proof) -> None:
    session[_key(purpose)] = asdict(proof)


def _kept(session: SessionBase, purpose: str) -> Proof | None:
    kept = session.get(_key(purpose))
    return Proof(**kept) if kept else None
