"""No page, file, feed or letter says of anybody what the table in docs/architecture.md does not allow.

Every route × every role is searched in `tests/test_role_matrix.py`; here is what people agreed to show, and what the
walk does not reach.
"""

import re
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook

from buildings.models import Contact, Resident
from buildings.sealing import seal
from notifications.letters import digest_letter, notice_letter
from notifications.models import Delivery, Endpoint, Message, Notice
from tests import factories as make
from tests import world as worlds
from tests.role_matrix import MATRIX
from tests.visits import FLAT, leaks_in_letters, leaks_on, mark, visits, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FILES = ("notices:outcome_file", "notices:feed", "notices:cap", "notices:cap_index")


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
    for visit in visits(world, role, ("get",)):
        leaks += leaks_on(visit, role, others)
        if role != "contact":
            leaks += leaks_on(visit, role, name)
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


def test_a_pdf_is_read_word_by_word(client):
    world = worlds.build()
    client.force_login(world.people["landlord"])
    page = client.get(f"/trapp/{world.stairwell.pk}/affisch/")
    assert world.code.spaced.encode() not in page.content
    said = words_of(page)
    assert world.code.spaced in said
    assert f"/t/{world.code.code}" in said


def test_a_leak_in_a_letter_is_found():
    world = worlds.build()
    markers = mark(world)
    make_it = {"purpose": "step", "channel": "email"}
    content = {"address": "lackadress-tenant@example.org", "language": "sv", "text": "Hej Läcknamn-contact"}
    leaking = Message.objects.create(sealed=seal(content), **make_it)
    honest = Message.objects.create(sealed=seal(content | {"text": "Hej Läcknamn-tenant"}), **make_it)
    assert len(leaks_in_letters("x", [leaking], markers)) == 1
    assert leaks_in_letters("x", [honest], markers) == []
