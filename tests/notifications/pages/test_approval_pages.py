"""The second pair of eyes, on their pages."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from tests import factories as make

OUTBOX = reverse("notices:outbox")


def at(name, notice):
    return reverse(f"notices:{name}", args=[notice.public_id])


@pytest.fixture
def limited(norrby):
    norrby.police.approval_above = 1
    norrby.police.save()


@pytest.fixture
def colleague(norrby, limited):
    return make.StaffFactory(organisation=norrby.police, districts=[norrby.district]).user


@pytest.fixture
def waiting(draft, as_person, colleague):
    """A notice the officer has asked for."""
    notice = draft()
    client = as_person("officer")
    client.post(at("confirm", notice), {"seen": client.get(at("confirm", notice)).context["seen"]})
    notice.refresh_from_db()
    assert notice.state == "awaiting"
    return notice


def test_the_button_asks_and_the_page_says_that_it_waits(as_person, draft, colleague):
    notice = draft()
    client = as_person("officer")
    page = client.get(at("confirm", notice))
    assert "Ask a colleague for a yes" in page.text
    assert "Send to" not in page.text
    page = client.post(at("confirm", notice), {"seen": page.context["seen"]}, follow=True)
    assert "It waits for a colleague's yes" in page.text
    assert "Your colleagues have got a mail." in page.text
    assert at("take_back", notice) in page.text
    assert at("approve", notice) not in page.text


def test_the_colleague_sees_it_in_the_list_reads_it_and_says_yes(as_person, waiting, colleague):
    client = as_person(colleague)
    listed = client.get(OUTBOX).text
    assert "1 notice waits for your yes." in listed
    assert "waits for your yes" in listed
    assert at("approve", waiting) in listed
    page = client.get(at("approve", waiting))
    assert "Yes, send it to 2 people" in page.text
    assert "Flera källarförråd" in page.text
    done = client.post(at("approve", waiting), {"then": "yes", "seen": page.context["seen"]}, follow=True)
    assert "You have said yes. The notice leaves as planned." in done.text
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approved_by) == ("scheduled", colleague)


def test_the_writer_sees_no_such_page_and_cannot_say_yes(as_person, waiting):
    client = as_person("officer")
    assert client.get(at("approve", waiting)).url == at("progress", waiting)
    assert client.post(at("approve", waiting), {"then": "yes"}).url == at("progress", waiting)
    assert "waits for your yes" not in client.get(OUTBOX).text
    waiting.refresh_from_db()
    assert waiting.state == "awaiting"


def test_a_no_wants_a_word_and_the_writer_reads_it(as_person, waiting, colleague):
    client = as_person(colleague)
    page = client.post(at("approve", waiting), {"then": "back", "word": " "})
    assert page.status_code == 409
    assert "Write a word on what should be changed." in page.text
    client.post(at("approve", waiting), {"then": "back", "word": "Skriv <var> det var."})
    writer = as_person("officer")
    for name in ("edit", "confirm"):
        read = writer.get(at(name, waiting)).text
        assert "A colleague has sent it back" in read
        assert "Skriv &lt;var&gt; det var." in read


def test_what_was_changed_since_is_read_again(as_person, waiting, colleague):
    client = as_person(colleague)
    seen = client.get(at("approve", waiting)).context["seen"]
    waiting.texts.update(body="Något helt annat.")
    page = client.post(at("approve", waiting), {"then": "yes", "seen": seen})
    assert page.status_code == 409
    assert "The notice has been changed since you opened this page." in page.text
    assert "Något helt annat." in page.text


def test_a_yes_after_somebody_elses_no_changes_nothing(as_person, waiting, colleague, norrby):
    other = make.StaffFactory(organisation=norrby.police, districts=[norrby.district]).user
    seen = as_person(other).get(at("approve", waiting)).context["seen"]
    as_person(colleague).post(at("approve", waiting), {"then": "back", "word": "Nej."})
    page = as_person(other).post(at("approve", waiting), {"then": "yes", "seen": seen}, follow=True)
    assert page.redirect_chain
    waiting.refresh_from_db()
    assert waiting.state == "draft"


def test_with_nobody_to_ask_one_is_told_what_to_do(as_person, draft, limited):
    notice = draft()
    client = as_person("officer")
    page = client.get(at("confirm", notice))
    assert "there is nobody to ask" in page.text
    assert "Choose fewer buildings or stairwells." in page.text
    assert "Ask a colleague for a yes" not in page.text
    page = client.post(at("confirm", notice), {"seen": page.context["seen"]})
    assert page.status_code == 409
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_when_the_last_colleague_has_left_the_writer_is_told(as_person, waiting, colleague):
    colleague.memberships.update(ended_at=timezone.now())
    page = as_person("officer").get(at("progress", waiting)).text
    assert "Nobody else here can say yes any more." in page
    assert at("reopen", waiting) in page


def test_a_yes_that_is_no_longer_needed_can_still_be_given(as_person, waiting, colleague, norrby):
    norrby.police.approval_above = None
    norrby.police.save()
    page = as_person(colleague).get(at("approve", waiting))
    assert "It no longer needs a yes" in page.text
    as_person(colleague).post(at("approve", waiting), {"then": "yes", "seen": page.context["seen"]})
    assert Notice.objects.get().state == "scheduled"


def test_one_notice_and_many_cost_the_same_to_list(as_person, waiting, colleague, django_assert_num_queries):
    client = as_person(colleague)
    client.get(OUTBOX)
    for _round in range(2):
        with django_assert_num_queries(11):
            client.get(OUTBOX)
        for _notice in range(20):
            copy = Notice.objects.get(pk=waiting.pk)
            make.NoticeFactory(
                organisation=copy.organisation,
                district=copy.district,
                author=copy.author,
                state="awaiting",
                confirmed_by=copy.confirmed_by,
            )


def test_the_operator_sets_the_number(norrby, client):
    operator = make.UserFactory(is_superuser=True)
    Authenticator.objects.create(user=operator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(operator)
    where = f"/operator/buildings/organisation/{norrby.police.pk}/change/"
    assert 'name="approval_above"' in client.get(where).text
    data = {"name": "Polisen", "slug": norrby.police.slug, "districts": [norrby.district.pk], "phone": ""}
    assert client.post(where, data | {"sms_ceiling": 10, "approval_above": 400}).status_code == 302
    norrby.police.refresh_from_db()
    assert norrby.police.approval_above == 400
