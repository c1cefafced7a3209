"""Every page a stranger can open is valid HTML, in a left-to-right and a right-to-left language."""

import pytest
from django.test import Client

from tests import world as worlds
from tests.html import faults
from tests.present.pages import officer_in, written
from tests.role_matrix import MATRIX

WHOLE = """<!doctype html><html lang="en"><head><title>x</title></head><body>{}</body></html>"""


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_every_public_page_is_valid(language):
    world = worlds.build()
    norrby = world.extra["norrby"]
    written(officer_in(norrby), norrby, introduction="Här\nhjälps vi åt.", officer="Kommunpolis", places="Huset")
    client = Client(headers={"accept-language": language})
    wrong, read = {}, 0
    for name, row in MATRIX.items():
        answer = client.get(row.address(name, world))
        is_page = answer.status_code in (200, 404, 410) and answer.headers["Content-Type"].startswith("text/html")
        if is_page and name != "demo:mail_html":
            read += 1
            if found := faults(answer.text):
                wrong[name] = found
    assert not wrong
    assert read > 60


@pytest.mark.parametrize(
    "mistake",
    [
        "<p><div>x</div></p>",
        "<ul><p>x</p></ul>",
        '<p id="a">x</p><p id="a">y</p>',
        '<label for="b">x</label>',
        '<a href="#c">x</a>',
        "<span><h2>x</h2></span>",
        "<button><a href='/'>x</a></button>",
        "<dl><p>x</p></dl>",
        "<img src='/x.png'>",
        "<p>x</b></p>",
        "<h2><a href='/'><p>x</p></a></h2>",
        "<table><tr><div>x</div></tr></table>",
        "<p align='left'>x</p>",
        "<em><ul><li>x</li></ul></em>",
    ],
)
def test_a_mistake_is_found(mistake):
    assert not faults(WHOLE.format("<p>x</p>"))
    assert faults(WHOLE.format(mistake))
