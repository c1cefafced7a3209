"""Planning a meeting, as its organiser meets it: the form, what it refuses and what it keeps."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from buildings.models import PublishedNumber
from tests import factories as make
from tests.meet.planning import signed_in, town, typed
from tests.meetings import MeetingFactory, VenueFactory, told
from watch.meet.ready import KINDS
from watch.models import Meeting, Telling

pytestmark = pytest.mark.django_db
PLAN = "meet:plan"
YESTERDAY = (timezone.localdate() - timedelta(days=1)).isoformat()


@pytest.fixture
def here():
    return town()


def post(here, *, to=None, **fields):
    return here.client.post(to or reverse(PLAN), typed(here, **fields))


def errors(response):
    return response.context["form"].errors


def test_a_meeting_is_saved_as_a_draft_and_read_through_before_anybody_hears_of_it(here):
    response = post(here)
    meeting = Meeting.objects.get()
    assert response.url == reverse("meet:invite", args=[meeting.public_id])
    assert meeting.is_draft
    assert meeting.lead == here.officer.organisation
    assert list(meeting.organisers.all()) == [here.officer.organisation]
    assert meeting.where == str(here.venue)
    assert timezone.localtime(meeting.starts_at).hour == 18
    assert not Telling.objects.exists()


def test_the_page_starts_with_the_words_of_an_information_meeting_in_every_language(here):
    page = here.client.get(reverse(PLAN)).context["form"]
    for language, (title, agenda) in KINDS[Meeting.Kind.INFORMATION].texts.items():
        assert page[f"title_{language}"].value() == title
        assert page[f"agenda_{language}"].value() == agenda


def test_words_nobody_has_touched_follow_the_kind_that_is_chosen(here):
    title, agenda = KINDS[Meeting.Kind.INFORMATION].texts["sv"]
    post(here, kind="start_up", title_sv=title, agenda_sv=agenda, title_en="My own", agenda_en="Words")
    texts = {text.language: (text.title, text.agenda) for text in Meeting.objects.get().texts.all()}
    assert texts == {"sv": KINDS[Meeting.Kind.START_UP].texts["sv"], "en": ("My own", "Words")}


def test_a_kind_that_is_for_contacts_is_for_them_whatever_is_ticked(here):
    post(here, kind="training")
    assert Meeting.objects.get().contacts_only


def test_a_training_cannot_be_open_to_everyone(here):
    assert "whom" in errors(post(here, kind="training", whom="public"))
    assert not Meeting.objects.exists()


def test_everyone_means_the_whole_district_and_the_open_pages(here):
    post(here, whom="public")
    meeting = Meeting.objects.get()
    assert meeting.is_public
    assert meeting.whole_district


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends": "17:00"}, "ends"),
        ({"ends": "18:00"}, "ends"),
        ({"day": YESTERDAY}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": ""}, "day"),
        ({"starts": "25:00"}, "starts"),
        ({"venue": ""}, "venue"),
        ({"place": "Gården"}, "venue"),
        ({"venue": "", "place": "Gården"}, "address"),
        ({"title_sv": ""}, "title_sv"),
        ({"title_en": "", "agenda_en": "Words"}, "title_en"),
        ({"agenda_sv": "Bilen ABC 123 stod på gården."}, "agenda_sv"),
        ({"title_sv": "Ring 070-123 45 67"}, "title_sv"),
        ({"venue": "", "place": "Hos 850101-1234", "address": "Provgatan 1"}, "place"),
        ({"whom": "chosen"}, "whom"),
        ({"seats": "0"}, "seats"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(here, fields, field):
    response = post(here, **fields)
    assert list(errors(response)) == [field]
    assert not Meeting.objects.exists()
    assert "error-summary" in response.text


def test_a_text_of_ten_thousand_characters_is_refused_and_kept(here):
    text = "Lås dörren. " * 834
    response = post(here, agenda_sv=text)
    assert errors(response).as_data()["agenda_sv"][0].code == "max_length"
    assert text.strip() in response.text


def test_a_round_from_door_to_door_needs_no_place(here):
    post(here, kind="door_knock", venue="")
    assert not Meeting.objects.get().where


def test_an_hour_that_never_comes_is_refused(here):
    with time_machine.travel("2027-03-01T12:00:00+01:00"):
        here.client.force_login(here.officer.user)
        found = errors(post(here, day="2027-03-28", starts="02:30", ends="04:00"))
    assert [error.code for error in found.as_data()["day"]] == ["no_such_hour"]


def test_an_hour_that_comes_twice_is_taken_the_first_time(here):
    with time_machine.travel("2027-10-01T12:00:00+02:00"):
        here.client.force_login(here.officer.user)
        post(here, day="2027-10-31", starts="02:30", ends="04:00")
    assert Meeting.objects.get().starts_at.isoformat() == "2027-10-31T00:30:00+00:00"


def test_another_companys_building_is_refused(here):
    other = make.StairwellFactory(building=make.BuildingFactory(district=here.district))
    response = signed_in(here.landlord).post(reverse(PLAN), typed(here, whom="chosen", buildings=[other.building_id]))
    assert "buildings" in errors(response)
    assert not Meeting.objects.exists()


def test_a_district_the_officer_does_not_serve_is_refused(here):
    assert "district" in errors(post(here, district=make.DistrictFactory().pk))


def test_a_place_in_another_district_is_not_offered(here):
    assert "venue" in errors(post(here, venue=VenueFactory().pk))


def test_an_earlier_meeting_is_copied_with_everything_but_its_day(here):
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district, seats=12, is_public=True)
    form = here.client.get(reverse(PLAN), {"kopia": str(meeting.public_id)}).context["form"]
    assert form["day"].value() is None
    assert form["title_sv"].value() == "Träff om trygghet"
    assert (form["seats"].value(), form["whom"].value(), form["address"].value()) == (12, "public", "Provgatan 1")


def test_a_colleague_elsewhere_cannot_copy_it(here):
    assert here.client.get(reverse(PLAN), {"kopia": str(MeetingFactory().public_id)}).status_code == 404
    assert here.client.get(reverse(PLAN), {"kopia": "x"}).status_code == 404


def page_of(here, meeting):
    return here.client.get(reverse("meet:edit", args=[meeting.public_id]))


def edited(here, meeting, seen="", **fields):
    seen = seen or page_of(here, meeting).context["seen"]
    return post(here, to=reverse("meet:edit", args=[meeting.public_id]), seen=seen, **fields)


@pytest.fixture
def known(here):
    """A meeting people have been told of."""
    meeting = MeetingFactory(
        lead=here.officer.organisation,
        district=here.district,
        venue=here.venue,
        place=here.venue.name,
        address=here.venue.address,
        languages=["sv"],
    )
    told(meeting, here.officer.user)
    return meeting


def test_a_change_shows_what_is_new_before_it_is_saved_and_then_tells_it(here, known):
    response = edited(here, known, starts="17:00")
    assert "New time" in response.text
    known.refresh_from_db()
    assert timezone.localtime(known.starts_at).hour == 18
    edited(here, known, starts="17:00", then="tell")
    known.refresh_from_db()
    assert timezone.localtime(known.starts_at).hour == 17
    assert known.sequence == 1
    assert known.tellings.filter(what=Telling.What.CHANGE).count() == 1


def test_going_back_from_the_second_step_keeps_what_was_typed(here, known):
    response = edited(here, known, starts="17:00", then="back")
    assert response.context["form"]["starts"].value() == "17:00"
    assert known.tellings.count() == 1


def test_saving_without_a_change_tells_nobody(here, known):
    response = edited(here, known)
    assert response.url == reverse("meet:meeting", args=[known.public_id])
    known.refresh_from_db()
    assert known.sequence == 0
    assert known.tellings.count() == 1


def test_a_meeting_cannot_be_moved_into_the_past(here, known):
    response = edited(here, known, day=YESTERDAY, then="tell")
    assert "day" in errors(response)
    assert known.tellings.count() == 1


def test_what_people_have_been_told_of_keeps_its_kind(here, known):
    edited(here, known, kind="training", starts="17:00", then="tell")
    known.refresh_from_db()
    assert known.kind == Meeting.Kind.INFORMATION
    assert not known.contacts_only


def test_of_two_colleagues_who_edit_at_once_the_second_is_told_and_loses_no_words(here):
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district)
    seen = page_of(here, meeting).context["seen"]
    edited(here, meeting, seen, title_sv="Den förstas")
    second = edited(here, meeting, seen, title_sv="Den andras")
    assert second.status_code == 409
    assert "A colleague has changed the meeting" in second.text
    assert "Den andras" in second.text
    assert meeting.texts.get(language="sv").title == "Den förstas"


def test_a_meeting_a_colleague_has_invited_to_meanwhile_is_not_changed_unseen(here):
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district)
    seen = page_of(here, meeting).context["seen"]
    told(meeting, here.officer.user)
    assert edited(here, meeting, seen, title_sv="Tyst", then="tell").status_code == 409
    assert meeting.texts.get(language="sv").title != "Tyst"


def test_a_cancelled_meeting_cannot_be_changed(here, known):
    Meeting.objects.filter(pk=known.pk).update(state=Meeting.State.CANCELLED)
    assert page_of(here, known).url == reverse("meet:meeting", args=[known.public_id])


def test_the_landlord_who_helps_keeps_the_places_the_police_chose(here):
    other = make.StairwellFactory(building=make.BuildingFactory(district=here.district))
    meeting = MeetingFactory(
        lead=here.officer.organisation,
        district=here.district,
        whole_district=False,
        organisers=[here.officer.organisation, here.landlord.organisation],
    )
    meeting.stairwells.set([other])
    here.client = signed_in(here.landlord)
    edited(here, meeting, whom="chosen", stairwells=[other.pk], organisers=[here.landlord.organisation_id])
    meeting.refresh_from_db()
    assert list(meeting.stairwells.all()) == [other]
    assert meeting.lead == here.officer.organisation


@pytest.mark.parametrize("houses", [1, 30])
def test_the_plan_page_asks_the_same_questions_however_many_houses(here, houses, django_assert_num_queries):
    for _ in range(houses):
        make.StairwellFactory(building=make.BuildingFactory(district=here.district))
    with django_assert_num_queries(10):
        here.client.get(reverse(PLAN))


@pytest.mark.parametrize("houses", [1, 30])
def test_changing_a_meeting_asks_the_same_questions_however_many_houses(here, known, houses, django_assert_num_queries):
    for _ in range(houses):
        make.StairwellFactory(building=make.BuildingFactory(district=here.district))
    seen = page_of(here, known).context["seen"]
    with django_assert_num_queries(12):
        page_of(here, known)
    with django_assert_num_queries(12):
        edited(here, known, seen, starts="17:00")


def test_a_number_on_the_list_may_stand_in_a_meetings_words(here):
    PublishedNumber.objects.create(number="+46701234567", label="Jouren")
    assert post(here, agenda_sv="Ring 070-123 45 67.").status_code == 302


def test_who_else_calls_a_meeting_is_ticked_and_another_can_be_added(here):
    meeting = MeetingFactory(
        lead=here.officer.organisation,
        district=here.district,
        organisers=[here.officer.organisation, here.landlord.organisation],
    )
    assert page_of(here, meeting).context["form"]["organisers"].value() == [here.landlord.organisation_id]
    edited(here, meeting)
    assert list(meeting.organisers.all()) == [here.officer.organisation]


def test_a_change_counts_whom_it_reaches_on_which_ways(here, known):
    whom = edited(here, known, starts="17:00").context["whom"]
    assert (whom.numbers.people, whom.numbers.stairwells, whom.numbers.unreachable) == (1, 1, 0)
    assert [many for _channel, many in whom.ways] == [1]


def test_a_draft_is_thrown_away_after_asking_once(here):
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district)
    address = reverse("meet:delete", args=[meeting.public_id])
    assert here.client.get(address).status_code == 200
    here.client.post(address)
    assert not Meeting.objects.exists()


def test_the_meetings_page_shows_its_organiser_the_steps_and_its_colleagues_word(here, known):
    notice = known.tellings.get().notice
    type(notice).objects.filter(pk=notice.pk).update(state="draft", started_at=None, returned_with="Fel dag?")
    response = here.client.get(reverse("meet:meeting", args=[known.public_id]))
    assert "Fel dag?" in response.text
    assert reverse("meet:tell_again", args=[known.public_id]) in response.text
    assert reverse("meet:cancel", args=[known.public_id]) in response.text
