"""Writing a notice: who may write what to whom, what is refused beside which field, and that nothing typed is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from buildings.models import PublishedNumber
from notifications.models import Notice
from tests import factories as make

COMPOSE = reverse("notices:compose")
REACH = reverse("notices:reach")


def errors(response):
    return dict(response.context["form"].errors)


def test_a_police_officer_writes_a_notice_and_is_taken_to_read_it_through(as_person, typed, norrby):
    response = as_person("officer").post(COMPOSE, typed(title_ar="سرقة", body_ar="أغلق الباب", urgency="act_now"))
    notice = Notice.objects.get()
    assert response.url == reverse("notices:confirm", args=[notice.public_id])
    assert (notice.state, notice.urgency, notice.organisation) == ("draft", "act_now", norrby.police)
    assert notice.author == norrby.officer
    assert notice.whole_district
    assert {text.language: text.title for text in notice.texts.all()} == {"sv": "Inbrott i källare", "ar": "سرقة"}
    assert "\r" not in notice.text_in("sv").body
    assert "\n" in notice.text_in("sv").body


def test_saving_for_later_leads_to_the_list(as_person, typed):
    client = as_person("officer")
    page = client.post(COMPOSE, typed(then="later"), follow=True)
    assert page.redirect_chain == [(reverse("notices:outbox"), 302)]
    assert "The draft is saved. Nobody has got it yet." in page.text
    assert "Inbrott i källare" in page.text


@pytest.mark.parametrize("role", ["landlord", "clerk"])
def test_only_the_police_can_send_an_alert(as_person, typed, role):
    client = as_person(role)
    assert "Act now" not in client.get(COMPOSE).text
    page = client.post(COMPOSE, typed(urgency="act_now"))
    assert errors(page) == {"urgency": ["Only the police can send this kind of notice. Choose another."]}
    assert not Notice.objects.exists()


def test_a_landlord_reaches_its_own_buildings_alone(as_person, typed, norrby):
    rival = make.BuildingFactory(district=norrby.district, designation="Grannen 9")
    theirs = make.StairwellFactory(building=rival)
    make.ResidentFactory(stairwell=theirs)
    client = as_person("landlord")
    page = client.get(COMPOSE)
    assert "Grannen 9" not in page.text
    assert "All our buildings in the district" in page.text
    assert page.context["numbers"].people == 2
    refused = client.post(COMPOSE, typed(whom="chosen", buildings=[rival.pk], stairwells=[theirs.pk]))
    assert set(errors(refused)) == {"buildings", "stairwells"}
    assert not Notice.objects.exists()


def test_a_district_of_others_is_refused(as_person, typed):
    other = make.DistrictFactory(name="Hulta")
    page = as_person("officer").post(COMPOSE, typed(district=other.pk))
    assert errors(page)["district"] == ["You cannot send notices to that district. Choose another."]


def test_buildings_of_another_district_than_the_chosen_one_are_refused(as_person, typed, norrby):
    hulta = make.DistrictFactory(name="Hulta")
    member = norrby.officer.memberships.get()
    member.organisation.districts.add(hulta)
    member.districts.add(hulta)
    far = make.StairwellFactory(building=make.BuildingFactory(district=hulta))
    client = as_person("officer")
    page = client.post(COMPOSE, typed(whom="chosen", stairwells=[far.pk]))
    assert errors(page) == {"whom": ["All buildings and stairwells must be in the district you have chosen."]}
    assert client.post(COMPOSE, typed(district=hulta.pk, whom="chosen", stairwells=[far.pk])).status_code == 302


def test_choosing_nowhere_and_choosing_twice_are_both_asked_about(as_person, typed, norrby):
    client = as_person("officer")
    nowhere = client.post(COMPOSE, typed(whom="chosen"))
    assert errors(nowhere) == {"whom": ["Choose at least one building or stairwell."]}
    twice = client.post(COMPOSE, typed(whom="district", stairwells=[norrby.stairwells[0].pk]))
    assert errors(twice) == {"whom": ["You have ticked buildings or stairwells too. Choose them, or untick them."]}


def test_chosen_stairwells_are_saved_and_ticked_when_the_draft_is_opened_again(as_person, typed, norrby):
    client = as_person("officer")
    client.post(COMPOSE, typed(whom="chosen", stairwells=[norrby.stairwells[1].pk], readers="contacts"))
    notice = Notice.objects.get()
    assert list(notice.stairwells.all()) == [norrby.stairwells[1]]
    assert not notice.whole_district
    assert notice.contacts_only
    page = client.get(reverse("notices:edit", args=[notice.public_id]))
    [(_district, [building])] = page.context["form"].places()
    assert [choice.is_chosen for choice in building.stairwells] == [False, True]
    assert page.context["numbers"].people == 1
    assert f'value="{norrby.stairwells[1].pk}" id="stairwell-{norrby.stairwells[1].pk}" checked' in page.text
    # Back to the whole district: the old choice is gone.
    client.post(reverse("notices:edit", args=[notice.public_id]), typed())
    notice.refresh_from_db()
    assert (notice.whole_district, notice.stairwells.count(), notice.contacts_only) == (True, 0, False)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (timedelta(minutes=-1), "This time has already passed. Choose a time to come."),
        (timedelta(days=-400), "This time has already passed. Choose a time to come."),
        (timedelta(days=91), "A notice can be shown for 90 days at most. Choose an earlier time."),
    ],
)
def test_a_time_that_is_passed_or_far_away_is_refused_beside_its_field(as_person, typed, until, words):
    expires = timezone.localtime(timezone.now() + until).strftime("%Y-%m-%dT%H:%M")
    page = as_person("officer").post(COMPOSE, typed(expires_at=expires))
    assert errors(page) == {"expires_at": [words]}
    assert page.text.count(words) == 2  # beside the field and in the summary
    assert 'aria-invalid="true"' in page.text
    assert not Notice.objects.exists()


@pytest.mark.parametrize("nonsense", ["", "i morgon", "2026-13-45T10:00", "9999999-01-01T00:00"])
def test_a_time_nobody_can_read_is_refused(as_person, typed, nonsense):
    assert set(errors(as_person("officer").post(COMPOSE, typed(expires_at=nonsense)))) == {"expires_at"}


def test_a_time_typed_here_is_swedish_time(as_person, typed):
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC)):
        as_person("officer").post(COMPOSE, typed(expires_at="2026-10-24T18:00"))
        assert Notice.objects.get().expires_at == datetime(2026, 10, 24, 16, tzinfo=UTC)
        # The clocks go back on 25 October 2026: half past two comes twice, and the first is meant.
        as_person("officer").post(COMPOSE, typed(expires_at="2026-10-25T02:30"))
        assert Notice.objects.latest("pk").expires_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("field", ["expires_at", "not_before"])
def test_an_hour_the_spring_skips_is_said_in_words(as_person, typed, field):
    with time_machine.travel(datetime(2027, 3, 20, 12, tzinfo=UTC)):
        page = as_person("officer").post(
            COMPOSE, typed(**{"expires_at": "2027-04-10T12:00", field: "2027-03-28T02:30"})
        )
    assert errors(page) == {
        field: ["There is no such hour: the clocks are put forward that night. Choose another time."]
    }


@pytest.mark.parametrize(
    ("leaves", "until", "wrong"),
    [
        ("2026-10-20T13:59", "2026-10-30T12:00", "not_before"),
        ("2026-10-20T14:01", "2026-10-30T12:00", None),
        ("2027-01-18T13:00", "2027-01-30T12:00", None),
        ("2027-01-18T13:01", "2027-01-10T12:00", "not_before"),
        ("2026-10-30T12:00", "2026-10-30T12:00", "expires_at"),
        ("2026-10-30T12:00", "2026-10-29T12:00", "expires_at"),
        ("2026-10-30T12:00", "2027-01-28T12:00", None),
        ("2026-10-30T12:00", "2027-01-28T12:01", "expires_at"),
    ],
)
def test_it_is_sent_at_most_90_days_ahead_and_before_its_time_has_passed(as_person, typed, leaves, until, wrong):
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC), tick=False):
        page = as_person("officer").post(COMPOSE, typed(not_before=leaves, expires_at=until))
        if wrong:
            assert set(errors(page)) == {wrong}
            assert f'value="{leaves}"' in page.text
        else:
            assert Notice.objects.get().not_before is not None


def test_a_week_on_the_hour_is_suggested(as_person):
    suggested = as_person("officer").get(COMPOSE).context["form"].initial["expires_at"]
    assert timedelta(days=6, hours=22) < suggested - timezone.now() <= timedelta(days=7)
    assert suggested.minute == 0


def test_a_language_wants_both_its_title_and_its_text(as_person, typed):
    page = as_person("officer").post(COMPOSE, typed(title_so="Xatooyo", body_en="Lock the door."))
    assert errors(page) == {
        "body_so": ["Write the text too, or take away the title."],
        "title_en": ["Write a title too, or take away the text."],
    }


def test_swedish_is_always_needed(as_person, typed):
    page = as_person("officer").post(COMPOSE, typed(title_sv=" ", body_sv="\n"))
    assert errors(page) == {"title_sv": ["Write a title in Swedish."], "body_sv": ["Write the text in Swedish."]}


def test_nothing_typed_is_lost_when_something_is_wrong(as_person, typed, norrby):
    page = as_person("officer").post(
        COMPOSE,
        typed(
            kind="",
            title_ar="سرقة",
            body_ar="أغلق الباب",
            whom="chosen",
            stairwells=[norrby.stairwells[0].pk],
            expires_at="2020-01-01T10:00",
            readers="contacts",
        ),
    )
    assert set(errors(page)) == {"kind", "expires_at"}
    for kept in ("Inbrott i källare", "Flera förråd har brutits upp.", "سرقة", "أغلق الباب", "2020-01-01T10:00"):
        assert kept in page.text
    [(_district, [building])] = page.context["form"].places()
    assert building.stairwells[0].is_chosen


def test_arabic_is_written_from_right_to_left(as_person):
    page = as_person("officer").get(COMPOSE).text
    arabic = page[page.index('name="title_ar"') - 200 : page.index('name="title_ar"') + 300]
    assert 'dir="rtl"' in arabic
    assert 'lang="ar"' in arabic


def test_a_title_stays_on_one_line(as_person, typed):
    as_person("officer").post(COMPOSE, typed(title_sv="Inbrott\r\nBcc: alla@example.org"))
    assert Notice.objects.get().text_in("sv").title == "Inbrott Bcc: alla@example.org"


def test_marked_words_are_saved_but_marked(as_person, typed):
    client = as_person("officer")
    page = client.post(COMPOSE, typed(body_sv="Hans nummer är 070-174 06 05."), follow=True)
    assert Notice.objects.get().text_in("sv").body == "Hans nummer är 070-174 06 05."
    assert "<mark>070-174 06 05</mark>" in page.text
    assert "Send to" not in page.text


class TestLive:
    """The panel beside the form."""

    def test_it_counts_people_stairwells_and_those_who_cannot_be_reached(self, as_person, typed, norrby):
        make.ResidentFactory.create_batch(3, stairwell=norrby.stairwells[0])
        make.EndpointFactory(user=make.ResidentFactory(stairwell=norrby.stairwells[0]).user, wants="nothing")
        make.EndpointFactory(user=make.ResidentFactory(stairwell=norrby.stairwells[0]).user, wants="urgent")
        client = as_person("officer")
        numbers = client.post(REACH, typed()).context["numbers"]
        assert (numbers.people, numbers.stairwells, numbers.unreachable) == (7, 2, 4)
        # Plain information does not go to those who want only what is urgent.
        assert client.post(REACH, typed(urgency="information")).context["numbers"].unreachable == 5
        chosen = client.post(REACH, typed(whom="chosen", stairwells=[norrby.stairwells[1].pk])).context["numbers"]
        assert (chosen.people, chosen.stairwells, chosen.unreachable) == (1, 1, 0)
        by_building = client.post(REACH, typed(whom="chosen", buildings=[norrby.building.pk])).context["numbers"]
        assert (by_building.people, by_building.stairwells) == (7, 2)
        contacts = client.post(REACH, typed(readers="contacts"))
        assert contacts.context["numbers"].people == 1
        assert "1</span>" in contacts.text
        assert "person</span>" in contacts.text
        assert not Notice.objects.exists()

    def test_a_person_in_two_stairwells_is_counted_once(self, as_person, typed, norrby):
        make.ResidentFactory(user=norrby.tenant, stairwell=norrby.stairwells[1])
        assert as_person("officer").post(REACH, typed()).context["numbers"].people == 2

    def test_it_says_when_nobody_would_get_it(self, as_person, typed, norrby):
        empty = make.StairwellFactory(building=norrby.building)
        page = as_person("officer").post(REACH, typed(whom="chosen", stairwells=[empty.pk])).text
        assert "Nobody would get this notice" in page
        assert "put up the poster" in page

    def test_it_answers_a_form_that_is_hardly_begun(self, as_person):
        page = as_person("officer").post(REACH, {})
        assert page.status_code == 200
        assert "Choose whom it is for" in page.text
        assert "Write a title and a text" in page.text

    def test_it_shows_the_mail_and_the_sms_of_each_language(self, as_person, typed):
        page = as_person("officer").post(REACH, typed(title_ar="سرقة", body_ar="أغلق الباب"))
        swedish, arabic = page.context["previews"]
        assert "Inbrott i källare" in swedish.letter.subject
        assert "Lås ordentligt." in swedish.mail
        assert "/avsluta/…" in swedish.mail
        assert "سرقة" in arabic.short
        assert "Lås ordentligt." in swedish.short
        assert "/s/…" in swedish.short
        assert (arabic.reading, arabic.name) == ("rtl", "العربيّة")
        assert arabic.sms.parts == 2
        assert swedish.sms.parts == 2
        assert f"{swedish.sms.characters} characters." in page.text

    def test_a_contacts_only_notice_says_nothing_outside(self, as_person, typed):
        [preview] = as_person("officer").post(REACH, typed(readers="contacts")).context["previews"]
        assert "källare" not in preview.letter.subject + preview.mail + preview.letter.short
        assert preview.title == "Inbrott i källare"

    def test_numbers_are_marked_with_a_plain_reason_and_names_are_left_to_the_reader(self, as_person, typed):
        PublishedNumber.objects.create(label="Jour", number="033-35 70 00")
        text = "850101-1236 kör ABC 123, tfn 070-174 06 05. Jour 033-35 70 00. <script>"
        page = as_person("officer").post(REACH, typed(body_sv=text, title_so="Baabuur abc123", body_so="x")).text
        for marked in ("850101-1236", "ABC 123", "070-174 06 05", "abc123"):
            assert f"<mark>{marked}</mark>" in page
        assert "<mark>033" not in page
        assert "<script>" not in page
        assert "A notice must not point a person out." in page
        assert "It cannot find names." in page

    def test_without_javascript_a_button_shows_the_same_and_saves_nothing(self, as_person, typed):
        client = as_person("officer")
        assert 'value="check"' in client.get(COMPOSE).text
        page = client.post(COMPOSE, typed(then="check", title_sv="ABC 123"))
        assert page.status_code == 200
        assert page.context["numbers"].people == 2
        assert "<mark>ABC 123</mark>" in page.text
        assert not Notice.objects.exists()

    def test_other_organisations_places_are_not_counted(self, as_person, typed, norrby):
        far = make.ResidentFactory().stairwell
        page = as_person("officer").post(REACH, typed(whom="chosen", stairwells=[far.pk]))
        assert page.context["numbers"] is None

    def test_only_a_post_is_answered(self, as_person):
        assert as_person("officer").get(REACH).status_code == 405


def test_the_form_asks_the_database_no_more_for_many_buildings(as_person, norrby, django_assert_num_queries):
    client = as_person("officer")
    client.get(COMPOSE)
    with django_assert_num_queries(14):
        client.get(COMPOSE)
    for _ in range(34):
        building = make.BuildingFactory(owner=norrby.company, district=norrby.district)
        make.StairwellFactory.create_batch(3, building=building)
    with django_assert_num_queries(14):
        page = client.get(COMPOSE)
    assert page.text.count('name="stairwells"') == 34 * 3 + 2
    assert page.text.count('name="buildings"') == 35


def test_staff_without_a_district_are_told_what_to_do(as_person, norrby):
    norrby.officer.memberships.get().districts.clear()
    client = as_person("officer")
    assert "You have no district yet" in client.get(COMPOSE).text
    assert client.post(COMPOSE, {"then": "review"}).status_code == 200
    assert client.post(REACH, {}).status_code == 403


def test_an_old_notice_can_be_written_anew(as_person, told, typed):
    old = told(texts={"sv": ("Gammal rubrik", "Gammal text")}, urgency="be_aware")
    client = as_person("officer")
    page = client.get(COMPOSE, {"kopia": str(old.public_id)})
    assert "Gammal rubrik" in page.text
    assert page.context["form"].initial["expires_at"] > timezone.now()
    assert client.get(COMPOSE, {"kopia": "inget"}).status_code == 404
    assert as_person("landlord").get(COMPOSE, {"kopia": str(old.public_id)}).status_code == 403


def test_a_number_in_an_arabic_text_keeps_its_order(as_person, typed):
    client = as_person("officer")
    words = typed(title_ar="اتصل 114 14", body_ar="الشرطة 114 14")
    [_swedish, arabic] = client.post(REACH, words).context["previews"]
    assert "\u2066114 14\u2069" in arabic.body
    client.post(COMPOSE, words)
    notice = Notice.objects.get()
    assert "\u2066114 14\u2069" in notice.text_in("ar").title
    assert "\u2066" not in notice.text_in("sv").body


@pytest.mark.parametrize(
    "nonsense",
    [
        {"district": "9" * 40},
        {"district": "x"},
        {"whom": "chosen", "buildings": ["9" * 40]},
        {"whom": "chosen", "stairwells": ["x"]},
        {"whom": "alla"},
        {"readers": "ingen"},
        {"kind": "påhittad"},
        {"title_sv": "x" * 91},
        {"body_sv": "x" * 2001},
        {"title_sv": "noll\x00tecken"},
    ],
)
def test_what_no_browser_sends_is_refused_without_a_stumble(as_person, typed, nonsense):
    client = as_person("officer")
    assert client.post(REACH, typed(**nonsense)).status_code == 200
    page = client.post(COMPOSE, typed(**nonsense))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Notice.objects.exists()


def test_a_text_as_long_as_allowed_is_saved_whole(as_person, typed):
    as_person("officer").post(COMPOSE, typed(title_sv="å" * 90, body_sv=("rad\r\n" * 500).strip() + "x"))
    assert len(Notice.objects.get().text_in("sv").body) == 2000


def test_a_number_typed_backwards_is_not_turned_into_one(as_person, typed):
    backwards = "070-174 06 05"[::-1]
    title, body = f"Ring \u202e{backwards}\u202c", f"Ring \u202d\x1b{backwards}\u202c\x0bnu"
    as_person("officer").post(COMPOSE, typed(title_sv=title, body_sv=body, title_ar=title, body_ar=body))
    for text in Notice.objects.get().texts.all():
        for words in (text.title, text.body):
            assert not set(words) & set("\u202a\u202b\u202c\u202d\u202e\x1b\x0b"), words
