"""Writes of letters. Each verb is one transaction; neither side ever learns the other's name or address."""

from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from buildings.models import Contact, Stairwell, User
from buildings.sealing import seal
from buildings.throttle import Throttle
from notifications.doorbell import ring
from notifications.models import Relay, RelayLetter
from notifications.models.relays import mail_token
from watch.join.relay import telling

log = structlog.get_logger(__name__)

DAY = int(timedelta(days=1).total_seconds())
OF_A_PERSON = Throttle("relay-letters-of-a-person", 5, DAY)
TO_A_CONTACT = Throttle("relay-letters-to-a-contact", 20, DAY)
OF_A_CONTACT = Throttle("relay-letters-of-a-contact", 40, DAY)
SENT_BACK = Throttle("relay-letters-sent-back", 1, DAY)


class Outcome(Enum):
    """What became of a letter."""

    SENT = "sent"
    CLOSED = "closed"
    MUTED = "muted"
    TOO_MANY = "too-many"
    NOT_IN_TURN = "not-in-turn"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@transaction.atomic
def write(*, contact: Contact, user: User, text: str) -> Outcome:
    """A neighbour writes to a contact; letters between the two are one conversation until one of them ends it."""
    helps = Contact.objects.shown().select_for_update().filter(pk=contact.pk).first()
    if helps is None:
        return Outcome.CLOSED
    if helps.muted_at:
        return Outcome.MUTED
    if not _may_write(contact, user, from_contact=False):
        return Outcome.TOO_MANY
    tokens = {"contact_token": mail_token(), "neighbour_token": mail_token()}
    relay, _ = Relay.objects.get_or_create(contact=contact, neighbour=user, closed_at=None, defaults=tokens)
    _send(relay, from_contact=False, text=text)
    return Outcome.SENT


@transaction.atomic
def answer(*, relay: Relay, from_contact: bool, text: str) -> Outcome:
    """One of the two writes in a conversation they have opened."""
    Contact.objects.select_for_update().filter(pk=relay.contact_id).first()
    known = Relay.objects.with_people().with_reach().get(pk=relay.pk)
    outcome = _why_not(known, from_contact=from_contact)
    if outcome is None and not _may_write(known.contact, known.neighbour, from_contact=from_contact):
        outcome = Outcome.TOO_MANY
    if outcome is None:
        _send(known, from_contact=from_contact, text=text)
    return outcome or Outcome.SENT


@transaction.atomic
def answer_with_token(*, token: str, text: str, refusal: str = "", only_in_turn: bool = False) -> Outcome:
    """Somebody who holds a side's token answers, by link (`only_in_turn`: once for each letter) or by mail.

    With `refusal`, and when the conversation takes no letters, the writer is told at their own address, at most once a
    day. A token nobody has is answered with the same work: everything is written, and taken back before it is kept.
    """
    found = Relay.objects.answered_with(token).first()
    relay = found or _nobodys()
    from_contact = relay.contact_token == token
    outcome = _outcome(found, from_contact=from_contact, refusal=refusal, only_in_turn=only_in_turn)
    practice = transaction.savepoint()
    _send(relay, from_contact=from_contact, text=text)
    if outcome is Outcome.SENT:
        transaction.savepoint_commit(practice)
    else:
        transaction.savepoint_rollback(practice)
        # What rings for a letter was taken back with it.
        ring("notifications.deliver", queue="alerts", expires=60)
    if outcome not in (Outcome.SENT, Outcome.UNKNOWN) and SENT_BACK.count(token):
        telling.send_back(relay, from_contact=from_contact, why=refusal or outcome.value)
    return outcome


def _outcome(relay: Relay | None, *, from_contact: bool, refusal: str, only_in_turn: bool) -> Outcome:
    if relay is None:
        # The same questions of the cache as for a letter that is sent.
        _may_write(Contact(pk=0), User(pk=0), from_contact=True)
        return Outcome.UNKNOWN
    if refusal:
        return Outcome.REFUSED
    if closed := _why_not(relay, from_contact=from_contact):
        return closed
    if only_in_turn and bool(getattr(relay, "last_is_contacts", from_contact)) == from_contact:
        return Outcome.NOT_IN_TURN
    return Outcome.SENT if _may_write(relay.contact, relay.neighbour, from_contact=from_contact) else Outcome.TOO_MANY


def _why_not(relay: Relay, *, from_contact: bool) -> Outcome | None:
    if not relay.is_open:
        return Outcome.CLOSED
    return Outcome.MUTED if relay.contact.muted_at and not from_contact else None


def _may_write(contact: Contact, neighbour: User, *, from_contact: bool) -> bool:
    """Count one letter, and answer whether it may go."""
    if from_contact:
        return OF_A_CONTACT.count(str(contact.pk))
    if OF_A_PERSON.spent(str(neighbour.pk)) or TO_A_CONTACT.spent(str(contact.pk)):
        return False
    return OF_A_PERSON.count(str(neighbour.pk)) and TO_A_CONTACT.count(str(contact.pk))


def _nobodys() -> Relay:
    """A conversation of nobody, to do the same work with; nothing of it is kept."""
    nobody, nowhere = User(pk=0), Stairwell(pk=0)
    return Relay(pk=0, contact=Contact(pk=0, user=nobody, stairwell=nowhere), neighbour=nobody)


def _send(relay: Relay, *, from_contact: bool, text: str) -> None:
    now = timezone.now()
    RelayLetter.objects.create(relay_id=relay.pk, from_contact=from_contact, sealed=seal({"text": text}), at=now)
    Relay.objects.filter(pk=relay.pk).update(last_at=now)
    telling.tell(relay, from_contact=from_contact, text=text)


@transaction.atomic
def close(*, relay: Relay) -> None:
    """End a conversation; the letters stay readable until their time is up."""
    Relay.objects.filter(pk=relay.pk, closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def close_of_contact(*, contact: Contact) -> None:
    """End every conversation of a contact who stops or hides."""
    Relay.objects.filter(contact=contact, closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def set_muted(*, contact: Contact, muted: bool) -> None:
    """Take no more letters from neighbours, or take them again."""
    if muted:
        Contact.objects.active().filter(pk=contact.pk, muted_at=None).update(muted_at=timezone.now())
    else:
        Contact.objects.active().filter(pk=contact.pk).update(muted_at=None)


@transaction.atomic
def pass_on(*, letter: RelayLetter, to: str) -> bool:
    """Show a letter to the district's police or the landlord, without its writer; False when one of them has it."""
    fresh = RelayLetter.objects.filter(pk=letter.pk, passed_to="")
    return bool(fresh.update(passed_to=to, passed_at=timezone.now()))


@transaction.atomic
def note_read(*, relay: Relay, by_contact: bool) -> None:
    """The other side's letters have been opened."""
    theirs = RelayLetter.objects.filter(relay=relay, from_contact=not by_contact, read_at=None)
    theirs.update(read_at=timezone.now())


@transaction.atomic
def purge_letters(now: datetime) -> int:
    """Remove letters whose time is up and conversations without any; end those a contact can no longer take part in."""
    before = now - settings.RETENTION["relayed-letters"]
    removed, _ = RelayLetter.objects.filter(at__lte=before).delete()
    Relay.objects.filter(letters=None, last_at__lte=before).delete()
    ended = ~Q(contact__state=Contact.State.ACTIVE) | ~Q(contact__hidden_at=None)
    Relay.objects.filter(ended, closed_at=None).update(closed_at=now)
    if removed:
        log.info("letters_removed", number=removed)
    return removed
