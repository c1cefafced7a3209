"""Corrections and callings off: what stops, whom they reach, and who wins when two come at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Resident
from notifications import drafts, following
from notifications.drafts import Blocked
from notifications.errors import Overtaken, TooLate, TooManyForOwnWords
from notifications.models import Delivery, Endpoint, Notice, NoticeText, Posting
from notifications.outbox import claim, expand, mend, run
from notifications.sending import confirm, take_back
from tests.factories import (
    ContactFactory,
    DistrictFactory,
    EndpointFactory,
    ResidentFactory,
    StairwellFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("post")]
SOMEBODY = "11111111-1111-4111-8111-111111111111"


def leave(notice):
    """Confirm a draft and let it leave."""
    confirm(notice=notice, user=UserFactory())
    Notice.objects.filter(pk=notice.pk).update(send_at=timezone.now())
    expand.start_due(notice.queue)
    run.deliver(notice.queue)
    return Notice.objects.select_related("organisation", "district").get(pk=notice.pk)


@pytest.fixture
def correct():
    """Correct a notice, with another text, and let the correction leave."""

    def correction(notice, body="Det var på torsdag.", **changes):
        draft = following.correction_of(notice=notice, user=UserFactory())
        NoticeText.objects.filter(notice=draft, language="sv").update(body=body)
        Notice.objects.filter(pk=draft.pk).update(**changes)
        return leave(Notice.objects.select_related("organisation", "district", "refers_to").get(pk=draft.pk))

    return correction


@pytest.fixture
def call_off():
    def called_off(notice, own_words=None):
        word = following.call_off(notice=notice, user=UserFactory(), own_words=own_words or {})
        expand.start_due(word.queue)
        run.deliver(word.queue)
        return word

    return called_off


def states(notice):
    rows = Delivery.objects.filter(notice=notice).order_by("endpoint__address")
    return {row.endpoint.address.split("@")[0]: row.state for row in rows.select_related("endpoint")}


class TestCorrecting:
    """A new notice takes the old one's place."""

    def test_a_draft_has_the_old_ones_words_and_audience_and_says_what_it_corrects(self, send, neighbours, stairwell):
        neighbours("a")
        notice = send(whole_district=True, urgency="be_aware", is_public=True)
        draft = following.correction_of(notice=notice, user=UserFactory())
        assert (draft.state, draft.refers_to, draft.reference, draft.origin) == ("draft", notice, "corrects", notice)
        assert (draft.urgency, draft.is_public, draft.contacts_only, draft.whole_district) == (
            "be_aware",
            True,
            False,
            True,
        )
        assert draft.text_in("sv").body == notice.text_in("sv").body
        assert following.correction_of(notice=notice, user=UserFactory()) == draft

    def test_it_reaches_the_audience_and_everyone_told_before_once(self, post, send, neighbours, correct, stairwell):
        neighbours("a", "b")
        notice = send()
        moved = Resident.objects.get(user__email="b@example.org")
        Resident.objects.filter(pk=moved.pk).update(state="left")
        ResidentFactory(user=moved.user, stairwell=StairwellFactory(building__district=DistrictFactory()))
        neighbours("c")
        post.taken.clear()
        newer = correct(notice)
        assert sorted(post.recipients()) == ["a@example.org", "b@example.org", "c@example.org"]
        assert newer.people == 3

    def test_what_has_not_left_of_the_old_one_is_stopped(self, post, due, neighbours, correct):
        neighbours("a", "b", "c")
        notice = due()
        expand.start_due("notices")
        Delivery.objects.filter(endpoint__address="a@example.org").update(state="sent")
        Delivery.objects.filter(endpoint__address="c@example.org").update(
            state="held", due_at=timezone.now() + timedelta(days=3)
        )
        notice.refresh_from_db()
        correct(notice)
        assert states(notice) == {"a": "sent", "b": "skipped", "c": "skipped"}
        assert set(Delivery.objects.filter(notice=notice, state="skipped").values_list("reason", flat=True)) == {
            "replaced"
        }
        notice.refresh_from_db()
        assert notice.state == "sent"
        assert notice.replaced_at
        assert notice.finished_at
        assert sorted(post.recipients()) == ["a@example.org", "b@example.org", "c@example.org"]

    def test_what_a_worker_has_in_hand_is_skipped_when_it_comes_back(self, post, due, neighbours, correct):
        neighbours("a")
        notice = due()
        expand.start_due("notices")
        Delivery.objects.update(
            state="sending", claimed_at=timezone.now(), claim="11111111-1111-4111-8111-111111111111"
        )
        notice.refresh_from_db()
        newer = correct(notice)
        Delivery.objects.filter(notice=notice).update(state="retry", claim=None, due_at=timezone.now())
        post.taken.clear()
        run.deliver("notices")
        assert post.taken == []
        assert Delivery.objects.get(notice=notice).reason == "replaced"
        mend.reclaim()
        newer.refresh_from_db()
        assert newer.state == "sent"

    @pytest.mark.parametrize(
        ("language", "subject", "line"),
        [
            ("sv", "Rättelse: ", "Det här ersätter anslaget vi skickade"),
            ("en", "Correction: ", "This replaces the notice we sent"),
            ("ar", "تصحيح: ", "هذا الإعلان يحل محل الإعلان الذي أرسلناه"),
            ("so", "Sixid: ", "Kani wuxuu beddelayaa ogeysiiskii aan dirnay"),
        ],
    )
    def test_it_says_that_it_is_one_in_the_readers_language(
        self, post, send, neighbours, correct, language, subject, line
    ):
        neighbours("a", language=language)
        notice = send()
        post.taken.clear()
        correct(notice)
        (mail,) = post.taken
        assert mail["Subject"].startswith(subject)
        for kind in ("plain", "html"):
            words = mail.get_body((kind,)).get_content()
            assert words.index(line) < words.index("Det var på torsdag.")

    def test_an_sms_says_so_too(self, elks, send, texted, correct):
        texted(1)
        notice = send(texts={"sv": ("Möte", "På onsdag.")})
        correct(notice)
        words = elks.taken[-1]["message"]
        assert words.startswith("Rättelse. ")
        assert "Det här ersätter anslaget vi skickade" in words

    def test_for_contacts_it_looks_like_any_other(self, post, send, neighbours, correct, stairwell):
        (contact,) = neighbours("a")
        ContactFactory(user=contact.user, stairwell=stairwell)
        notice = send(contacts_only=True)
        post.taken.clear()
        newer = correct(notice)
        assert newer.contacts_only
        assert post.taken[0]["Subject"] == "Nytt anslag för din trapp"
        assert "ersätter" not in post.taken[0].get_body(("plain",)).get_content()

    def test_its_readers_stay_the_same_kind_whatever_the_form_says(self, send, neighbours, stairwell):
        (contact,) = neighbours("a")
        ContactFactory(user=contact.user, stairwell=stairwell)
        notice = send(contacts_only=True)
        draft = following.correction_of(notice=notice, user=UserFactory())
        words = drafts.Words(
            kind="fire",
            urgency="information",
            district=notice.district,
            whole_district=True,
            buildings=[],
            stairwells=[],
            contacts_only=False,
            is_public=False,
            expires_at=notice.expires_at,
            texts={"sv": ("a", "b")},
        )
        saved = drafts.save_draft(organisation=notice.organisation, author=UserFactory(), words=words, notice=draft)
        assert saved.contacts_only

    def test_a_correction_can_be_corrected_and_reaches_all_whom_any_of_them_reached(
        self, post, send, neighbours, correct
    ):
        neighbours("a")
        first = send()
        post.at_rcpt = {"a": ["550 no", None]}
        second = correct(first, body="Andra.")
        assert states(second) == {"a": "failed"}
        Resident.objects.update(state="left")
        home = StairwellFactory()
        ResidentFactory(user=Endpoint.objects.get().user, stairwell=home)
        third = correct(second, body="Tredje.")
        assert states(third) == {"a": "sent"}
        assert third.origin == first
        assert [found and found.pk for found in (first.newest(), second.newest())] == [third.pk, third.pk]
        with pytest.raises(Overtaken):
            following.call_off(notice=second, user=UserFactory(), own_words={})

    def test_only_one_correction_is_under_way(self, send, neighbours, correct):
        neighbours("a")
        notice = send()
        begun = following.correction_of(notice=notice, user=UserFactory())
        assert following.correction_of(notice=notice, user=UserFactory()) == begun
        confirm(notice=begun, user=UserFactory())
        assert following.correction_of(notice=notice, user=UserFactory()) == begun
        take_back(notice=begun, user=UserFactory())
        assert following.correction_of(notice=notice, user=UserFactory()) != begun

    @pytest.mark.parametrize("state", ["draft", "awaiting", "scheduled", "cancelled"])
    def test_what_nobody_has_got_is_not_corrected(self, due, state):
        notice = due()
        Notice.objects.update(state=state)
        with pytest.raises(Overtaken):
            following.correction_of(notice=notice, user=UserFactory())

    def test_when_the_old_one_is_called_off_first_the_correction_does_not_leave(self, post, send, neighbours, call_off):
        neighbours("a")
        notice = send()
        draft = following.correction_of(notice=notice, user=UserFactory())
        confirm(notice=draft, user=UserFactory())
        call_off(notice)
        post.taken.clear()
        Notice.objects.filter(pk=draft.pk).update(send_at=timezone.now())
        expand.start_due("notices")
        run.deliver("notices")
        draft.refresh_from_db()
        assert (draft.state, draft.stopped) == ("cancelled", "overtaken")
        assert post.taken == []

    def test_a_correction_of_what_was_called_off_is_not_confirmed(self, send, neighbours, call_off):
        neighbours("a")
        notice = send()
        draft = following.correction_of(notice=notice, user=UserFactory())
        call_off(notice)
        with pytest.raises(Overtaken):
            confirm(notice=Notice.objects.get(pk=draft.pk), user=UserFactory())


class TestCallingOff:
    """Stops at once, and tells exactly those who had got it."""

    def test_what_is_queued_is_stopped_and_only_those_who_got_it_are_told(self, post, due, neighbours, call_off):
        neighbours("a", "b", "c")
        notice = due()
        expand.start_due("notices")
        Delivery.objects.filter(endpoint__address="a@example.org").update(state="sent")
        Delivery.objects.filter(endpoint__address="b@example.org").update(state="failed")
        neighbours("d")
        notice.refresh_from_db()
        word = call_off(notice)
        assert states(notice) == {"a": "sent", "b": "failed", "c": "skipped"}
        assert post.recipients() == ["a@example.org"]
        assert states(word) == {"a": "sent"}
        notice.refresh_from_db()
        assert (notice.state, notice.stopped) == ("cancelled", "called_off")
        word.refresh_from_db()
        assert (word.people, word.reference, word.refers_to) == (1, "cancels", notice)
        mend.reclaim()
        word.refresh_from_db()
        assert word.state == "sent"
        assert not Posting.objects.filter(notice=word).exists()

    def test_what_a_worker_sent_all_the_same_is_followed_by_the_word(self, post, due, neighbours, call_off):
        neighbours("a", "b")
        notice = due()
        expand.start_due("notices")
        in_hand = claim.deliveries("notices", claim.Letters())
        notice.refresh_from_db()
        word = call_off(notice)
        assert post.taken == []
        mend.reclaim()
        word.refresh_from_db()
        assert word.state == "sending"
        run.send(in_hand, run.Run())
        assert sorted(post.recipients()) == ["a@example.org", "b@example.org"]
        mend.reclaim()
        run.deliver("notices")
        assert sorted(post.recipients()) == sorted(["a@example.org", "b@example.org"] * 2)
        mend.reclaim()
        mend.reclaim()
        word.refresh_from_db()
        assert (word.state, len(post.taken)) == ("sent", 4)

    def test_who_left_or_said_no_since_hears_nothing_more(self, post, send, neighbours, call_off, stairwell):
        neighbours("stays", "left", "no", "aside", "closed", "moved")
        notice = send()
        Resident.objects.filter(user__email__in=["left@example.org", "moved@example.org"]).update(state="left")
        moved = Endpoint.objects.get(address="moved@example.org").user
        ResidentFactory(user=moved, stairwell=StairwellFactory())
        Endpoint.objects.filter(address="no@example.org").update(wants="nothing")
        Endpoint.objects.filter(address="aside@example.org").update(set_aside_at=timezone.now())
        Endpoint.objects.get(address="closed@example.org").user.__class__.objects.filter(
            email="closed@example.org"
        ).update(is_active=False)
        post.taken.clear()
        call_off(notice)
        assert sorted(post.recipients()) == ["moved@example.org", "stays@example.org"]

    def test_between_the_start_and_the_claim_it_is_asked_again(self, post, send, neighbours, stairwell):
        neighbours("a", "b")
        notice = send()
        post.taken.clear()
        word = following.call_off(notice=notice, user=UserFactory(), own_words={})
        expand.start_due("notices")
        assert len(states(word)) == 2
        Endpoint.objects.filter(address="a@example.org").update(wants="nothing")
        Resident.objects.filter(user__email="b@example.org").update(state="left")
        run.deliver("notices")
        assert post.taken == []
        assert set(Delivery.objects.filter(notice=word).values_list("state", "reason")) == {
            ("skipped", "unsubscribed"),
            ("skipped", "left"),
        }

    def test_they_are_told_though_the_house_has_been_sold_or_closed_since(
        self, post, send, neighbours, call_off, stairwell
    ):
        neighbours("a")
        notice = send()
        stairwell.__class__.objects.update(closed_at=timezone.now())
        post.taken.clear()
        call_off(notice)
        assert post.recipients() == ["a@example.org"]

    def test_others_on_the_same_telephone_are_told_when_the_first_has_said_no(
        self, elks, send, texted, call_off, stairwell
    ):
        (first,) = texted(1)
        second = EndpointFactory(
            user=ResidentFactory(stairwell=stairwell, user__email="").user, channel="sms", address=first.address
        )
        notice = send()
        assert Delivery.objects.get().endpoint == first
        Endpoint.objects.filter(pk=first.pk).update(wants="nothing")
        word = call_off(notice)
        assert Delivery.objects.get(notice=word).endpoint == second
        assert elks.taken[-1]["message"].startswith("Återkallat. ")

    @pytest.mark.parametrize(
        ("language", "subject", "body"),
        [
            ("sv", "Återkallat: Inbrott i källare", "gäller inte längre"),
            ("en", "Called off: the notice we sent", "no longer applies"),
            ("ar", "أُلغي: ", "لم يعد"),
            ("so", "Waa la joojiyay: ", "mar dambe ma khuseeyo"),
        ],
    )
    def test_the_ready_words_are_in_the_readers_language(
        self, post, send, neighbours, call_off, language, subject, body
    ):
        neighbours("a", language=language)
        notice = send(urgency="be_aware")
        post.taken.clear()
        call_off(notice, {"sv": "Larmet var falskt."})
        (mail,) = post.taken
        assert mail["Subject"].startswith(subject)
        words = mail.get_body(("plain",)).get_content()
        assert body in words
        assert ("Larmet var falskt." in words) == (language == "sv")
        assert "Var uppmärksam" not in words

    def test_the_second_of_two_finds_it_done(self, send, neighbours, call_off):
        neighbours("a")
        notice = send()
        call_off(notice)
        with pytest.raises(Overtaken):
            call_off(notice)
        assert Notice.objects.filter(reference="cancels").count() == 1

    def test_it_cannot_be_taken_back_for_what_it_calls_off_has_stopped(self, send, neighbours):
        neighbours("a")
        word = following.call_off(notice=send(), user=UserFactory(), own_words={})
        with pytest.raises(TooLate):
            take_back(notice=word, user=UserFactory())

    def test_a_calling_off_is_neither_corrected_nor_called_off(self, send, neighbours, call_off):
        neighbours("a")
        word = call_off(send())
        word = Notice.objects.select_related("organisation", "district").get(pk=word.pk)
        for verb in (
            lambda: following.correction_of(notice=word, user=UserFactory()),
            lambda: following.call_off(notice=word, user=UserFactory(), own_words={}),
        ):
            with pytest.raises(Overtaken):
                verb()

    @pytest.mark.parametrize("state", ["draft", "awaiting", "scheduled", "cancelled"])
    def test_what_nobody_has_got_is_not_called_off(self, due, state):
        notice = due()
        Notice.objects.update(state=state)
        with pytest.raises(Overtaken):
            following.call_off(notice=notice, user=UserFactory(), own_words={})
        assert Notice.objects.count() == 1

    def test_what_is_over_need_not_be(self, send, neighbours):
        neighbours("a")
        notice = send()
        Notice.objects.update(expires_at=timezone.now())
        with pytest.raises(Overtaken):
            following.call_off(notice=notice, user=UserFactory(), own_words={})

    def test_a_number_in_the_own_words_changes_nothing_at_all(self, send, neighbours):
        neighbours("a")
        notice = send()
        with pytest.raises(Blocked):
            following.call_off(notice=notice, user=UserFactory(), own_words={"sv": "Det var 850101-1236."})
        notice.refresh_from_db()
        assert notice.state == "sent"

    @pytest.mark.parametrize(
        ("limit", "urgency", "refused"), [(1, "be_aware", True), (2, "be_aware", False), (1, "act_now", False)]
    )
    def test_own_words_to_many_would_need_a_second_pair_of_eyes(self, send, neighbours, limit, urgency, refused):
        neighbours("a", "b")
        notice = send(urgency=urgency)
        notice.organisation.approval_above = limit
        notice.organisation.save()
        words = {"sv": "Larmet var falskt."}
        if refused:
            with pytest.raises(TooManyForOwnWords):
                following.call_off(notice=notice, user=UserFactory(), own_words=words)
            notice.refresh_from_db()
            assert notice.state == "sent"
            words = {}
        assert following.call_off(notice=notice, user=UserFactory(), own_words=words).state == "scheduled"


def test_both_are_one_statement_for_the_rows_however_many(due, neighbours, django_assert_num_queries):
    counts = []
    for size in (1, 60):
        neighbours(*(f"n{size}-{number}" for number in range(size)))
        notice = due()
        expand.start_due("notices")
        Delivery.objects.filter(notice=notice).update(state="sent")
        notice = Notice.objects.select_related("organisation", "district").get(pk=notice.pk)
        word = following.call_off(notice=notice, user=UserFactory(), own_words={})
        word = Notice.objects.select_related("organisation", "district", "refers_to").get(pk=word.pk)
        with django_assert_num_queries(7):
            expand.start(word)
        counts.append(Delivery.objects.filter(notice=word).count())
    assert counts == [1, 61]
