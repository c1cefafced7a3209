import io
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import override

from buildings.models import Building, Contact, Flat, Organisation, Resident, Stairwell, User
from notifications import audience
from notifications.models import Delivery, Endpoint, Notice, NoticeText, OutboxState, Posting, Relay
from notifications.wording import check, published_numbers
from watch.demo.roles import ROLES
from watch.demo.world import STAGES
from watch.models import Telling

pytestmark = pytest.mark.django_db


def load():
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests here and taken away after them; what the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override("en"):
            said = load()
        yield said
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(said, settings):
    settings.STAFF_SECOND_FACTOR = False


def counts():
    models = [*apps.get_app_config("buildings").get_models(), *apps.get_app_config("notifications").get_models()]
    return {model.__name__: model.objects.count() for model in models}


@override("en")
def test_loading_tells_each_step(said):
    assert [line.strip() for line in said.splitlines()] == [
        *(f"{stage.doing} ..." for stage in STAGES),
        "The demo is ready.",
    ]


def test_the_register_becomes_norrby_and_a_few_houses_stand_in_hulta():
    ours = {"building__owner__slug": "ab-bostader", "building__district__slug": "norrby"}
    assert Building.objects.filter(owner__slug="ab-bostader").count() == 35
    assert Stairwell.objects.filter(**ours).count() == 86
    assert Flat.objects.filter(stairwell__in=Stairwell.objects.filter(**ours)).count() == 1387
    assert Building.objects.filter(district__slug="hassleholmen-hulta", owner__slug="provhus-i-hulta").count() == 2
    assert Building.objects.count() == 37
    assert not Stairwell.objects.exclude(codes__retired_at=None).exists()


def test_a_company_finds_the_upload_its_houses_came_from(client):
    client.post(reverse("demo:sign_in", args=["landlord"]))
    client.cookies["sprak"] = "en"
    history = client.get(reverse("buildings:register")).text
    assert "register-export.csv" in history
    assert "hulta.csv" not in history
    plan = client.get(re.search(r"/register/\d+/", history)[0]).text
    assert "This is what it changed" in plan
    assert "Not a home: Tvättstuga." in plan


@override("en")
def test_loading_again_changes_nothing(django_assert_max_num_queries):
    before = counts()
    with django_assert_max_num_queries(18):
        assert load().strip() == "The demo is already there."
    assert counts() == before


@override("en")
def test_a_stage_that_is_missing_is_made_again_and_nothing_else():
    before = counts()
    Relay.objects.all().delete()
    missing = next(stage for stage in STAGES if stage.build.__module__.endswith("letters"))
    assert load().splitlines()[0].strip() == f"{missing.doing} ..."
    after = counts()
    assert after["Relay"] == before["Relay"]
    assert after["User"] == before["User"]


def test_about_three_hundred_people_live_there_in_four_languages():
    people = Resident.objects.present().count()
    assert 280 <= people <= 350
    spoken = dict(Resident.objects.values_list("user__language").annotate(Count("pk")))
    for language, share in {"sv": 0.60, "en": 0.15, "ar": 0.15, "so": 0.10}.items():
        assert abs(spoken[language] / people - share) < 0.06
    assert set(Resident.objects.values_list("state", flat=True)) == {"joined", "confirmed", "waiting"}
    share_with_contact = Contact.objects.active().values("stairwell").distinct().count() / Stairwell.objects.count()
    assert 0.28 <= share_with_contact <= 0.40


def test_everyone_is_openly_made_up():
    assert not User.objects.exclude(name__endswith="(demo)").exists()
    assert not User.objects.exclude(email="").exclude(email__endswith="@example.org").exists()
    emails = Endpoint.objects.filter(channel="email").values_list("address", flat=True)
    assert all(address.endswith("@example.org") for address in emails)
    numbers = set(Endpoint.objects.filter(channel="sms").values_list("address", flat=True))
    numbers |= {str(phone.as_e164) for phone in User.objects.exclude(phone=None).values_list("phone", flat=True)}
    numbers |= {str(phone.as_e164) for phone in Organisation.objects.exclude(phone="").values_list("phone", flat=True)}
    fiction = {f"+467017406{last:02}" for last in range(5, 100)}
    assert numbers
    assert numbers <= fiction


def test_everyone_is_reached_in_some_way_or_in_none():
    texted = Endpoint.objects.filter(channel="sms")
    assert texted.values("address").distinct().count() < texted.count(), "some share a telephone"
    assert Endpoint.objects.filter(wants="urgent").exists()
    assert User.objects.filter(residencies__isnull=False, endpoints=None).exists()
    with_email = User.objects.exclude(email="")
    assert not with_email.exclude(emailaddress__verified=True).exists()


def test_the_books_of_every_sent_notice_are_closed_and_add_up():
    sent = Notice.objects.filter(state=Notice.State.SENT)
    assert sent.filter(companion="").count() == 9
    # All but the invitation to the meeting that was cancelled.
    assert sent.exclude(companion="").count() == Telling.objects.count() - 1
    states = set()
    for notice in sent:
        outcome = Delivery.objects.outcome(notice)
        assert outcome.waiting == 0
        assert outcome.total == outcome.reached + outcome.failures + outcome.skipped > 0
        assert notice.people == audience.people(notice)
        states |= set(notice.deliveries.values_list("state", flat=True))
        assert not notice.postings.filter(posted_at__lt=notice.started_at).exists()
        boards = 0 if notice.contacts_only or notice.calls_off else audience.stairwells(notice)
        assert notice.postings.count() == boards
        assert notice.created_at < notice.confirmed_at < notice.send_at < notice.started_at < notice.finished_at
    assert states == {OutboxState.SENT, OutboxState.FAILED, OutboxState.SKIPPED}
    assert any(notice.is_over for notice in sent)
    assert sent.filter(contacts_only=True, companion="").count() == 1
    assert Notice.objects.filter(state=Notice.State.DRAFT).count() == 1


def test_boards_are_up_where_a_contact_helps_and_some_wait():
    up = Posting.objects.exclude(posted_at=None)
    assert up.exists()
    assert not up.exclude(stairwell__contacts__state="active").exists()
    kim = Contact.objects.get(user__email="contact@example.org")
    assert Posting.objects.on_boards_of([kim.stairwell_id]).filter(posted_at=None).exists()


def test_the_notices_pass_the_guard_and_say_whom_to_call():
    published = published_numbers()
    for text in NoticeText.objects.all():
        assert check(f"{text.title}\n{text.body}", published) == [], text
        assert text.notice.companion or re.search(r"\b112\b|114 14|070-174 06 9", text.body), text
    languages = dict(NoticeText.objects.values_list("language").annotate(Count("pk")))
    assert languages["sv"] == Notice.objects.count()
    assert min(languages[language] for language in ("en", "ar", "so")) >= 5


def test_numbers_in_arabic_keep_their_order():
    for text in NoticeText.objects.filter(language="ar", body__contains="114 14"):
        assert "\u2066114 14\u2069" in text.body
    assert not NoticeText.objects.exclude(language="ar").filter(body__contains="\u2066").exists()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.slug)
def test_each_card_signs_in_and_lands_on_a_page_that_opens(client, role):
    response = client.post(reverse("demo:sign_in", args=[role.slug]), follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    assert response.wsgi_request.user.email == role.email


def test_the_first_page_shows_every_role_the_poster_and_the_way(client):
    page = client.get(reverse("demo:index")).content.decode()
    for role in ROLES:
        assert reverse("demo:sign_in", args=[role.slug]) in page
    code = Stairwell.objects.get(name="Varpgatan 1 A").codes.get().code
    assert reverse("join:stairwell", args=[code]) in page
    assert reverse("join:qr", args=[code]) in page
    assert reverse("demo:mailbox") in page
    assert reverse("notices:compose") in page


def test_outside_demo_mode_nothing_is_loaded(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        load()
