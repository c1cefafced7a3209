"""The safety survey: one answer a code, nobody behind it, and results only of enough people."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from tests.meet.test_last_seat import at_once, only_on_postgresql
from tests.pdfs import is_accessible, links_in, pages_of, text_of
from watch.models import SurveyAnswer, SurveyCode, SurveyRound, SurveyWords
from watch.track.survey import results, services
from watch.track.survey.questions import NAMES

pytestmark = pytest.mark.django_db


def round_of(here, *, opens=-3, closes=3, name="Hösten"):
    today = timezone.localdate()
    return SurveyRound.objects.create(
        district=here.district,
        organisation=here.city.organisation,
        name=name,
        opens_on=today + timedelta(days=opens),
        closes_on=today + timedelta(days=closes),
    )


def answered(survey, *, content, others, name="outdoors"):
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(round=survey, **{name: number}) for number in [5] * content + [2] * others
    )


@pytest.fixture
def survey(here):
    return round_of(here)


@pytest.fixture
def code(survey):
    return services.make_codes(survey=survey, number=1)[0]


def anybody() -> Client:
    return Client(headers={"accept-language": "en"})


def test_one_answers_with_a_code_and_the_code_says_only_that_it_was_used(code):
    page = anybody().post("/svara/", {"code": services.grouped(code).lower()})
    assert page.headers["Location"].lower() == f"/svara/{code.lower()}/"
    page = anybody().post(f"/svara/{code}/", {"outdoors": "2", "police": "5", "words": "Mer ljus i gången."})
    assert "Thank you for your answers" in page.text
    answer = SurveyAnswer.objects.get()
    assert (answer.outdoors, answer.police, answer.cellar) == (2, 5, None)
    assert {field.name for field in SurveyCode._meta.get_fields()} == {"id", "round", "fingerprint", "is_used"}
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {"id", "round", *NAMES}
    assert {field.name for field in SurveyWords._meta.get_fields()} == {"id", "round", "sealed"}
    assert b"ljus" not in bytes(SurveyWords.objects.get().sealed)


def test_a_code_used_twice_is_told_kindly_and_nothing_is_stored(code):
    anybody().post(f"/svara/{code}/", {"outdoors": "2"})
    for page in (anybody().get(f"/svara/{code}/"), anybody().post(f"/svara/{code}/", {"outdoors": "5"})):
        assert "answered with it already" in page.text
    assert SurveyAnswer.objects.get().outdoors == 2


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_of_two_who_answer_with_one_code_at_once_one_counts(here, _turn):
    only_on_postgresql()
    survey = round_of(here)
    found = services.find(services.make_codes(survey=survey, number=1)[0])
    numbers = dict.fromkeys(NAMES, 3)
    came = at_once(*(lambda: services.answer(code=found, numbers=numbers) for _ in range(4)))
    assert [type(error) for error in came if error] == [services.UsedError] * 3
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.parametrize(("opens", "closes"), [(1, 5), (-9, -1)])
def test_before_it_opens_and_after_it_closes_nobody_answers(here, opens, closes):
    code = services.make_codes(survey=round_of(here, opens=opens, closes=closes), number=1)[0]
    assert "The survey is open from" in anybody().post(f"/svara/{code}/", {"outdoors": "3"}).text
    assert not SurveyAnswer.objects.exists()


def test_an_empty_answer_and_a_number_that_points_somebody_out_are_explained(code):
    assert "Answer at least one question" in anybody().post(f"/svara/{code}/", {}).text
    page = anybody().post(f"/svara/{code}/", {"outdoors": "3", "words": "Ring 070-174 06 99"}).text
    assert "Take it away" in page
    assert not SurveyCode.objects.get().is_used


def test_guessing_codes_is_stopped_and_a_wrong_one_is_explained():
    for _ in range(30):
        assert "No survey has this code" in anybody().post("/svara/", {"code": "ABCDEABCDE"}).text
    assert anybody().post("/svara/", {"code": "ABCDEABCDE"}).status_code == 429
    assert anybody().get("/svara/ABCDEABCDE/").status_code == 429


def test_nothing_is_shown_before_the_round_is_over(client, here, survey):
    answered(survey, content=40, others=20)
    assert "No survey has been closed yet" in anybody().get("/trygghet/norrby/").text
    assert len(client.get("/trygghet/norrby/data.csv").text.splitlines()) == 1


def test_before_and_after_with_their_uncertainty_and_the_picture_says_what_the_table_says(here):
    answered(round_of(here, opens=-400, closes=-390, name="I fjol"), content=20, others=80)
    answered(round_of(here, opens=-30, closes=-20, name="I år"), content=70, others=30)
    page = anybody().get("/trygghet/norrby/").text
    assert "higher than before" in page
    tree = document_fromstring(page)
    first = tree.xpath("//table//tbody/tr")[0]
    assert "70 %" in first.text_content()
    assert "20 %" in first.text_content()
    assert "60–78 %" in first.text_content()
    (picture, *_others) = tree.xpath("//svg[@class='survey-bars']")
    drawn = [rect.get("width") for rect in picture.xpath("rect")]
    assert drawn == ["100", "20", "70", "18"]


@pytest.mark.parametrize(
    ("content", "others", "is_told"), [(4, 0, False), (5, 0, True), (5, 4, False), (0, 9, True), (1, 30, False)]
)
def test_fewer_than_five_on_either_side_are_not_told(here, content, others, is_told):
    answered(round_of(here, opens=-30, closes=-20), content=content, others=others)
    page = anybody().get("/trygghet/norrby/").text
    assert ("about" in document_fromstring(page).xpath("//table//tbody/tr")[0].text_content()) == is_told
    row = next(csv.DictReader(StringIO(anybody().get("/trygghet/norrby/data.csv").text)))
    assert bool(row["content_percent"]) == is_told


@given(content=st.integers(0, 300), others=st.integers(0, 300))
def test_an_interval_holds_its_share_and_stays_within_nothing_and_all(content, others):
    if content + others == 0:
        return
    low, high = results.wilson(content, content + others)
    assert 0 <= low <= content / (content + others) + 1e-9
    assert content / (content + others) - 1e-9 <= high <= 1
    more = results.wilson(content * 4, (content + others) * 4)
    assert more[1] - more[0] <= high - low + 1e-9


@given(content=st.integers(0, 60), others=st.integers(0, 60))
def test_from_what_is_told_no_number_under_five_can_be_worked_out(content, others):
    """Whoever reads a share and about how many answered tries every pair of numbers that would look the same."""
    told = results.share_of(content, content + others)
    if told is None:
        return
    same = [
        (yes, no)
        for yes in range(121)
        for no in range(121 - yes)
        if (found := results.share_of(yes, yes + no)) and (found.percent, found.about) == (told.percent, told.about)
    ]
    assert (content, others) in same
    assert all(number == 0 or number >= 5 for pair in same for number in pair)


def test_wilson_is_counted_as_its_author_wrote_it():
    low, high = results.wilson(7, 10)
    assert (round(low, 4), round(high, 4)) == (0.3968, 0.8922)


def test_the_columns_are_described(here):
    answered(round_of(here, opens=-30, closes=-20), content=9, others=9)
    described = [field["name"] for field in anybody().get("/trygghet/norrby/beskrivning.json").json()["fields"]]
    assert described == anybody().get("/trygghet/norrby/data.csv").text.splitlines()[0].split(",")


def test_codes_are_printed_once_and_are_not_readable_afterwards(client, here):
    client.force_login(here.city.user)
    today = timezone.localdate()
    said = {"district": here.district.pk, "name": "Våren", "opens_on": today, "closes_on": today + timedelta(days=9)}
    client.post("/trygghet/", said)
    survey = SurveyRound.objects.get()
    made = client.post(f"/trygghet/omgang/{survey.public_id}/koder/", {"number": 12})
    assert "attachment" in made.headers["Content-Disposition"]
    assert is_accessible(made.content)
    assert len(pages_of(made.content)) == 2
    printed = [link.rstrip("/").rpartition("/")[2] for link in links_in(made.content)]
    assert len(set(printed)) == 12
    assert all(services.grouped(code) in text_of(made.content) for code in printed)
    assert all(services.find(code).round == survey for code in printed)
    assert not any(code in repr(list(SurveyCode.objects.values())) for code in printed)


@pytest.mark.parametrize("days", [-1, -5])
def test_a_round_that_could_not_be_answered_is_explained(client, here, days):
    client.force_login(here.police.user)
    today = timezone.localdate()
    said = {"district": here.district.pk, "name": "Fel", "opens_on": today, "closes_on": today + timedelta(days=days)}
    assert "would close before it opens" in client.post("/trygghet/", said).text
    assert not SurveyRound.objects.exists()


def test_what_people_wrote_is_for_the_city_alone(client, here, survey, code):
    anybody().post(f"/svara/{code}/", {"words": "Mer ljus i gången."})
    url = f"/trygghet/omgang/{survey.public_id}/ord/"
    client.force_login(here.city.user)
    assert "Mer ljus i gången." in client.get(url).text
    client.force_login(here.police.user)
    assert client.get(url).status_code == 403


def test_how_many_have_answered_is_not_counted_out_in_ones(client, here, survey):
    client.force_login(here.city.user)
    url = f"/trygghet/omgang/{survey.public_id}/"
    answered(survey, content=3, others=1)
    assert "&lt; 5" in client.get(url).text
    answered(survey, content=1, others=0)
    assert ">5<" in client.get(url).text
