import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from tests.factories import BuildingFactory, StaffFactory, StairwellFactory, UserFactory
from watch.demo.roles import BY_SLUG

pytestmark = pytest.mark.django_db


def demo_urls():
    mail = ["1764000000001-1"]
    return [
        ("get", reverse("demo:index")),
        ("get", reverse("demo:mailbox")),
        ("get", reverse("demo:mail", args=mail)),
        ("get", reverse("demo:mail_html", args=mail)),
        ("post", reverse("demo:sign_in", args=["tenant"])),
        ("get", reverse("demo:sign_in", args=["tenant"])),
    ]


def test_outside_the_demo_every_page_is_not_found(client, settings):
    UserFactory(email=BY_SLUG["tenant"].email)
    urls = demo_urls()
    settings.DEMO = False
    for method, url in urls:
        assert getattr(client, method)(url).status_code == 404, (method, url)
    assert "_auth_user_id" not in client.session


def test_an_empty_demo_says_how_to_fill_it(client):
    assert "manage.py demo" in client.get(reverse("demo:index")).content.decode()
    assert client.post(reverse("demo:sign_in", args=["tenant"])).status_code == 404
    assert client.post(reverse("demo:sign_in", args=["newcomer"])).status_code == 404


def test_signing_in_takes_a_press_of_the_pages_own_button():
    UserFactory(email=BY_SLUG["tenant"].email)
    url = reverse("demo:sign_in", args=["tenant"])
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(url).status_code == 403
    assert careful.get(url).status_code == 405


def test_one_press_signs_in_and_allauth_knows_how(client):
    user = UserFactory(email=BY_SLUG["tenant"].email)
    answer = client.post(reverse("demo:sign_in", args=["tenant"]))
    assert answer.headers["Location"] == reverse("present:home")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["account_authentication_methods"][0]["method"] == "code"


def test_staff_stay_signed_in_for_half_a_day_and_tenants_for_long(client):
    StaffFactory(user=UserFactory(email=BY_SLUG["police"].email))
    for role in ("tenant", "operator"):
        UserFactory(email=BY_SLUG[role].email, is_superuser=role == "operator")
    for role, hours in {"police": 12, "operator": 12, "tenant": 90 * 24}.items():
        client.post(reverse("demo:sign_in", args=[role]))
        assert round(client.session.get_expiry_age() / 3600) == hours, role


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/utskick/nytt/", "/utskick/nytt/"), ("https://evil.example/", "/hem/"), ("//evil.example", "/hem/")],
)
def test_after_signing_in_one_lands_only_on_this_site(client, target, expected):
    UserFactory(email=BY_SLUG["police"].email)
    answer = client.post(reverse("demo:sign_in", args=["police"]), {"next": target})
    assert answer.headers["Location"] == expected


def test_only_the_demos_own_people_can_be_signed_in_as(client):
    UserFactory(email="someone@example.org")
    assert client.post(reverse("demo:sign_in", args=["someone"])).status_code == 404


def test_a_newcomer_is_signed_out_and_stands_before_the_poster(client):
    UserFactory(email=BY_SLUG["tenant"].email)
    StairwellFactory(building=BuildingFactory(designation="Varpen 1"), entrance="A", code="KATTHUND")
    client.post(reverse("demo:sign_in", args=["tenant"]))
    answer = client.post(reverse("demo:sign_in", args=["newcomer"]))
    assert answer.headers["Location"] == reverse("join:stairwell", args=["KATTHUND"])
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"DEBUG": False}, "watch.E001"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["trappan.example"]}, "watch.E002"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["*"]}, "watch.E002"),
        ({"DEBUG": True, "ALLOWED_HOSTS": [".localhost.example"]}, "watch.E002"),
        ({"DEBUG": True, "SITE_URL": "https://trappan.example"}, "watch.E002"),
    ],
)
def test_a_demo_that_strangers_could_reach_does_not_start(settings, changes, problem):
    settings.DEMO = True
    for name, value in changes.items():
        setattr(settings, name, value)
    assert problem in [found.id for found in run_checks(tags=["security"])]


def test_a_local_demo_starts_and_without_the_demo_any_host_may_be_set(settings):
    settings.DEMO, settings.DEBUG = True, True
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["localhost", "127.0.0.1", "[::1]"], "http://localhost:8000"
    assert not [found for found in run_checks(tags=["security"]) if found.id.startswith("watch.")]
    settings.DEMO, settings.DEBUG, settings.ALLOWED_HOSTS = False, False, ["trappan.example"]
    assert not [found for found in run_checks(tags=["security"]) if found.id in {"watch.E001", "watch.E002"}]
