"""Every route × every role, searched for things made to leak: names, addresses, numbers and flats of others.

The markers appear only where the table of who sees what in docs/architecture.md allows it.
"""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from buildings.models import Flat, User
from notifications.models import Delivery, Endpoint, Notice
from tests import factories as make
from tests import world as worlds
from tests.role_matrix import MATRIX

pytestmark = pytest.mark.django_db

NUMBERS = {"tenant": "+46701740611", "contact": "+46701740612", "other_tenant": "+46701740613"}
FLAT = "Q9876Q"
FILES = ("notices:outcome_file", "notices:feed", "notices:cap", "notices:cap_index")


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
        user.refresh_from_db()
        markers[role] = [name, email]
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
    same_house = {frozenset(("police", "other_police"))}
    return route == "join:staff" and frozenset((role, owner)) in same_house


@pytest.mark.parametrize("role", worlds.ROLES)
def test_no_page_shows_a_person_what_belongs_to_another(role):
    world = worlds.build()
    markers = mark(world)
    leaks = []
    for name, row in MATRIX.items():
        route = name.split("#")[0]
        client = Client()
        if user := world.people[role]:
            client.force_login(user)
        response = client.get(row.address(name, world))
        cache.clear()
        body = b"".join(response) if response.streaming else response.content
        text = body.decode(errors="replace") + str(response.headers)
        leaks += [
            f"{route}: {marker} ({owner})"
            for owner, words in markers.items()
            if not allowed(role, owner, route)
            for marker in words
            if marker in text
        ]
    assert not leaks, f"{role} saw\n" + "\n".join(leaks)


def test_files_and_feeds_with_something_in_them_hold_nobody(client):
    world = worlds.build()
    markers = mark(world)
    at = {"state": "sent", "channel": "email"}
    for role in ("tenant", "contact"):
        endpoint = Endpoint.objects.get(user=world.people[role], channel="email")
        Endpoint.objects.filter(pk=endpoint.pk).update(address=f"lackadress-{role}@example.org")
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
    mark(world)
    landlord, tenant = world.people["landlord"], world.people["tenant"]
    assert landlord
    assert tenant
    client.force_login(landlord)
    assert FLAT in client.get(f"/trapp/{world.stairwell.pk}/").text
    assert "lackadress-landlord@example.org" in client.get("/personal/").text
    client.force_login(tenant)
    assert "Läcknamn-tenant" in client.get("/installningar/").text
