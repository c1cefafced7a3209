"""A promise as it stood: what came or changed later is not there on an earlier day, and shows as changed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from buildings.models import Contact, ContactStep
from tests import factories as make
from tests.track.conftest import browser
from tests.track.promises.conftest import add
from watch.join.mydata import erasure
from watch.models import Amendment, Commitment, FollowUp, Promise
from watch.track.promises import services
from watch.track.promises.progress import progress_of

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def at(days):
    return time_machine.travel(timezone.now() - timedelta(days=days), tick=False)


def save(commitment, here, *, targets=None, why="Vi räknade fel.", **fields) -> Commitment:
    for name, value in fields.items():
        setattr(commitment, name, value)
    return services.save_commitment(
        commitment=commitment,
        words=commitment.words,
        organisations=[here.police.organisation],
        targets=targets or {},
        why=why,
    )


class TestCommitments:
    def test_one_added_later_is_not_there_before(self, here, promise, evenings):
        with at(10):
            late = Commitment(promise=promise, number=2)
            words = {"sv": {"text": "Ett till."}}
            services.save_commitment(commitment=late, words=words, organisations=[here.police.organisation], targets={})
        assert [row.commitment.number for row in progress_of(promise, ago(11))] == [1]
        assert [row.is_added for row in progress_of(promise, ago(10))] == [False, True]
        assert [row.is_added for row in progress_of(promise)] == [False, True]

    def test_one_made_before_the_promise_was_published_was_always_there(self, here, promise):
        Promise.objects.filter(pk=promise.pk).update(published_at=None)
        promise.refresh_from_db()
        add(promise, here, number=1)
        services.publish(promise=promise)
        promise.refresh_from_db()
        assert [row.is_added for row in progress_of(promise, ago(30))] == [False]

    def test_another_target_for_a_district_leaves_what_it_was(self, here, promise, evenings):
        Promise.objects.filter(pk=promise.pk).update(published_at=None)
        promise.refresh_from_db()
        evenings.promise = promise
        save(evenings, here, targets={here.district.pk: 2})
        services.publish(promise=promise)
        promise.refresh_from_db()
        evenings.promise = promise
        with at(5):
            save(evenings, here, targets={here.district.pk: 9})
        (then,), (now,) = progress_of(promise, ago(6)), progress_of(promise)
        assert (then.parts[0].target, now.parts[0].target) == (2, 9)
        assert len(now.corrections) == 1

    def test_a_deadline_that_was_moved_leaves_what_it_was(self, here, promise, evenings):
        Commitment.objects.filter(pk=evenings.pk).update(deadline=ago(8))
        evenings.refresh_from_db()
        with at(5):
            save(evenings, here, deadline=timezone.localdate())
        (then,), (now,) = progress_of(promise, ago(6)), progress_of(promise)
        assert (then.terms.deadline, then.is_late) == (ago(8), True)
        assert now.terms.deadline == ago(0) - timedelta(days=5)

    def test_another_way_to_measure_does_not_change_what_was_counted_before(self, here, promise, evenings):
        with at(9):
            services.record(
                commitment=evenings, organisation=here.police.organisation, publish=True, on=ago(0), number=3
            )
        with at(5):
            save(evenings, here, measure=Commitment.Measure.MEETINGS)
        (then,), (now,) = progress_of(promise, ago(6)), progress_of(promise)
        assert (then.done, now.done) == (3, 0)

    def test_saving_without_a_change_is_no_correction(self, here, promise, evenings):
        save(evenings, here)
        assert not evenings.corrections.exists()


class TestThePromise:
    def change(self, here, promise, why="Ni bad om fler veckor.", **fields):
        words = {"sv": {"title": "Vi lovar mer", "summary": "Mer trygghet.", "why": "Ni bad om det."}}
        for name, value in fields.items():
            setattr(promise, name, value)
        services.save_promise(
            promise=promise,
            words=words,
            districts=[here.district],
            organisations=[here.police.organisation, here.city.organisation],
            why=why,
        )

    def test_other_words_and_another_time_show_what_it_said_before(self, here, promise, evenings, client):
        ended = promise.ends_on
        with at(5):
            self.change(here, promise, ends_on=ended + timedelta(days=30))
        page = client.get("/lofte/lofte/", headers={"accept-language": "en"}).text
        assert "Ni bad om fler veckor." in page
        assert "It said before:" in page
        past = client.get("/lofte/lofte/", {"datum": ago(6).isoformat()})
        assert (past.context["promise"].title.text, past.context["promise"].ends_on) == ("Vi lovar", ended)
        assert "Vi lovar mer" not in past.text
        assert not past.context["amendments"]

    def test_other_districts_leave_which_they_were(self, here, promise, evenings, client):
        hulta = make.DistrictFactory(name="Hulta", slug="hulta")
        services.save_promise(
            promise=promise,
            words=promise.words,
            districts=[here.district, hulta],
            organisations=[here.police.organisation, here.city.organisation],
            why="Hulta är med.",
        )
        now = client.get("/lofte/lofte/")
        past = client.get("/lofte/lofte/", {"datum": ago(1).isoformat()})
        assert [one.name for one in now.context["districts"]] == ["Hulta", "Norrby"]
        assert [one.name for one in past.context["districts"]] == ["Norrby"]
        assert [one.pk for one in past.context["organisations"]] == [one.pk for one in now.context["organisations"]]

    def test_a_draft_is_changed_without_a_trace(self, here, promise):
        Promise.objects.filter(pk=promise.pk).update(published_at=None)
        promise.refresh_from_db()
        self.change(here, promise)
        assert not Amendment.objects.exists()

    def test_the_form_asks_why_only_when_everyone_has_read_it(self, here, promise):
        police = browser(here.police)
        assert "Why you change it" in police.get(f"/folj-upp/{promise.pk}/andra/").text
        Promise.objects.filter(pk=promise.pk).update(published_at=None)
        assert "Why you change it" not in police.get(f"/folj-upp/{promise.pk}/andra/").text


def test_contacts_trained_still_count_when_they_have_been_erased(here, promise):
    add(promise, here, number=1, measure=Commitment.Measure.CONTACTS)
    contact = here.contact(trained_on=ago(9))
    ContactStep.objects.create(contact=contact, state=Contact.State.TRAINED, at=timezone.now() - timedelta(days=9))
    before = progress_of(promise, in_public=False)[0].done
    erasure.ask(user=contact.user)
    erasure.erase_waiting()
    assert not Contact.objects.filter(pk=contact.pk).exists()
    assert progress_of(promise, in_public=False)[0].done == before == 1
    assert progress_of(promise, ago(10), in_public=False)[0].done == 0


def test_evidence_by_anything_but_https_cannot_be_kept(here, evenings):
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(commitment=evenings, on=ago(1), evidence="javascript:alert(1)")
    with pytest.raises(ValidationError):
        FollowUp(commitment=evenings, on=ago(1), evidence="http://example.org").full_clean()
