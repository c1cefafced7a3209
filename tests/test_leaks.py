"""Every route × every role, searched for things made to leak: names, addresses, numbers and flats of others.

GET and POST, pages, files and feeds, and the letters each POST puts in the outbox. The markers appear only where the
table of who sees what in docs/architecture.md allows it.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from buildings.models import Contact, Flat, Resident, User
from buildings.sealing import seal, unseal
from notifications.letters import digest_letter, message_letter, notice_letter
from notifications.models import Delivery, Endpoint, Message, Notice
from tests import factories as make
from tests import world as worlds
from tests.role_matrix import MATRIX

pytestmark = pytest.mark.django_db

NUMBERS = {"tenant": "+46701740611", "contact": "+46701740612", "other_tenant": "+46701740613"}
FLAT = "Q9876Q"
FILES = ("notices:outcome_file", "notices:feed", "notices:cap", "notices:cap_index")
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
    """Everything an answer says: its headers and its text, or every cell of a workbook."""
    body = b"".join(response) if response.streaming else response.content
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


def answers(world: worlds.World, role: str, methods: tuple[str, ...]) -> Iterator[tuple[str, str, list[Message]]]:
    """What each route says to the role, and the messages it put in the outbox; nothing it changed stays changed."""
    for (name, row), method in product(MATRIX.items(), methods):
        client = Client()
        if user := world.people[role]:
            client.force_login(user)
        data = row.data(world) if method == "post" and row.data else {}
        with transaction.atomic():
            before = set(Message.objects.values_list("pk", flat=True))
            response = getattr(client, method)(row.address(name, world), data)
            said = words_of(response)
            sent = list(Message.objects.exclude(pk__in=before).exclude(sealed=None))
            transaction.set_rollback(True)
        cache.clear()
        yield name.split("#")[0], said, sent


def leaks_on(route: str, role: str, said: str, markers: dict[str, list[str]]) -> list[str]:
    """Markers that stand where they may not."""
    return [
        f"{route}: {marker} ({owner})"
        for owner, words in markers.items()
        if not allowed(role, owner, route)
        for marker in words
        if marker in said
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


@pytest.mark.parametrize("role", worlds.ROLES)
def test_no_page_shows_and_no_letter_tells_a_person_what_belongs_to_another(role):
    world = worlds.build()
    markers = mark(world)
    leaks = []
    for route, said, sent in answers(world, role, ("get", "post")):
        leaks += leaks_on(route, role, said, markers) + leaks_in_letters(route, sent, markers)
    assert not leaks, f"{role} saw\n" + "\n".join(leaks)


@pytest.mark.parametrize(("role", "home"), [*((role, "confirmed") for role in worlds.ROLES), ("tenant", "joined")])
def test_what_people_agreed_to_show_is_shown_to_those_alone(role, home):
    """The contact's name and number to confirmed neighbours, the tenant's name to the stairwell's contact."""
    world = worlds.build()
    markers = mark(world)
    Contact.objects.filter(user=world.people["contact"]).update(shows_name=True, shows_number=True)
    Resident.objects.filter(pk=world.residency.pk).update(shows_name=True, state=home)
    name, others = {"tenant": markers["tenant"][:2]}, markers | {"tenant": markers["tenant"][2:]}
    if role == "tenant" and home == "confirmed":
        # The address is never shown, whatever was agreed to.
        others["contact"] = [word for word in others["contact"] if "@" in word]
    leaks = []
    for route, said, _sent in answers(world, role, ("get",)):
        leaks += leaks_on(route, role, said, others)
        if role != "contact":
            leaks += leaks_on(route, role, said, name)
    assert not leaks, f"{role} saw\n" + "\n".join(leaks)


def test_no_mail_sms_or_preview_of_a_notice_names_anybody():
    world = worlds.build()
    markers = mark(world)
    notices = list(Notice.objects.prefetch_related("texts"))
    languages = [code for code, _name in settings.LANGUAGES]
    letters = [
        notice_letter(notice, language, neutral=neutral)
        for notice, language, neutral in product(notices, languages, (True, False))
    ]
    letters += [digest_letter(notices, language, neutral=neutral) for language, neutral in product(languages, (0, 1))]
    said = "\n".join(map(repr, letters))
    assert "Inbrott i källare" in said
    assert [marker for words in markers.values() for marker in words if marker in said] == []


# What a letter to one person must not reach for: anybody's name, address, number or flat.
REACHES = re.compile(
    r"(user|person|neighbour|resident|contact|subject|helper|member|relay)\w*\.(name|e_?mail|phone|flat|user|address)"
)


def letter_templates() -> list[Path]:
    folders = {"mail", "sms", "email", "push"}
    found = (Path(settings.BASE_DIR) / "templates").rglob("*.*")
    return sorted(path for path in found if folders & set(path.parent.parts[-1:]))


@pytest.mark.parametrize("file", letter_templates(), ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_no_template_of_a_letter_reaches_for_a_person(file):
    assert REACHES.findall(file.read_text()) == []


def test_files_and_feeds_with_something_in_them_hold_nobody(client):
    world = worlds.build()
    markers = mark(world)
    at = {"state": "sent", "channel": "email"}
    for role in ("tenant", "contact"):
        endpoint = Endpoint.objects.get(user=world.people[role], channel="email")
        Delivery.objects.create(notice=world.told, endpoint=endpoint, **at)
    for _neighbour in range(5):
        endpoint = make.EndpointFactory(user=make.ResidentFactory(stairwell=world.stairwell).user)
        Delivery.objects.create(notice=world.told, endpoint=endpoint, **at)
    Notice.objects.filter(pk=world.told.pk).update(started_at=timezone.now(), people=7)
    client.force_login(world.people["police"])
    texts = {name: client.get(MATRIX[name].address(name, world)) for name in FILES}
    read = {name: (b"".join(page) if page.streaming else page.content).decode() for name, page in texts.items()}
    assert f"{world.stairwell.name};" in read["notices:outcome_file"]
    assert ";7" in read["notices:outcome_file"]
    for name in ("notices:feed", "notices:cap", "notices:cap_index"):
        assert "Inbrott i källare" in read[name]
    everybody = [word for words in markers.values() for word in words]
    assert [(name, word) for name, text in read.items() for word in everybody if word in text] == []
    assert "@example.org" not in "".join(read.values())


def test_the_markers_are_really_on_pages_where_they_may_be(client):
    world = worlds.build()
    markers = mark(world)
    landlord, tenant = world.people["landlord"], world.people["tenant"]
    assert landlord
    assert tenant
    client.force_login(landlord)
    assert FLAT in client.get(f"/trapp/{world.stairwell.pk}/").text
    assert "lackadress-landlord@example.org" in client.get("/personal/").text
    client.force_login(tenant)
    assert "Läcknamn-tenant" in client.get("/installningar/").text
    mine = client.get("/mina-uppgifter/").text
    assert {"Läcknamn-tenant", "lackadress-tenant@example.org", "174 06 11"} <= {
        word for word in markers["tenant"] if word in mine
    }


def test_a_workbook_is_read_cell_by_cell():
    book, file = Workbook(), BytesIO()
    book.create_sheet("Kontakter").append(["Kontakt, trapp A", FLAT])
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    said = words_of(HttpResponse(file.getvalue(), content_type=kind))
    assert FLAT in said
    assert "Kontakter" in said


def test_a_leak_in_a_letter_is_found():
    world = worlds.build()
    markers = mark(world)
    make_it = {"purpose": "step", "channel": "email"}
    content = {"address": "lackadress-tenant@example.org", "language": "sv", "text": "Hej Läcknamn-contact"}
    leaking = Message.objects.create(sealed=seal(content), **make_it)
    honest = Message.objects.create(sealed=seal(content | {"text": "Hej Läcknamn-tenant"}), **make_it)
    assert len(leaks_in_letters("x", [leaking], markers)) == 1
    assert leaks_in_letters("x", [honest], markers) == []
