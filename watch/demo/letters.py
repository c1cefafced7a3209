"""The demo's letters: a neighbour and a contact have written to each other, and the contact has passed two on."""

from datetime import timedelta

from django.utils import timezone

from buildings.models import Contact, User
from buildings.sealing import seal
from notifications.models import Relay, RelayLetter
from notifications.models.relays import mail_token
from watch.demo.roles import BY_SLUG

# Days ago, whether the contact wrote it, to whom it was passed on, the words.
LETTERS = (
    (9, False, "landlord", "Hej. Porten mot gården går inte i lås på kvällarna. Vet du om någon har anmält det?"),
    (8, True, "", "Hej. Jag har skickat det vidare till bostadsbolaget. De brukar komma inom några dagar."),
    (3, False, "police", "Nu är den lagad, tack. Det står ofta en grupp i källargången sent. Kan polisen gå förbi?"),
    (1, False, "", "Kommer du på trappmötet? Jag tar gärna med kaffe."),
)


def is_built() -> bool:
    """Whether anybody has written."""
    return Relay.objects.exists()


def build() -> None:
    """Let the neighbour behind one card write with the contact behind another."""
    contact = Contact.objects.active().filter(user__email=BY_SLUG["contact"].email).first()
    neighbour = User.objects.filter(email=BY_SLUG["tenant"].email).first()
    if contact is None or neighbour is None:
        return
    now = timezone.now()
    relay = Relay.objects.create(
        contact=contact,
        neighbour=neighbour,
        contact_token=mail_token(),
        neighbour_token=mail_token(),
        started_at=now - timedelta(days=LETTERS[0][0]),
        last_at=now - timedelta(days=LETTERS[-1][0]),
    )
    for days, from_contact, passed_to, text in LETTERS:
        at = now - timedelta(days=days)
        RelayLetter.objects.create(
            relay=relay,
            from_contact=from_contact,
            sealed=seal({"text": text}),
            at=at,
            read_at=at + timedelta(hours=2) if days > LETTERS[-1][0] else None,
            passed_to=passed_to,
            passed_at=at + timedelta(hours=3) if passed_to else None,
        )
