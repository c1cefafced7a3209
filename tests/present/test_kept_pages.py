"""What a browser may keep: nothing of a person's, and every answer forbids frames and foreign scripts."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from buildings.tasks import purge
from tests import world as worlds
from tests.role_matrix import MATRIX

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["tenant", "contact", "landlord", "police"])
def test_back_on_a_shared_phone_shows_nothing_after_signing_out(client, role):
    world = worlds.build()
    kept = []
    for name, row in MATRIX.items():
        client.force_login(world.people[role])
        response = client.get(row.address(name, world))
        if response.status_code == 200 and "no-store" not in response.headers.get("Cache-Control", ""):
            kept.append(name)
    assert not kept


def test_a_page_for_everyone_may_be_kept(client):
    assert client.get("/om/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("url", ["/", "/finns-inte/", "/t/AAAABBBB"])
def test_every_answer_forbids_frames_and_foreign_scripts(client, url):
    headers = client.get(url).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_even_a_refused_upload_forbids_them(client, settings):
    response = client.post("/register/", b"x", content_type="text/csv", CONTENT_LENGTH=settings.UPLOAD_LIMIT + 1)
    assert response.status_code == 413
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_page_says_to_a_person_does_not_lie_readable_in_a_cookie(client):
    world = worlds.build()
    client.force_login(world.people["police"])
    client.post("/personal/", {"email": "ny.kollega@example.org", "districts": [world.extra["norrby"].pk]})
    assert set(client.cookies) <= {"trappan", "csrftoken"}
    assert "ny.kollega@example.org" in client.get("/personal/").text


def test_sessions_that_have_ended_are_cleared_away(client, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    client.force_login(worlds.build().people["tenant"])
    time_machine.shift(timedelta(days=91))
    purge()
    assert not Session.objects.exists()
