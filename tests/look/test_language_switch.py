"""Whoever reads a page can change its language on it."""

import re

import pytest
from django.test import Client

from tests import world as worlds
from tests.role_matrix import MATRIX

# A frame that shows another's mail, what is no page, and what is shown without a network to ask for another.
WITHOUT = {"demo:mail_html", "operator:jsi18n", "present:offline"}
# Pages that are the same for everyone have links, the others a form that also keeps a person's choice.
SWITCH = re.compile(r'action="/sprak/"|href="[^"]*\?sprak=ar"')


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "tenant", "landlord", "police", "operator"])
def test_every_page_has_the_language_switch(role):
    world = worlds.build()
    client = Client()
    if user := world.people[role]:
        client.force_login(user)
    without = []
    for name, row in MATRIX.items():
        route = name.split("#")[0]
        answer = client.get(row.address(name, world))
        is_page = answer.status_code < 300 and answer.headers["Content-Type"].startswith("text/html")
        if is_page and route not in WITHOUT and not SWITCH.search(answer.text):
            without.append(name)
    assert not without
