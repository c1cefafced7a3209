"""What people do at the ways in: three screens behind any address, letters on paper, and who answers."""

import re
from typing import Any

from django.test import Client

from buildings.models import Contact, Flat, FlatCode, Invitation, Resident, Stairwell
from buildings.sealing import fingerprint
from tests import factories as make
from tests.join.steps import EMAIL, code_sent
from tests.pdfs import links_in

KIND_PAGE = "This opens nothing any more"
TOO_LATE = "Somebody else has answered already"


def in_english() -> Client:
    """A visitor who reads English."""
    client = Client()
    client.cookies["sprak"] = "en"
    return client


def signed_in(user: Any) -> Client:
    """Somebody who is signed in and reads English."""
    client = in_english()
    client.force_login(user)
    return client


def show_address(client: Client, door: str, address: str = EMAIL) -> Any:
    """The first and the second screen."""
    asked = client.post(door, {"login": address})
    assert asked.status_code == 302, asked.content.decode()
    return client.post(asked.headers["Location"], {"code": code_sent()})


def choose(client: Client, door: str, name: str = "Mika", **data: Any) -> Any:
    """The third screen."""
    return client.post(f"{door.rstrip('/')}/val", {"name": name, "wants": "all", "language": "en", **data})


def join(client: Client, door: str, address: str = EMAIL, **data: Any) -> Any:
    """All three screens."""
    show_address(client, door, address)
    return choose(client, door, **data)


def letter_to(flat: Flat, code: str, **fields: Any) -> FlatCode:
    """A letter that lies in the flat's mailbox."""
    return FlatCode.objects.create(flat=flat, fingerprint=fingerprint("flat-code", code), **fields)


def invitation_by(contact: Contact, code: str, **fields: Any) -> Invitation:
    """An invitation a contact has handed to a neighbour."""
    sealed = fingerprint("neighbours-invitation", code)
    return Invitation.objects.create(stairwell=contact.stairwell, by=contact, fingerprint=sealed, **fields)


def codes_on(page: Any) -> list[str]:
    """The codes on printed letters, as a phone reads them; none on any other page."""
    if page.headers["Content-Type"] != "application/pdf":
        return []
    return [link.rpartition("/")[2] for link in links_in(page.content)]


def waits_at(place: Stairwell, **fields: Any) -> Resident:
    """Somebody who found the stairwell without a code; reads English."""
    fields = {"user": make.UserFactory(language="en"), **fields}
    return make.ResidentFactory(stairwell=place, state=Resident.State.WAITING, way=Resident.Way.PUBLIC, **fields)


def main_of(page: Any, *gone: str) -> str:
    """What a page says, without what differs from one address to the next."""
    text = page.content.decode()
    for word in gone:
        text = text.replace(word, "…")
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", text)
