"""Reading through, sending once and taking back."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from notifications import drafts
from notifications.models import Delivery, Notice, Posting
from notifications.tasks import start_due
from tests import factories as make


def at(name, notice):
    return reverse(f"notices:{name}", args=[notice.public_id])


def board(notice):
    return reverse("prints:notice", args=[notice.public_id])


@pytest.fixture
def send(as_person):
    """Open the review page and press its button, as a browser does."""

    def press(notice, role="officer", **changes):
        client = as_person(role)
        seen = client.get(at("confirm", notice)).context["seen"]
        return client.post(at("confirm", notice), {"seen": seen} | changes)

    return press


def test_the_button_says_how_many_get_it(as_person, draft, norrby):
    make.ResidentFactory(stairwell=norrby.stairwells[0])
    page = as_person("officer").get(at("confirm", draft())).text
    assert "Send to 3 people" in page
    assert "has no way to be reached now" in page
    assert "Everywhere you answer for in Norrby." in page
    assert "Shown until" in page
    alone = draft(contacts_only=True)
    assert "Send to 1 person<" in as_person("officer").get(at("confirm", alone)).text


def test_the_page_names_the_stairwells_chosen(as_person, draft, norrby):
    notice = draft(whole_district=False)
    notice.stairwells.add(norrby.stairwells[0])
    page = as_person("officer").get(at("confirm", notice)).text
    assert "<li>Varpgatan 1 A</li>" in page
    assert "Varpgatan 1 B" not in page


def test_confirming_leads_to_the_take_back_window(send, draft, as_person):
    notice = draft()
    response = send(notice)
    assert response.url == at("progress", notice)
    notice.refresh_from_db()
    assert notice.state == "scheduled"
    page = as_person("officer").get(at("progress", notice))
    assert 25 <= page.context["seconds_left"] <= 30
    assert f'data-countdown="{page.context["seconds_left"]}"' in page.text
    assert at("take_back", notice) in page.text
    assert 'http-equiv="refresh"' in page.text


def test_a_second_press_changes_nothing(send, draft, as_person):
    notice = draft()
    client = as_person("officer")
    seen = client.get(at("confirm", notice)).context["seen"]
    for _press in range(2):
        assert client.post(at("confirm", notice), {"seen": seen}).url == at("progress", notice)
    notice.refresh_from_db()
    first = notice.send_at
    assert client.get(at("confirm", notice)).url == at("progress", notice)
    notice.refresh_from_db()
    assert notice.send_at == first


def test_two_people_confirming_at_once_both_end_at_its_progress(draft, norrby):
    notice = draft()
    stale = Notice.objects.get(pk=notice.pk)
    seen = drafts.seal_of(notice)
    first = drafts.confirm_draft(notice=notice, user=norrby.officer, seen=seen)
    second = drafts.confirm_draft(notice=stale, user=norrby.officer, seen=seen)
    assert first.send_at == second.send_at
    assert second.state == "scheduled"


def test_what_somebody_changed_meanwhile_is_not_sent_unread(as_person, draft, typed):
    notice = draft()
    client = as_person("officer")
    seen = client.get(at("confirm", notice)).context["seen"]
    client.post(at("edit", notice), typed(body_sv="Något helt annat."))
    page = client.post(at("confirm", notice), {"seen": seen})
    assert page.status_code == 409
    assert "Somebody has changed the notice since you opened this page." in page.text
    assert "Något helt annat." in page.text
    notice.refresh_from_db()
    assert notice.state == "draft"
    assert client.post(at("confirm", notice), {"seen": page.context["seen"]}).status_code == 302


@pytest.mark.parametrize("change", ["urgency", "contacts_only", "expires_at", "stairwells", "texts"])
def test_every_change_counts_as_one(draft, norrby, change):
    notice = draft(whole_district=False)
    before = drafts.seal_of(notice)
    assert drafts.seal_of(Notice.objects.get(pk=notice.pk)) == before
    if change == "stairwells":
        notice.stairwells.add(norrby.stairwells[0])
    elif change == "texts":
        notice.texts.create(language="en", title="x", body="y")
    else:
        new = {"urgency": "be_aware", "contacts_only": True, "expires_at": timezone.now()}[change]
        setattr(notice, change, new)
    assert drafts.seal_of(notice) != before


@pytest.mark.parametrize("where", ["sv", "ar"])
def test_a_number_in_any_language_blocks_the_sending(send, draft, as_person, where):
    texts = {"sv": ("Rubrik", "Text"), "ar": ("عنوان", "نص")}
    texts[where] = (texts[where][0], "٨٥٠١٠١-١٢٣٦")
    notice = draft(texts=texts)
    page = as_person("officer").get(at("confirm", notice)).text
    assert "Change this before the notice can be sent" in page
    assert "Send to" not in page
    response = send(notice)
    assert response.status_code == 409
    assert "The notice holds a number that may not be sent." in response.text
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_a_notice_to_nobody_is_not_sent(send, draft, norrby, as_person):
    notice = draft(whole_district=False)
    notice.stairwells.add(make.StairwellFactory(building=norrby.building))
    page = as_person("officer").get(at("confirm", notice)).text
    assert "Nobody would get this notice" in page
    assert "Send to" not in page
    response = send(notice)
    assert response.status_code == 409
    assert "Nobody has joined where this notice is meant for, so it cannot be sent." in response.text


def test_a_draft_that_has_lain_too_long_is_not_sent(send, draft, as_person):
    notice = draft(expires_at=timezone.now() - timedelta(minutes=1))
    assert "Send to" not in as_person("officer").get(at("confirm", notice)).text
    response = send(notice)
    assert response.status_code == 409
    assert "passes before it leaves" in response.text


def test_take_back_stops_it_and_the_words_can_be_used_again(send, draft, as_person):
    notice = draft()
    send(notice)
    page = as_person("officer").post(at("take_back", notice), follow=True)
    assert "The notice is taken back. Nobody has got it." in page.text
    notice.refresh_from_db()
    assert notice.state == "cancelled"
    assert f"{reverse('notices:compose')}?kopia={notice.public_id}" in page.text
    assert "hx-trigger" not in page.text


def test_too_late_is_said_kindly(send, draft, as_person):
    notice = draft()
    send(notice)
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        waiting = as_person("officer").get(at("progress", notice)).text
        assert "It is leaving now. You can stop it as long as this page says so." in waiting
        start_due("notices")
        gone = as_person("officer").get(at("progress", notice)).text
        assert at("take_back", notice) not in gone
        page = as_person("officer").post(at("take_back", notice), follow=True)
    assert "It was too late. The notice has already left." in page.text


@pytest.mark.parametrize("state", ["scheduled", "sending", "sent", "cancelled"])
def test_a_confirmed_notice_cannot_be_changed_or_thrown_away(as_person, draft, typed, state):
    notice = draft(state=state, started_at=timezone.now(), finished_at=timezone.now())
    client = as_person("officer")
    for name in ("edit", "delete"):
        for answer in (client.get(at(name, notice)), client.post(at(name, notice), typed(title_sv="Ny rubrik"))):
            assert answer.url == at("progress", notice)
    page = client.get(at("progress", notice)).text
    assert "This notice has been confirmed and cannot be changed. You can write a new one." in page
    assert "Ny rubrik" not in page


def test_a_save_that_loses_the_race_against_confirming_changes_nothing(draft, norrby, typed, as_person, monkeypatch):
    notice = draft()
    # The draft is confirmed between the view's look and its save.
    locked = drafts._locked
    monkeypatch.setattr(
        drafts, "_locked", lambda found: Notice.objects.filter(pk=found.pk).update(state="scheduled") and locked(found)
    )
    client = as_person("officer")
    assert client.post(at("edit", notice), typed(title_sv="För sent")).url == at("progress", notice)
    notice.refresh_from_db()
    assert notice.text_in("sv").title == "Inbrott i källare"
    assert client.post(at("delete", notice)).url == at("progress", notice)


def test_one_stairwell_and_a_hundred_cost_the_same_to_read_through(as_person, draft, norrby, django_assert_num_queries):
    client = as_person("officer")
    notice = draft(whole_district=False)
    notice.stairwells.add(norrby.stairwells[0])
    client.get(at("confirm", notice))
    for _round in range(2):
        with django_assert_num_queries(18):
            assert client.get(at("confirm", notice)).status_code == 200
        notice.stairwells.add(*make.StairwellFactory.create_batch(100, building=norrby.building))


def test_a_draft_is_thrown_away_after_one_question(as_person, draft):
    notice = draft()
    client = as_person("officer")
    assert "Throw the draft away?" in client.get(at("delete", notice)).text
    assert Notice.objects.count() == 1
    page = client.post(at("delete", notice), follow=True)
    assert "The draft is thrown away." in page.text
    assert not Notice.objects.exists()


class TestProgress:
    """The page a sender watches."""

    @pytest.fixture
    def on_its_way(self, draft, norrby):
        notice = draft(state="sending", started_at=timezone.now(), people=9, unreachable=2)
        rows = {"sent": "", "queued": "", "retry": "smtp-451", "failed": "smtp-550", "skipped": "unsubscribed"}
        for state, reason in rows.items():
            endpoint = make.EndpointFactory()
            Delivery.objects.create(notice=notice, endpoint=endpoint, channel="email", state=state, reason=reason)
        sms = make.EndpointFactory(channel="sms", address="+46701740605")
        Delivery.objects.create(notice=notice, endpoint=sms, channel="sms", state="failed", reason="no-connection")
        for stairwell in norrby.stairwells:
            Posting.objects.create(notice=notice, stairwell=stairwell)
        return notice

    def test_it_tells_figures_and_reasons_in_words(self, as_person, on_its_way):
        page = as_person("officer").get(at("progress", on_its_way))
        outcome = page.context["outcome"]
        assert (outcome.reached, outcome.waiting, outcome.failures, outcome.skipped) == (1, 2, 2, 1)
        assert "The address does not exist any more: 1" in page.text
        assert "The server could not be reached in time: 1" in page.text
        assert "smtp-550" not in page.text
        assert "people with no way to be reached" in page.text
        figures = re.findall(r'figure-number">(\d+)</span><span class="figure-words">([^<]+)<', page.text)
        assert figures[:2] == [("9", "people"), ("1", "delivered by mail, by SMS and to devices")]
        assert "E-mail</th>" in page.text
        assert "SMS</th>" in page.text
        assert "+4670" not in page.text

    def test_htmx_gets_the_part_that_changes_until_it_is_done(self, as_person, on_its_way):
        client = as_person("officer")
        part = client.get(at("progress", on_its_way), headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert 'hx-trigger="every 2s"' in part.text
        assert "HX-Request" in part.headers["Vary"]
        Notice.objects.filter(pk=on_its_way.pk).update(state="sent", finished_at=timezone.now())
        done = client.get(at("progress", on_its_way), headers={"HX-Request": "true"}).text
        assert "hx-trigger" not in done
        assert "Everything that could be delivered was delivered" in done
        assert 'http-equiv="refresh"' not in client.get(at("progress", on_its_way)).text

    def test_each_stairwells_board_has_its_page(self, as_person, on_its_way, norrby, draft):
        page = as_person("officer").get(at("progress", on_its_way)).text
        for stairwell in norrby.stairwells:
            assert f"{board(on_its_way)}?trapp={stairwell.pk}" in page
        secret = draft(state="sent", contacts_only=True, finished_at=timezone.now())
        assert "?trapp=" not in as_person("officer").get(at("progress", secret)).text

    def test_the_boards_pages_come_to_the_open_page_when_the_notice_is_sent(self, as_person, on_its_way, norrby):
        client = as_person("officer")
        part = client.get(at("progress", on_its_way), headers={"HX-Request": "true"}).text
        assert "?trapp=" not in part
        Notice.objects.filter(pk=on_its_way.pk).update(state="sent", finished_at=timezone.now())
        done = client.get(at("progress", on_its_way), headers={"HX-Request": "true"}).text
        assert '<div id="boards" hx-swap-oob="true">' in done
        assert done.count("?trapp=") == len(norrby.stairwells)
        whole = client.get(at("progress", on_its_way)).text
        assert whole.count('id="boards"') == 1
        assert "hx-swap-oob" not in whole

    @pytest.mark.parametrize("state", ["scheduled", "cancelled"])
    def test_there_is_no_board_for_what_has_not_left(self, as_person, draft, state):
        notice = draft(state=state, send_at=timezone.now())
        assert "?trapp=" not in as_person("officer").get(at("progress", notice)).text
        assert as_person("officer").get(board(notice)).status_code == 404

    def test_a_draft_is_read_through_first(self, as_person, draft):
        notice = draft()
        assert as_person("officer").get(at("progress", notice)).url == at("confirm", notice)

    def test_many_deliveries_cost_no_more_queries(self, as_person, on_its_way, django_assert_num_queries, norrby):
        client = as_person("officer")
        client.get(at("progress", on_its_way))
        for _round in range(2):
            cache.clear()
            with django_assert_num_queries(17):
                client.get(at("progress", on_its_way))
            with django_assert_num_queries(10):
                client.get(at("progress", on_its_way), headers={"HX-Request": "true", "HX-Target": "progress"})
            for endpoint in make.EndpointFactory.create_batch(100):
                Delivery.objects.create(notice=on_its_way, endpoint=endpoint, channel="email", state="sent")
            for stairwell in make.StairwellFactory.create_batch(100, building=norrby.building):
                Posting.objects.create(notice=on_its_way, stairwell=stairwell)

    def test_what_was_sent_is_what_was_read(self, as_person, draft, send):
        notice = draft()
        send(notice)
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            start_due("notices")
        notice.refresh_from_db()
        assert notice.state == "sending"
        page = as_person("officer").get(at("progress", notice))
        assert page.context["outcome"].waiting == 2
        assert "On its way" in page.text


class TestWhoMay:
    """Outside is not found, inside without the role is refused."""

    PAGES = ("edit", "confirm", "progress", "delete")

    @pytest.mark.parametrize("name", PAGES)
    def test_a_draft_of_another_organisation_is_not_found(self, as_person, draft, name):
        notice = draft()
        for role in ("landlord", "clerk"):
            client = as_person(role)
            assert client.get(at(name, notice)).status_code == 404
            assert client.post(at("take_back", notice)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_a_told_notice_can_be_read_but_not_steered_by_others(self, as_person, told, name):
        notice = told()
        assert as_person("landlord").get(at(name, notice)).status_code == 403
        assert as_person("tenant").get(at(name, notice)).status_code == 403

    def test_colleagues_in_another_district_do_not_find_it(self, as_person, draft, norrby):
        notice = draft()
        hulta = make.DistrictFactory()
        colleague = make.StaffFactory(organisation=norrby.police, districts=[hulta]).user
        for name in self.PAGES:
            assert as_person(colleague).get(at(name, notice)).status_code == 404

    def test_tenants_write_nothing(self, as_person, typed):
        client = as_person("tenant")
        for name in ("compose", "outbox"):
            assert client.get(reverse(f"notices:{name}")).status_code == 403
        assert client.post(reverse("notices:reach"), typed()).status_code == 403
        assert client.post(reverse("notices:compose"), typed()).status_code == 403

    def test_strangers_are_asked_to_sign_in(self, client, draft):
        notice = draft()
        for address in (reverse("notices:compose"), reverse("notices:outbox"), at("confirm", notice)):
            assert client.get(address).status_code == 302
            assert reverse("account_request_login_code") in client.get(address).url
