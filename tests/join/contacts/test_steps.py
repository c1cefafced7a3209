"""A contact's way: who may take which step, one winner, and a word to the person each time."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from buildings.models import Consent, Contact, ContactStep, Invitation, Resident
from notifications.models import Message, Relay
from tests import factories as make
from tests.join.contacts.conftest import browser, letters
from watch.join.contacts import services
from watch.join.contacts.services import StepError
from watch.join.services import leave

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def take(action, contact, staff):
    more = {
        "train": {"training": "course", "on": YESTERDAY},
        "decline": {"why": "enough"},
        "end": {"why": "no_answer"},
        "role": {"role": "deputy"},
    }
    verb = services.set_role if action == "role" else getattr(services, action)
    return verb(contact=contact, staff=staff, **more.get(action, {}))


def test_a_neighbour_applies_and_goes_all_the_way(place):
    neighbour = place.resident()
    mine = browser(neighbour.user)
    page = mine.get(f"/bli-kontakt/{place.stairwell.pk}/").text
    for words in ("a quarter of an hour a month", "Never intervene", "Never confront", "You can stop today"):
        assert words in page
    assert Contact.objects.count() == 0
    answer = mine.post(f"/bli-kontakt/{place.stairwell.pk}/", follow=True)
    assert "Your housing company looks at your application next" in answer.text
    contact = Contact.objects.get()
    address = f"/kontakter/{contact.pk}/steg/"
    browser(place.landlord.user).post(address, {"action": "confirm"})
    neighbour.refresh_from_db()
    assert neighbour.state == Resident.State.CONFIRMED
    assert neighbour.confirmed_by == "landlord"
    assert "invite you to a short training" in mine.get(f"/min-trapp/kontakt/{contact.pk}/").text
    browser(place.police.user).post(address, {"action": "train", "on": YESTERDAY.isoformat(), "training": "meeting"})
    contact.refresh_from_db()
    assert (contact.training, contact.trained_on) == ("meeting", YESTERDAY)
    assert contact.trained_by == place.police.organisation
    done = browser(place.city.user).post(address, {"action": "activate"}, follow=True)
    assert "told what happens next" in done.text
    contact.refresh_from_db()
    assert contact.state == "active"
    assert list(contact.steps.values_list("state", flat=True)) == ["applied", "confirmed", "trained", "active"]
    assert [letter["subject"] for letter in letters(neighbour.user)] == ["Something new on your page in Trappan"] * 4
    assert Message.objects.filter(purpose="step", user=neighbour.user).count() == 4
    for letter in letters():
        assert "contact" not in (letter["subject"] + letter["text"]).lower()
        assert "kontakt" not in letter["text"]


def test_an_sms_says_only_that_there_is_something_new(place):
    user = make.UserFactory(email="", phone="+46701740620", phone_verified=True, language="en")
    services.apply(user=place.resident(user=user).user, stairwell=place.stairwell)
    (letter,) = letters()
    assert letter["text"] == "Something new on your page in Trappan: http://testserver/min-trapp/"


def test_applying_twice_makes_one(place):
    neighbour = place.resident()
    first = services.apply(user=neighbour.user, stairwell=place.stairwell)
    assert services.apply(user=neighbour.user, stairwell=place.stairwell) == first
    assert ContactStep.objects.count() == len(letters()) == 1


def test_only_people_who_live_there_can_apply(place):
    stranger = make.ResidentFactory().user
    waiting = place.resident(state=Resident.State.WAITING).user
    for user in (stranger, waiting):
        assert browser(user).get(f"/bli-kontakt/{place.stairwell.pk}/").status_code == 404
        assert browser(user).post(f"/bli-kontakt/{place.stairwell.pk}/").status_code == 404
    assert Contact.objects.count() == 0


ALLOWED = {
    ("confirm", "landlord", "applied"),
    ("decline", "landlord", "applied"),
    *{("end", "landlord", state) for state in ("confirmed", "trained", "active")},
    *{("train", kind, "confirmed") for kind in ("police", "city")},
    *{("activate", kind, "trained") for kind in ("police", "city")},
    *{("decline", kind, state) for kind in ("police", "city") for state in ("applied", "confirmed", "trained")},
    *{("end", kind, "active") for kind in ("police", "city")},
    *{("role", kind, s) for kind in ("police", "city") for s in ("applied", "confirmed", "trained", "active")},
}


@pytest.mark.parametrize("state", Contact.State.values)
@pytest.mark.parametrize("kind", ["landlord", "police", "city"])
@pytest.mark.parametrize("action", ["confirm", "train", "activate", "decline", "end", "role"])
def test_who_may_take_which_step_from_where(place, action, kind, state):
    contact = place.contact(state)
    if (action, kind, state) in ALLOWED:
        take(action, contact, getattr(place, kind))
        assert ContactStep.objects.count() == len(letters(contact.user)) == 1
        return
    with pytest.raises((StepError, PermissionDenied)):
        take(action, contact, getattr(place, kind))
    contact.refresh_from_db()
    assert contact.state == state
    assert ContactStep.objects.count() == 0
    assert letters() == []


@pytest.mark.parametrize(("action", "state"), [("confirm", "applied"), ("decline", "applied")])
def test_of_two_at_the_housing_company_one_wins_and_the_other_is_told_kindly(place, action, state):
    contact = place.contact(state)
    seen_by_both = Contact.objects.get(pk=contact.pk)
    take(action, contact, place.landlord)
    with pytest.raises(StepError, match="late"):
        take(action, seen_by_both, place.landlord)
    page = browser(place.landlord.user).post(
        f"/kontakter/{contact.pk}/steg/", {"action": action, "why": "enough"}, follow=True
    )
    assert page.status_code == 200
    assert "A colleague was quicker" in page.text
    assert ContactStep.objects.count() == 1


def test_two_who_set_different_roles_at_once_do_not_undo_each_other(place):
    contact = place.contact()
    seen_by_both = Contact.objects.get(pk=contact.pk)
    services.set_role(contact=contact, staff=place.police, role="lead")
    with pytest.raises(StepError):
        services.set_role(contact=seen_by_both, staff=place.city, role="deputy")
    contact.refresh_from_db()
    assert contact.role == "lead"


@pytest.mark.parametrize(
    ("action", "state", "kind"),
    [("confirm", "applied", "landlord"), ("train", "confirmed", "police"), ("activate", "trained", "city")],
)
def test_nobody_is_moved_on_who_has_left(place, action, state, kind):
    contact = place.contact(state)
    Resident.objects.filter(user=contact.user).update(state=Resident.State.LEFT)
    with pytest.raises(StepError, match="left"):
        take(action, contact, getattr(place, kind))
    data = {"action": action, "training": "course", "on": YESTERDAY.isoformat()}
    page = browser(getattr(place, kind).user).post(f"/kontakter/{contact.pk}/steg/", data, follow=True)
    assert "does not live in this stairwell any more" in page.text
    contact.refresh_from_db()
    assert contact.state == state


@pytest.mark.parametrize(
    "data",
    [
        {"on": "", "training": "course"},
        {"on": "i går", "training": "course"},
        {"on": "2999-01-01", "training": "course"},
        {"on": "1999-01-01", "training": "course"},
        {"on": YESTERDAY.isoformat(), "training": "by-post"},
    ],
)
def test_a_training_that_cannot_be_is_not_noted(place, data):
    contact = place.contact("confirmed")
    page = browser(place.police.user).post(f"/kontakter/{contact.pk}/steg/", {"action": "train", **data})
    assert page.status_code == 200
    assert "invalid-feedback" in page.text
    contact.refresh_from_db()
    assert contact.state == "confirmed"


def test_a_step_nobody_knows_is_refused(place):
    contact = place.contact("applied")
    assert browser(place.police.user).post(f"/kontakter/{contact.pk}/steg/", {"action": "promote"}).status_code == 400


def test_a_reason_the_organisation_cannot_know_is_refused(place):
    contact = place.contact()
    page = browser(place.landlord.user).post(f"/kontakter/{contact.pk}/steg/", {"action": "end", "why": "other"})
    assert "Choose a reason" in page.text or "invalid-feedback" in page.text
    contact.refresh_from_db()
    assert contact.state == "active"


def test_stopping_ends_everything_a_contact_could_see(place):
    contact = place.contact(shows_name=True, shows_number=True)
    reader = place.resident(state="confirmed").user
    relay = Relay.objects.create(contact=contact, neighbour=reader)
    invitation = Invitation.objects.create(stairwell=place.stairwell, by=contact, fingerprint="x")
    mine, own = browser(contact.user), f"/min-trapp/kontakt/{contact.pk}/"
    assert contact.user.name in browser(reader).get("/min-trapp/").text
    assert "Stop now" in mine.get(f"{own}sluta/").text
    contact.refresh_from_db()
    assert contact.state == "active"
    done = mine.post(f"{own}sluta/", follow=True)
    assert "You have stopped" in done.text
    for page in ("", "sluta/", "lamna-over/", "hotad/"):
        assert mine.get(own + page).status_code == 404
    assert mine.post(f"{own}gjort/", {"action": "show-name"}).status_code == 404
    after = browser(reader).get("/min-trapp/").text
    assert contact.alias not in after
    assert contact.user.name not in after
    contact.refresh_from_db()
    relay.refresh_from_db()
    invitation.refresh_from_db()
    assert (contact.state, contact.ended_by, contact.ended_why) == ("resigned", "self", "stopped")
    assert not contact.shows_name
    assert not contact.shows_number
    assert relay.closed_at
    assert invitation.withdrawn_at
    answers = Consent.objects.filter(user=contact.user).values_list("purpose", "given", "way")
    assert set(answers) == {("name_to_stairwell", False, "web"), ("number_to_stair", False, "web")}
    services.resign(contact=contact)
    assert contact.steps.count() == 1


def test_what_staff_end_is_in_the_ledger_with_who_pressed(place):
    contact = place.contact(shows_name=True)
    services.end(contact=contact, staff=place.landlord, why="moved")
    answer = Consent.objects.get()
    assert (answer.given, answer.way, answer.helper) == (False, "helper", place.landlord.user)
    step = contact.steps.get()
    assert (step.state, step.why, step.organisation) == ("ended", "moved", place.landlord.organisation)


def test_leaving_the_stairwell_ends_the_role_in_the_same_way(place):
    contact = place.contact(shows_name=True)
    home = Resident.objects.get(user=contact.user)
    browser(contact.user).post(f"/min-trapp/lamna/{home.pk}/")
    contact.refresh_from_db()
    assert (contact.state, contact.ended_why, contact.shows_name) == ("resigned", "moved", False)
    assert contact.steps.count() == 1
    assert letters(contact.user) == []


@pytest.mark.parametrize(
    ("why", "state", "by", "reason", "told"),
    [
        ("self", "resigned", "self", "moved", 0),
        ("landlord", "ended", "landlord", "moved", 1),
        ("lapsed", "ended", "system", "no_answer", 1),
    ],
)
def test_whoever_says_that_somebody_moved_has_ended_the_role(place, why, state, by, reason, told):
    contact = place.contact()
    leave(resident=Resident.objects.get(user=contact.user), language="en", why=why)
    contact.refresh_from_db()
    assert (contact.state, contact.ended_by, contact.ended_why) == (state, by, reason)
    assert len(letters(contact.user)) == told


def test_a_person_whose_roles_somebody_else_ends_is_told(place):
    contact = place.contact("trained")
    ended = services.end_roles(
        user=contact.user, stairwells=[place.stairwell], state="ended", by="landlord", why="moved", staff=place.landlord
    )
    assert ended == len(letters(contact.user)) == contact.steps.count() == 1
    again = {"state": "ended", "by": "system", "why": "closed"}
    assert services.end_roles(user=contact.user, stairwells=[place.stairwell], **again) == 0


class TestHandingOver:
    def test_one_who_has_applied_takes_over_when_ready(self, place):
        contact, heir = place.contact(), place.contact("trained")
        mine = browser(contact.user)
        address = f"/min-trapp/kontakt/{contact.pk}/lamna-over/"
        page = mine.get(address).text
        assert heir.alias in page
        assert heir.user.name not in page
        mine.post(address, {"successor": heir.pk})
        contact.refresh_from_db()
        assert contact.state == "active"
        assert "You are handing over" in mine.get(f"/min-trapp/kontakt/{contact.pk}/").text
        services.activate(contact=heir, staff=place.police)
        contact.refresh_from_db()
        assert (contact.state, contact.ended_why) == ("resigned", "handed_over")
        assert "taken over after you" in letters(contact.user)[-1]["text"]

    def test_an_active_one_takes_over_at_once(self, place):
        contact, heir = place.contact(), place.contact()
        answer = browser(contact.user).post(
            f"/min-trapp/kontakt/{contact.pk}/lamna-over/", {"successor": heir.pk}, follow=True
        )
        assert "You have handed over" in answer.text
        contact.refresh_from_db()
        assert contact.state == "resigned"

    def test_one_who_gave_up_meanwhile_cannot(self, place):
        contact, heir = place.contact(), place.contact("applied")
        services.hand_over(contact=contact, successor=heir)
        services.resign(contact=heir)
        contact.refresh_from_db()
        assert contact.successor is None
        with pytest.raises(StepError):
            services.hand_over(contact=contact, successor=heir)

    def test_neither_oneself_nor_a_contact_elsewhere(self, place):
        contact, far = place.contact(), make.ContactFactory()
        for heir in (contact, far):
            with pytest.raises(StepError):
                services.hand_over(contact=contact, successor=heir)
            page = browser(contact.user).post(f"/min-trapp/kontakt/{contact.pk}/lamna-over/", {"successor": heir.pk})
            assert page.status_code == 200
        contact.refresh_from_db()
        assert contact.state == "active"
