"""What SMS cost, told before they are sent and when they wait."""

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Delivery, SmsMonth
from notifications.outbox.budget import this_month
from notifications.sms_cost import SmsCost
from tests import factories as make

REACH = reverse("notices:reach")


def at(name, notice):
    return reverse(f"notices:{name}", args=[notice.public_id])


@pytest.fixture
def numbers(norrby):
    """Two neighbours with Swedish, one with Arabic; two of them share a number."""
    for language, number in (("sv", "05"), ("sv", "06"), ("ar", "07"), ("sv", "06")):
        person = make.ResidentFactory(stairwell=norrby.stairwells[0], user__language=language).user
        make.EndpointFactory(user=person, channel="sms", address=f"+467017406{number}")


TEXTS = {"sv": ("Inbrott", "Lås källaren."), "ar": ("سرقة في القبو", "أغلق باب القبو جيدا ولا تتركه مفتوحا.")}


def test_each_number_counts_once_in_its_persons_language(draft, numbers):
    notice = draft(texts=TEXTS)
    cost = SmsCost.of(notice, notice)
    assert (cost.numbers, cost.parts, cost.kronor) == (3, 4, 4 * 0.52)
    assert not cost.waits


def test_the_review_page_and_the_live_panel_tell_it(as_person, draft, numbers, typed, settings):
    settings.SMS_PRICE_ORE = 50
    client = as_person("officer")
    words = " ".join(client.get(at("confirm", draft(texts=TEXTS))).text.split())
    assert "3 numbers get it by SMS, 4 parts in all. That costs about 2.00 kr." in words
    live = typed(title_sv=TEXTS["sv"][0], body_sv=TEXTS["sv"][1], urgency="information")
    live |= {"title_ar": TEXTS["ar"][0], "body_ar": TEXTS["ar"][1]}
    assert "3 numbers get it by SMS, 4 parts in all." in " ".join(client.post(REACH, live).text.split())


def test_without_a_price_only_the_parts_are_told(as_person, draft, numbers, settings):
    settings.SMS_PRICE_ORE = 0
    words = " ".join(as_person("officer").get(at("confirm", draft(texts=TEXTS))).text.split())
    assert "4 parts in all." in words
    assert "kr." not in words


def test_a_form_without_swedish_words_or_numbers_tells_nothing(as_person, typed, numbers):
    assert "by SMS," not in as_person("officer").post(REACH, typed(title_sv=None, body_sv=None)).text


def test_nothing_is_told_where_nobody_has_a_number(as_person, draft):
    assert "by SMS," not in as_person("officer").get(at("confirm", draft())).text


@pytest.mark.parametrize(("urgency", "waits"), [("be_aware", True), ("act_now", False)])
def test_it_says_beforehand_that_some_will_wait(as_person, draft, numbers, norrby, urgency, waits):
    SmsMonth.objects.create(organisation=norrby.police, month=this_month(), parts=norrby.police.sms_ceiling - 1)
    page = as_person("officer").get(at("confirm", draft(urgency=urgency))).text
    assert ("Some SMS will wait" in page) == waits


@pytest.mark.parametrize(
    ("parts", "words"),
    [(15_999, ""), (16_000, "of this month's"), (19_999, "of this month's"), (20_000, "SMS wait until next month")],
)
def test_the_list_of_notices_tells_how_the_month_stands(as_person, norrby, parts, words):
    SmsMonth.objects.create(organisation=norrby.police, month=this_month(), parts=parts)
    SmsMonth.objects.create(organisation=norrby.company, month=this_month(), parts=20_000)
    page = as_person("officer").get(reverse("notices:outbox")).text
    assert words in page
    assert ("SMS parts" in page) == bool(words)


def test_a_notice_whose_sms_wait_says_so(as_person, draft):
    notice = draft(state="sending", started_at=timezone.now(), people=3)
    for state, reason in (("held", "sms-ceiling"), ("held", "sms-ceiling"), ("held", "quiet"), ("sent", "")):
        endpoint = make.EndpointFactory(channel="sms")
        Delivery.objects.create(notice=notice, endpoint=endpoint, channel="sms", state=state, reason=reason)
    page = as_person("officer").get(at("progress", notice)).text
    assert "2 SMS wait, because this month's SMS are used." in " ".join(page.split())


def test_an_sms_that_did_not_arrive_is_told_in_words(as_person, draft):
    notice = draft(state="sent", started_at=timezone.now(), finished_at=timezone.now(), people=9)
    endpoint = make.EndpointFactory(channel="sms")
    Delivery.objects.create(notice=notice, endpoint=endpoint, channel="sms", state="failed", reason="sms-not-delivered")
    assert "The phone did not get it" in as_person("officer").get(at("progress", notice)).text
