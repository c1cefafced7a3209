"""Paper: who is asked to put a notice up, who may say that it is up, and what the sender sees of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from buildings.models import Contact
from notifications.models import Notice, Posting
from tests import factories as make
from tests.pdfs import text_of

MINE, BOARDS = reverse("notices:mine"), reverse("notices:boards")


@pytest.fixture
def posted(told, norrby):
    """A notice that has left, with a page for each of Norrby's boards: [A's, B's]. B has a contact."""

    def make_posted(**fields):
        notice = told(**fields)
        return [Posting.objects.create(notice=notice, stairwell=stairwell) for stairwell in norrby.stairwells]

    return make_posted


def tick(posting):
    return reverse("notices:tick", args=[posting.pk])


def listed(page):
    return [posting.pk for posting in page.context["to_put_up"]]


def test_a_contact_is_asked_to_put_up_what_is_for_the_own_stairwell(as_person, posted, norrby):
    _, own = posted()
    page = as_person("contact").get(MINE)
    assert listed(page) == [own.pk]
    assert f"{reverse('prints:notice', args=[own.notice.public_id])}?trapp={norrby.stairwells[1].pk}" in page.text
    assert "Put up on the board" in page.text
    assert re.search(r"Waiting since\s+today", page.text)
    assert "Put up on the board" not in as_person("tenant").get(MINE).text


def test_one_press_and_it_is_done_and_another_takes_it_back(as_person, posted, norrby):
    _, own = posted()
    client = as_person("contact")
    page = client.post(tick(own), {"next": MINE}, follow=True)
    assert page.redirect_chain[-1][0] == MINE
    own.refresh_from_db()
    assert (own.posted_by, own.posted_at is not None) == (norrby.contact, True)
    assert listed(page) == []
    assert "Everything is up. Thank you." in page.text
    assert "1 notice is up" in page.text
    first = own.posted_at
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        client.post(tick(own))
    own.refresh_from_db()
    assert own.posted_at == first, "a second press is no news"
    assert listed(client.post(tick(own), {"undo": "1"}, follow=True)) == [own.pk]
    own.refresh_from_db()
    assert (own.posted_at, own.posted_by) == (None, None)


@pytest.mark.parametrize("change", ["over", "cancelled", "corrected", "called off", "closed"])
def test_what_no_longer_belongs_there_leaves_the_list(as_person, posted, told, change):
    _, own = posted()
    if change == "over":
        Notice.objects.update(expires_at=timezone.now())
    elif change == "cancelled":
        Notice.objects.update(state=Notice.State.CANCELLED)
    elif change == "closed":
        own.stairwell.closed_at = timezone.now()
        own.stairwell.save()
    else:
        told(refers_to=own.notice, reference="corrects" if change == "corrected" else "cancels")
    client = as_person("contact")
    assert listed(client.get(MINE)) == []
    assert "it need not go up" in client.post(tick(own), follow=True).text
    own.refresh_from_db()
    assert own.posted_at is None


def test_a_correction_that_has_not_left_takes_nothing_down(as_person, posted, draft):
    _, own = posted()
    draft(refers_to=own.notice, reference="corrects")
    assert listed(as_person("contact").get(MINE)) == [own.pk]


@pytest.mark.parametrize("role", ["tenant", "officer", "clerk"])
def test_others_in_the_house_may_not_say_so(as_person, posted, role):
    first, _ = posted()
    assert as_person(role).post(tick(first)).status_code == 403
    first.refresh_from_db()
    assert first.posted_at is None


def test_a_contact_of_another_stairwell_does_not_find_it(as_person, posted, norrby):
    first, _ = posted()
    assert as_person("contact").post(tick(first)).status_code == 404
    assert as_person(make.ContactFactory().user).post(tick(first)).status_code == 404


def test_one_who_is_contact_no_longer_is_not_asked(as_person, posted, norrby):
    _, own = posted()
    Contact.objects.update(state=Contact.State.RESIGNED)
    client = as_person("contact")
    assert listed(client.get(MINE)) == []
    assert client.post(tick(own)).status_code == 403


def test_the_owners_staff_put_up_what_is_in_their_houses_and_no_others(as_person, posted, norrby):
    first, second = posted()
    elsewhere = Posting.objects.create(
        notice=first.notice, stairwell=make.StairwellFactory(building__district=norrby.district)
    )
    client = as_person("landlord")
    page = client.get(BOARDS)
    assert [posting.pk for posting in page.context["page"]] == [first.pk, second.pk]
    assert page.text.count("no contact yet") == 1, "where help is needed most"
    assert client.post(tick(elsewhere)).status_code == 404
    page = client.post(tick(first), follow=True)
    assert [posting.pk for posting in page.context["page"]] == [second.pk]
    up = client.get(BOARDS, {"visa": "uppsatta"})
    assert [posting.pk for posting in up.context["page"]] == [first.pk]
    assert [posting.pk for posting in client.get(BOARDS, {"text": "1 b VARPgatan"}).context["page"]] == [second.pk]
    assert "No board there." in client.get(BOARDS, {"text": "finns inte"}).text


def test_the_press_leads_back_but_never_away(as_person, posted):
    first, _ = posted()
    client = as_person("landlord")
    here = f"{BOARDS}?text=varp&page=1"
    assert client.post(tick(first), {"next": here}).url == here
    assert client.post(tick(first), {"next": "https://example.org/"}).url == BOARDS


def test_the_sender_sees_how_far_the_boards_have_come_and_not_who_did_it(as_person, posted, norrby):
    first, own = posted()
    progress = reverse("notices:progress", args=[own.notice.public_id])
    boards = as_person("officer").get(progress).context["boards"]
    assert (boards.up, boards.to_do, boards.no_contact, boards.total) == (0, 1, 1, 2)
    as_person("contact").post(tick(own))
    page = as_person("officer").get(progress)
    boards = page.context["boards"]
    assert (boards.up, boards.to_do, boards.no_contact) == (1, 0, 1)
    assert [posting.board for posting in boards.postings] == ["no-contact", "up"]
    assert norrby.contact.name not in page.text
    assert "It is up" not in page.text.replace("where it is up", "")
    as_person("landlord").post(tick(first))
    assert as_person("officer").get(progress).context["boards"].up == 2


def test_a_sender_sees_only_the_stairwells_of_the_own_district(as_person, posted, norrby):
    _, own = posted()
    Posting.objects.create(notice=own.notice, stairwell=make.StairwellFactory())
    page = as_person("officer").get(reverse("notices:progress", args=[own.notice.public_id]))
    assert page.context["boards"].total == 3
    assert len(page.context["boards"].postings) == 2


def test_a_company_ticks_its_own_notices_from_their_page(as_person, posted, norrby):
    first, _ = posted(organisation=norrby.company)
    progress = reverse("notices:progress", args=[first.notice.public_id])
    client = as_person("landlord")
    assert tick(first) in client.get(progress).text
    page = client.post(tick(first), {"next": progress}, follow=True)
    assert page.redirect_chain[-1][0] == progress
    assert page.context["boards"].up == 1


def test_every_notice_of_a_stairwell_holds_the_same_languages_in_the_same_order(as_person, posted, norrby):
    """A sheet on the wall must not tell which languages the people behind the doors speak."""
    texts = {language: (f"Rubrik {language}", "text") for language in ("so", "ar", "sv")}
    _, own = posted(texts=texts)
    for _ in range(5):
        make.ResidentFactory(stairwell=norrby.stairwells[1], user__language="so")
    page = as_person("contact").get(
        reverse("prints:notice", args=[own.notice.public_id]), {"trapp": norrby.stairwells[1].pk}
    )
    assert re.findall(r"Rubrik (\w\w) text", text_of(page.content)) == ["sv", "ar", "so"]


def test_one_page_and_fifty_cost_the_same(as_person, posted, norrby, django_assert_num_queries):
    contact, landlord = as_person("contact"), as_person("landlord")
    posted()
    for client, address, queries in ((contact, MINE, 16), (landlord, BOARDS, 9)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
    for _ in range(24):
        posted(texts={"sv": ("a", "b"), "ar": ("c", "d")})
    for client, address, queries in ((contact, MINE, 16), (landlord, BOARDS, 9)):
        with django_assert_num_queries(queries):
            client.get(address)
