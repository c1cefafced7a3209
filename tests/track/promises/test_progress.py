"""Target against done, now and as it was on any day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildings.models import ContactStep
from tests import factories as make
from tests.track.promises.conftest import add
from tests.tracking import WatchFactory
from watch.models import FollowUp, Meeting, WatchStep
from watch.track.promises import services
from watch.track.promises.progress import progress_of

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def wrote(here, commitment, *, days, known=None, **facts):
    """Something done so many days ago and public since `known` days ago."""
    facts = {"on": ago(days), "district": here.district, "publish": True} | facts
    made = services.record(commitment=commitment, organisation=here.police.organisation, **facts)
    since = timezone.now() - timedelta(days=days if known is None else known)
    FollowUp.objects.filter(pk=made.pk, published_at__isnull=False).update(published_at=since)
    made.refresh_from_db()
    return made


def done(promise, day=None, **how):
    return [row.done for row in progress_of(promise, day, **how)]


def test_what_is_public_counts_and_a_draft_and_a_cancelled_one_do_not(here, promise, evenings):
    wrote(here, evenings, days=9, number=2)
    wrote(here, evenings, days=8, publish=False)
    wrote(here, evenings, days=7, is_cancelled=True, why="Regn.")
    (row,) = progress_of(promise)
    assert (row.done, row.target, row.share, row.is_reached, row.in_words) == (2, 4, 50, False, "2 of 4.")
    assert [(part.district, part.done) for part in row.parts] == [(here.district, 2)]


def test_a_correction_counts_instead_of_what_it_corrects_and_the_past_stays_as_it_was(here, promise, evenings):
    wrong = wrote(here, evenings, days=30, number=3)
    wrote(here, evenings, days=30, known=10, number=1, corrects=wrong, why="Räknat tre gånger.")
    assert done(promise) == [1]
    assert done(promise, ago(10)) == [1]
    assert done(promise, ago(11)) == [3]
    assert done(promise, ago(31)) == [0]


def test_something_is_corrected_once(here, evenings):
    wrong = wrote(here, evenings, days=3)
    wrote(here, evenings, days=3, corrects=wrong, why="Fel.")
    with pytest.raises(services.PromiseError, match="late"):
        wrote(here, evenings, days=3, corrects=wrong, why="Fel igen.")


def held(here, days, *, noted=None, **fields):
    over = timezone.now() - timedelta(days=days)
    times = {"starts_at": over - timedelta(hours=1), "ends_at": over}
    at = timezone.now() - timedelta(days=days if noted is None else noted)
    return here.meeting(state=Meeting.State.HELD, held_at=at, **times | fields)


def test_information_meetings_held_in_the_district_in_the_period_count_once_each(here, promise):
    add(promise, here, number=2, measure="meetings", target=4)
    held(here, 20)
    held(here, 15, noted=5)
    held(here, 61)
    held(here, 10, kind=Meeting.Kind.TRAINING)
    held(here, 10, district=make.DistrictFactory())
    here.meeting(state=Meeting.State.CANCELLED)
    assert done(promise) == [2]
    assert done(promise, ago(10)) == [1]


def test_a_building_whose_watch_fell_asleep_and_woke_counts_once_a_period(here, promise):
    add(promise, here, number=2, measure="watches", target=1)
    watch = WatchFactory(building=here.stairwell.building)
    for days, state in ((70, "active"), (40, "dormant"), (30, "active"), (20, "dormant"), (10, "active")):
        at = timezone.now() - timedelta(days=days)
        WatchStep.objects.create(watch=watch, before="forming", state=state, why="other", at=at)
    assert done(promise) == [1]
    assert done(promise, ago(31)) == [0]


def trained(here, days):
    contact = here.contact("active", trained_on=ago(days))
    ContactStep.objects.create(contact=contact, state="trained", at=timezone.now() - timedelta(days=days))


def test_in_public_few_trained_contacts_are_not_counted_out_and_never_by_district(here, promise):
    add(promise, here, number=2, measure="contacts", target=10)
    for _ in range(4):
        trained(here, 20)
    (row,) = progress_of(promise)
    assert (row.done, row.parts, row.in_words) == (None, [], "Some, but so few that we do not say how many.")
    assert done(promise, in_public=False) == [4]
    trained(here, 20)
    assert done(promise) == [5]
    trained(here, 10)
    assert done(promise) == [5], "no two days differ by one person"
    assert progress_of(promise)[0].parts == []


def test_what_is_late_says_so_and_a_withdrawn_one_counts_for_nothing(here, promise, evenings):
    evenings.deadline = ago(1)
    evenings.save()
    assert progress_of(promise)[0].is_late
    services.withdraw(commitment=evenings, why="Det gick inte.")
    (row,) = progress_of(promise)
    assert row.in_words == "Withdrawn."


def test_progress_costs_the_same_for_one_commitment_and_for_many(here, promise, django_assert_num_queries):
    for number, measure in enumerate(("counted", "meetings", "watches", "contacts"), 1):
        add(promise, here, number=number, measure=measure)
    with django_assert_num_queries(11):
        progress_of(promise)
    for number in range(5, 12):
        add(promise, here, number=number)
    with django_assert_num_queries(11):
        progress_of(promise)


EVENTS = st.lists(
    st.tuples(st.integers(0, 59), st.integers(0, 59), st.integers(0, 5), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, asked=st.integers(0, 59))
def test_what_is_written_later_never_changes_how_it_stood_before(here, promise, evenings, events, asked):
    FollowUp.objects.update(corrects=None)
    FollowUp.objects.all().delete()
    day = ago(asked)
    early = [(on, known, number, False) for on, known, number, _ in events if min(on, known) >= asked]
    for on, known, number, _ in early:
        wrote(here, evenings, days=on, known=min(on, known), number=number)
    before = done(promise, day)
    assert before == [sum(number for *_rest, number, _c in early)]
    for on, known, number, corrects in events:
        later = min(on, known, asked - 1)
        if later < 0:
            continue
        old = FollowUp.objects.filter(corrected_by=None).first() if corrects else None
        wrote(here, evenings, days=on, known=later, number=number, corrects=old, why="Rättat." if old else "")
    assert done(promise, day) == before


def test_parts_and_total_agree_for_two_districts(here, promise, evenings):
    other = make.DistrictFactory()
    promise.districts.add(other)
    wrote(here, evenings, days=5, number=2)
    wrote(here, evenings, days=4, number=3, district=other)
    (row,) = progress_of(promise)
    assert (row.done, sorted(part.done for part in row.parts)) == (5, [2, 3])


def test_a_past_day_shows_what_was_promised_that_day(here, promise, evenings):
    evenings.target = 6
    words = {"sv": {"text": "Sex kvällar."}}
    services.save_commitment(
        commitment=evenings, words=words, organisations=[here.police.organisation], targets={}, why="Fler."
    )
    services.withdraw(commitment=evenings, why="Pengarna tog slut.")
    then = progress_of(promise, ago(1))[0]
    assert (then.target, then.text.text, then.is_withdrawn, then.corrections) == (4, "Löfte nummer 1.", False, [])
    now = progress_of(promise)[0]
    assert (now.target, now.text.text, now.is_withdrawn, len(now.corrections)) == (6, "Sex kvällar.", True, 1)
