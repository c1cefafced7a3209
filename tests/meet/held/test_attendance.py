"""Who came to a training or a gathering, by alias, and what follows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories as make
from tests.meet.held.conftest import browser
from watch.models import Attendance, Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def training(here) -> Meeting:
    return here.meeting(kind="training", contacts_only=True)


def url(meeting: Meeting) -> str:
    return f"/moten/{meeting.public_id}/narvaro/"


def test_aliases_are_listed_never_names_nor_those_who_hide(here, training):
    contact, hidden = here.contact("confirmed", role="deputy"), here.contact(role="lead", hidden_at=timezone.now())
    text = browser(here.police.user).get(url(training)).text
    assert contact.alias in text
    assert contact.user.name not in text
    assert hidden.alias not in text


def test_a_tick_completes_the_training_and_says_who_held_it(here, training):
    contact = here.contact("confirmed")
    client = browser(here.police.user)
    for _ in range(2):
        client.post(url(training), {"came": [contact.pk]})
    contact.refresh_from_db()
    assert (contact.state, contact.training) == ("trained", "meeting")
    assert contact.trained_on == timezone.localdate(training.starts_at)
    assert contact.trained_by == here.police.organisation
    assert contact.steps.get().organisation == here.police.organisation
    assert Attendance.objects.get().contact == contact


def test_who_was_trained_before_keeps_that_and_who_only_applied_is_not_trained(here, training):
    long_ago = timezone.localdate() - timedelta(days=400)
    active = here.contact(training="course", trained_on=long_ago)
    applied = here.contact("applied")
    browser(here.police.user).post(url(training), {"came": [active.pk, applied.pk]})
    for contact in (active, applied):
        contact.refresh_from_db()
    assert (active.state, active.training, active.trained_on) == ("active", "course", long_ago)
    assert applied.state == "applied"
    assert Attendance.objects.count() == 2


def test_a_tick_taken_away_takes_no_training_back(here, training):
    contact = here.contact("confirmed")
    client = browser(here.police.user)
    client.post(url(training), {"came": [contact.pk]})
    client.post(url(training), {"before": str(contact.pk)})
    contact.refresh_from_db()
    assert contact.state == "trained"
    assert not Attendance.objects.exists()


def test_two_who_tick_at_once_do_not_undo_each_other(here, training):
    one, other = here.contact(), here.contact()
    client = browser(here.police.user)
    client.post(url(training), {"came": [one.pk], "before": ""})
    client.post(url(training), {"came": [other.pk], "before": ""})
    assert Attendance.objects.count() == 2


@pytest.mark.parametrize("wrong", ["far", "abc", "9" * 30])
def test_somebody_of_another_district_cannot_be_ticked(here, training, wrong):
    here.contact()
    far = make.ContactFactory(stairwell=make.StairwellFactory(), state="confirmed")
    answer = browser(here.police.user).post(url(training), {"came": [far.pk if wrong == "far" else wrong]})
    assert "not meant to come" in answer.text
    far.refresh_from_db()
    assert far.state == "confirmed"
    assert not Attendance.objects.exists()


def test_a_gathering_is_the_districts_of_the_year_when_somebody_came(here):
    gathering = here.meeting(kind="gathering", contacts_only=True)
    contact = here.contact("confirmed")
    client = browser(here.police.user)
    client.post(url(gathering), {})
    here.district.refresh_from_db()
    assert here.district.contacts_gathered_on is None
    client.post(url(gathering), {"came": [contact.pk]})
    here.district.refresh_from_db()
    contact.refresh_from_db()
    assert here.district.contacts_gathered_on == timezone.localdate(gathering.starts_at)
    assert contact.state == "confirmed"


def test_an_information_meeting_has_no_list_and_a_landlord_none_either(here):
    assert browser(here.police.user).get(url(here.meeting())).status_code == 404
    own = here.meeting(kind="gathering", contacts_only=True, lead=here.landlord.organisation)
    assert browser(here.landlord.user).get(url(own)).status_code == 403
