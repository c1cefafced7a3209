"""The pages of a notice's life: scheduling, changing, correcting, calling off, and a test to oneself."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import following
from notifications.links import notice_token
from notifications.models import Delivery, Endpoint, Message, Notice
from notifications.tasks import start_due
from tests import factories as make
from tests.join.steps import letters

COMPOSE = reverse("notices:compose")
OUTBOX = reverse("notices:outbox")


def at(name, notice):
    return reverse(f"notices:{name}", args=[notice.public_id])


@pytest.fixture
def got(told, norrby):
    """A told notice the tenant has got by mail."""

    def make_got(**fields):
        notice = told(**fields)
        Delivery.objects.create(
            notice=notice, endpoint=Endpoint.objects.get(user=norrby.tenant), channel="email", state="sent"
        )
        return notice

    return make_got


@pytest.fixture
def press(as_person):
    """Read through and press the button."""

    def confirm(notice, role="officer"):
        client = as_person(role)
        return client.post(at("confirm", notice), {"seen": client.get(at("confirm", notice)).context["seen"]})

    return confirm


class TestScheduling:
    """A time to leave, until which everything can be changed."""

    @pytest.fixture
    def on_friday(self, draft, press):
        notice = draft(not_before=timezone.now() + timedelta(days=2))
        press(notice)
        notice.refresh_from_db()
        return notice

    def test_the_button_says_that_it_is_scheduled(self, as_person, draft):
        page = as_person("officer").get(at("confirm", draft(not_before=timezone.now() + timedelta(days=2)))).text
        assert "Schedule for 2 people" in page
        assert "Until then you can change it or take it back." in page

    def test_the_list_and_its_page_say_when_it_leaves(self, as_person, on_friday):
        client = as_person("officer")
        assert "leaves " in client.get(OUTBOX).text
        page = client.get(at("progress", on_friday)).text
        assert "Until then you can change it or take it back. It leaves by itself." in page
        assert re.search(r'hx-trigger="every (2|4|8|15|30)s"', page)
        assert "data-countdown=" not in page

    def test_it_can_be_made_a_draft_again_and_confirmed_anew(self, as_person, on_friday, press):
        client = as_person("officer")
        page = client.post(at("reopen", on_friday), follow=True)
        assert page.redirect_chain[-1][0] == at("edit", on_friday)
        assert "The notice is a draft again. Nobody has got it." in page.text
        on_friday.refresh_from_db()
        assert (on_friday.state, on_friday.send_at) == ("draft", None)
        press(on_friday)
        on_friday.refresh_from_db()
        assert on_friday.state == "scheduled"

    def test_too_late_to_change_is_said_kindly(self, as_person, on_friday):
        with time_machine.travel(timezone.now() + timedelta(days=3)):
            start_due("notices")
            page = as_person("officer").post(at("reopen", on_friday), follow=True)
        assert "It was too late. The notice has already left." in page.text

    def test_one_who_does_not_work_here_any_more_is_named_as_such(self, as_person, on_friday, norrby):
        colleague = make.StaffFactory(organisation=norrby.police, districts=[norrby.district]).user
        assert "no longer works here" not in as_person(colleague).get(at("progress", on_friday)).text
        norrby.officer.memberships.update(ended_at=timezone.now())
        assert "no longer works here" in as_person(colleague).get(at("progress", on_friday)).text

    def test_who_removes_a_colleague_sees_what_of_theirs_has_not_left(self, as_person, on_friday, norrby):
        chief = make.StaffFactory(organisation=norrby.police, is_administrator=True).user
        member = norrby.officer.memberships.get()
        page = as_person(chief).get(reverse("join:staff_remove", args=[member.pk])).text
        assert "1 notice of theirs has not left yet." in page

    def test_why_it_was_not_sent_stands_on_its_page(self, as_person, on_friday):
        Notice.objects.update(expires_at=timezone.now() + timedelta(days=2, hours=1))
        with time_machine.travel(timezone.now() + timedelta(days=4)):
            start_due("notices")
            page = as_person("officer").get(at("progress", on_friday)).text
        assert "Not sent: its time passed first" in page
        assert "Nobody has got this notice." in page


class TestCorrecting:
    """From the told notice to its correction, and what readers see of both."""

    def test_the_button_leads_to_a_draft_with_the_old_words(self, as_person, got):
        notice = got()
        client = as_person("officer")
        assert at("correct", notice) in client.get(at("progress", notice)).text
        page = client.post(at("correct", notice), follow=True)
        assert "You are correcting an earlier notice" in page.text
        assert "Flera källarförråd har brutits upp." in page.text
        draft = Notice.objects.get(refers_to=notice)
        assert f"{reverse('notices:reach')}?utkast={draft.public_id}" in page.text
        again = client.post(at("correct", notice))
        assert again.url == at("edit", draft)
        progress = client.get(at("progress", notice)).text
        assert "A correction of this notice has been begun." in progress
        assert at("correct", notice) not in progress

    def test_the_panel_beside_the_form_counts_those_told_before_too(self, as_person, got, norrby, typed):
        notice = got()
        norrby.tenant.residencies.update(state="left")
        make.ResidentFactory(user=norrby.tenant, stairwell=make.StairwellFactory())
        draft = following.correction_of(notice=notice, user=norrby.officer)
        client = as_person("officer")
        alone = client.post(reverse("notices:reach"), typed())
        page = client.post(f"{reverse('notices:reach')}?utkast={draft.public_id}", typed())
        assert (alone.context["numbers"].people, page.context["numbers"].people) == (1, 2)
        assert "Rättelse: Var uppmärksam: Inbrott i källare" in page.text
        assert "Det här ersätter anslaget vi skickade" in page.context["previews"][0].mail
        assert client.get(at("confirm", draft)).context["numbers"].people == 2

    def test_a_drafts_number_of_another_organisation_is_not_found(self, as_person, got, norrby, typed):
        draft = following.correction_of(notice=got(), user=norrby.officer)
        where = f"{reverse('notices:reach')}?utkast={draft.public_id}"
        assert as_person("clerk").post(where, typed()).status_code == 404

    def test_it_must_be_as_urgent_as_what_it_corrects(self, as_person, got, norrby, typed):
        draft = following.correction_of(notice=got(urgency="be_aware"), user=norrby.officer)
        page = as_person("officer").post(at("edit", draft), typed(urgency="information"))
        assert "A correction must be at least as urgent as the notice it corrects." in page.text
        assert as_person("officer").post(at("edit", draft), typed(urgency="be_aware")).status_code == 302

    @pytest.fixture
    def corrected(self, got, norrby, press):
        notice = got(texts={"sv": ("Gammal rubrik", "På onsdag.")})
        draft = following.correction_of(notice=notice, user=norrby.officer)
        draft.texts.update(title="Ny rubrik", body="På torsdag.")
        press(draft)
        Notice.objects.filter(pk=draft.pk).update(send_at=timezone.now())
        start_due("notices")
        return Notice.objects.get(pk=notice.pk), Notice.objects.get(pk=draft.pk)

    def test_only_the_newest_stands_in_the_list_and_the_old_page_leads_to_it(self, as_person, corrected):
        old, new = corrected
        client = as_person("tenant")
        mine = client.get(reverse("notices:mine")).text
        assert "Ny rubrik" in mine
        assert "Gammal rubrik" not in mine
        page = client.get(at("read", old)).text
        assert "This notice has been corrected" in page
        assert at("read", new) in page
        newer = client.get(at("read", new)).text
        assert "This replaces the notice we sent" in newer
        assert "has been corrected" not in newer

    def test_the_short_page_leads_on_too(self, corrected):
        old, new = corrected
        page = Client(headers={"accept-language": "en"}).get(f"/n/{notice_token(old.pk)}")
        assert page.status_code == 200
        assert "This notice has been corrected" in page.text
        assert f"/n/{notice_token(new.pk)}" in page.text
        assert str(new.public_id) not in page.text

    def test_the_sender_sees_both_and_which_is_the_newest(self, as_person, corrected):
        old, new = corrected
        client = as_person("officer")
        page = client.get(at("progress", old)).text
        assert at("progress", new) in page
        assert at("correct", old) not in page
        assert at("call_off", old) not in page
        assert "This corrects an earlier notice" in client.get(at("progress", new)).text
        assert "corrected" in client.get(OUTBOX).text
        late = client.post(at("correct", old), follow=True).text
        assert at("progress", new) in late

    def test_who_was_told_before_can_read_the_correction_though_it_is_for_others_now(
        self, as_person, norrby, got, press
    ):
        notice = got(whole_district=False)
        notice.stairwells.add(norrby.stairwells[0])
        draft = following.correction_of(notice=notice, user=norrby.officer)
        draft.stairwells.set([norrby.stairwells[1]])
        press(draft)
        Notice.objects.filter(pk=draft.pk).update(send_at=timezone.now())
        start_due("notices")
        client = as_person("tenant")
        assert client.get(at("read", draft)).status_code == 200
        assert at("read", draft) in client.get(reverse("notices:mine")).text
        stranger = make.ResidentFactory(stairwell=norrby.stairwells[0]).user
        assert as_person(stranger).get(at("read", draft)).status_code == 404


class TestCallingOff:
    """Two presses, and what is told to whom."""

    def test_the_page_says_what_happens_and_the_second_press_does_it(self, as_person, got):
        notice = got()
        client = as_person("officer")
        page = client.get(at("call_off", notice)).text
        assert "1 person has got it so far and is told." in page
        assert "What it said no longer applies" in page
        assert "gäller inte längre" in page
        assert Notice.objects.count() == 1
        done = client.post(at("call_off", notice), {"word_sv": "Larmet var falskt."}, follow=True)
        word = Notice.objects.get(reference="cancels")
        assert done.redirect_chain[-1][0] == at("progress", word)
        assert word.text_in("sv").body.endswith("\n\nLarmet var falskt.")
        assert "falskt" not in word.text_in("ar").body
        page = client.get(at("progress", notice)).text
        assert "Called off" in page
        assert at("progress", word) in page

    def test_who_comes_second_is_told_so(self, as_person, got):
        notice = got()
        first, second = as_person("officer"), as_person("officer")
        assert second.get(at("call_off", notice)).status_code == 200
        first.post(at("call_off", notice))
        page = second.post(at("call_off", notice), follow=True)
        assert "This notice has been called off already." in page.text
        assert Notice.objects.filter(reference="cancels").count() == 1

    def test_readers_find_that_it_no_longer_applies(self, as_person, got, norrby):
        notice = got()
        token = notice_token(notice.pk)
        word = following.call_off(notice=notice, user=norrby.officer, own_words={})
        start_due("notices")
        client = as_person("tenant")
        page = client.get(at("read", notice)).text
        assert "This notice has been called off" in page
        assert at("read", word) in page
        mine = client.get(reverse("notices:mine")).text
        assert at("read", word) in mine
        assert at("read", notice) not in mine
        gone = Client(headers={"accept-language": "en"}).get(f"/n/{token}")
        assert gone.status_code == 410
        assert "This notice has been called off" in gone.text
        assert f"/n/{notice_token(word.pk)}" in gone.text
        assert "källarförråd" not in gone.text
        assert Client().get(f"/n/{notice_token(word.pk)}").status_code == 200

    def test_what_was_typed_stays_when_it_is_refused(self, as_person, got):
        notice = got()
        page = as_person("officer").post(at("call_off", notice), {"word_sv": "Det var 850101-1236."})
        assert page.status_code == 409
        assert "Your words hold a number that may not be sent." in page.text
        assert "Det var 850101-1236." in page.text
        notice.refresh_from_db()
        assert notice.state == "sent"

    def test_to_many_only_the_ready_words_go(self, as_person, got, norrby):
        norrby.police.approval_above = 0
        norrby.police.save()
        page = as_person("officer").get(at("call_off", got())).text
        assert "only the ready words go out" in page
        assert 'name="word_sv"' not in page

    def test_what_has_not_left_is_over_or_is_a_calling_off_itself_has_no_such_page(self, as_person, got, draft, norrby):
        word = following.call_off(notice=got(), user=norrby.officer, own_words={})
        over = got(expires_at=timezone.now())
        for notice in (draft(), over, word):
            assert as_person("officer").get(at("call_off", notice)).status_code == 302


class TestTestingIt:
    """A mail to one's own work address, and to nobody else."""

    def test_each_language_is_a_mail_marked_as_a_test(self, as_person, draft, norrby):
        notice = draft(texts={"sv": ("Rubrik", "Svensk text"), "ar": ("عنوان", "نص عربي")})
        before = Notice.objects.values().get()
        page = as_person("officer").post(at("try_out", notice), {"language": ""}, follow=True)
        assert "2 test mails are on their way to your work address." in page.text
        first, second = letters()
        assert {first["address"], second["address"]} == {norrby.officer.email}
        assert (first["subject"], second["subject"]) == ("Prov: Rubrik", "تجربة: عنوان")
        assert "Svensk text" in first["text"]
        assert 'dir="rtl"' in second["html"]
        assert "Det här är ett prov." in first["text"]
        assert set(Message.objects.values_list("purpose", flat=True)) == {"test"}
        assert Notice.objects.values().get() == before
        assert not Delivery.objects.exists()

    def test_nothing_in_it_stops_anybodys_mails(self, as_person, draft):
        as_person("officer").post(at("try_out", draft()))
        (letter,) = letters()
        assert "avsluta" not in letter["text"] + letter["html"]
        assert "/installningar/" in letter["html"]

    def test_one_language_can_be_chosen_and_no_other_than_the_notices(self, as_person, draft):
        notice = draft(texts={"sv": ("Rubrik", "Text"), "en": ("Title", "Text")})
        client = as_person("officer")
        client.post(at("try_out", notice), {"language": "en"})
        assert [letter["subject"] for letter in letters()] == ["Test: Title"]
        page = client.post(at("try_out", notice), {"language": "so"}, follow=True)
        assert "Choose a language to send the test in." in page.text
        assert Message.objects.count() == 1

    def test_it_is_not_endless(self, as_person, draft):
        client, notice = as_person("officer"), draft()
        for _press in range(12):
            client.post(at("try_out", notice))
        page = client.post(at("try_out", notice), follow=True)
        assert "You have sent many tests lately." in page.text
        assert Message.objects.count() == 12

    def test_what_the_guard_marks_is_not_mailed_even_as_a_test(self, as_person, draft):
        notice = draft(texts={"sv": ("Rubrik", "850101-1236")})
        page = as_person("officer").post(at("try_out", notice), follow=True)
        assert "The notice holds a number that may not be sent." in page.text
        assert not Message.objects.exists()

    def test_without_a_work_address_one_is_told_so(self, as_person, draft, norrby):
        type(norrby.officer).objects.filter(pk=norrby.officer.pk).update(email="")
        norrby.officer.refresh_from_db()
        page = as_person("officer").post(at("try_out", draft()), follow=True)
        assert "You have no e-mail address here to send a test to." in page.text


def test_a_copy_of_any_notice_starts_from_the_list(as_person, told, draft):
    waiting, sent = draft(not_before=timezone.now() + timedelta(days=1)), told()
    client = as_person("officer")
    page = client.get(OUTBOX).text
    for notice in (waiting, sent):
        assert f"{COMPOSE}?kopia={notice.public_id}" in page
    form = client.get(COMPOSE, {"kopia": waiting.public_id}).context["form"]
    assert form.initial["not_before"] is None
    assert form.initial["title_sv"] == "Inbrott i källare"
