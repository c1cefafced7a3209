"""Visits every row of the role matrix as somebody, and looks for what must not be read there.

The world's people are marked with names, addresses, numbers and a flat made to leak; the markers may appear only
where the table of who sees what in docs/architecture.md allows it.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from buildings.models import Flat, User
from buildings.sealing import unseal
from notifications.letters import message_letter
from notifications.models import Endpoint, Message
from tests import world as worlds
from tests.pdfs import all_said_in
from tests.role_matrix import MATRIX, Row

NUMBERS = {"tenant": "+46701740611", "contact": "+46701740612", "other_tenant": "+46701740613"}
FLAT = "Q9876Q"
# Pressed with a reason and written down; the person is told (`tests/join`).
REVEALS = re.compile("reveal")
STAFF = ("landlord", "police", "city")


def mark(world: worlds.World) -> dict[str, list[str]]:
    """Give everybody unmistakable data; the markers of each person, and the flat's."""
    markers: dict[str, list[str]] = {"flat": [FLAT]}
    Flat.objects.filter(stairwell=world.stairwell, number="1001").update(number=FLAT)
    for role, user in world.people.items():
        if user is None:
            continue
        name, email = f"Läcknamn-{role.replace('_', '-')}", f"lackadress-{role.replace('_', '-')}@example.org"
        User.objects.filter(pk=user.pk).update(name=name, email=email)
        user.emailaddress_set.update(email=email)
        user.endpoints.filter(channel="email").update(address=email)
        user.refresh_from_db()
        markers[role] = [name, json.dumps(name)[1:-1], email]
        if number := NUMBERS.get(role):
            User.objects.filter(pk=user.pk).update(phone=number, phone_verified=True)
            Endpoint.objects.create(user=user, channel=Endpoint.Channel.SMS, address=number)
            device = f"https://fcm.googleapis.com/fcm/send/lackpush-{role}"
            Endpoint.objects.create(user=user, channel=Endpoint.Channel.WEBPUSH, address=device)
            # Whoever has it can make the device buzz, so not even its own person's pages hold it.
            markers[f"{role}'s device"] = [device.rpartition("/")[2]]
            markers[role] += [number, number.removeprefix("+46"), f"174 06 {number[-2:]}"]
    return markers


def allowed(role: str, owner: str, route: str) -> bool:
    """Who may meet whose markers where: oneself, flats the company's own staff, colleagues their administrator."""
    if owner == "flat":
        return role == "landlord"
    if owner == role:
        return True
    if REVEALS.search(route) and role in STAFF and owner in ("tenant", "contact"):
        return True
    same_house = {frozenset(("police", "other_police"))}
    return route == "join:staff" and frozenset((role, owner)) in same_house


def words_of(response: Any) -> str:
    """Everything an answer says: its headers and its text, the words of a PDF, or every cell of a workbook."""
    body = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Type", "") == "application/pdf":
        return f"{response.headers} {all_said_in(body)}"
    if "spreadsheetml" not in response.headers.get("Content-Type", ""):
        return f"{response.headers} {body.decode(errors='replace')}"
    book = load_workbook(BytesIO(body))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    return " ".join([str(response.headers), repr(book.properties), *book.sheetnames, *cells])


def in_words(message: Message) -> tuple[str, str]:
    """A message's address, and all that its reader, and whoever sees the screen, may read."""
    content = unseal(message.sealed or b"")
    words = {name: content.get(name, "") for name in ("language", "subject", "text", "html")}
    return content["address"], repr(message_letter(**words))


@dataclass(frozen=True)
class Visit:
    """What one route answered: its status (`in` for the sign-in page), all its words, and the messages it sent."""

    name: str
    row: Row
    method: str
    status: str
    said: str
    sent: list[Message]

    @property
    def route(self) -> str:
        """The route, without the table's variant."""
        return self.name.split("#", maxsplit=1)[0]


def visits(world: worlds.World, role: str, methods: tuple[str, ...]) -> Iterator[Visit]:
    """The role's visit to each row of the table that is asked for; nothing it changed stays changed.

    `ONLY=meet: pytest tests/test_role_matrix.py` visits only the rows whose names begin so.
    """
    rows = {name: row for name, row in MATRIX.items() if name.startswith(os.environ.get("ONLY", ""))}
    for (name, row), method in product(rows.items(), methods):
        client = Client()
        if user := world.people[role]:
            client.force_login(user)
        url = row.address(name, world)
        data = row.data(world) if method == "post" and row.data else {}
        with transaction.atomic():
            before = set(Message.objects.values_list("pk", flat=True))
            response = getattr(client, method)(url, data)
            said = words_of(response)
            sent = list(Message.objects.exclude(pk__in=before).exclude(sealed=None))
            transaction.set_rollback(True)
        cache.clear()
        signs_in = response.headers.get("Location", "").startswith(reverse("account_request_login_code"))
        yield Visit(name, row, method, "in" if signs_in else str(response.status_code), said, sent)


def leaks_on(visit: Visit, role: str, markers: dict[str, list[str]]) -> list[str]:
    """Markers that stand where they may not."""
    return [
        f"{visit.route}: {marker} ({owner})"
        for owner, words in markers.items()
        if not allowed(role, owner, visit.route)
        for marker in words
        if marker in visit.said
    ]


def leaks_in_letters(route: str, sent: list[Message], markers: dict[str, list[str]]) -> list[str]:
    """Markers of anybody but the reader in letters."""
    leaks = []
    for message in sent:
        address, words = in_words(message)
        readers = {owner for owner, own in markers.items() if address in own}
        others = {owner: own for owner, own in markers.items() if owner not in readers}
        leaks += [
            f"{route}, letter about {message.purpose}: {marker} ({owner})"
            for owner, own in others.items()
            for marker in own
            if marker in words
        ]
    return leaks
