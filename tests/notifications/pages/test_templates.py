"""Writing from ready-made notices, and an organisation's own."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.models import Organisation
from notifications.models import Notice, NoticeTemplate
from notifications.ready import services
from tests import factories as make

COMPOSE = reverse("notices:compose")
REACH = reverse("notices:reach")
LIST = reverse("notices:templates")
NEW = reverse("notices:template_new")

WORDS = {
    "sv": ("Porten på [plats]", "Porten på [plats] är lagad [dag]. Ring [telefon]. Pågår ett brott? Ring 112."),
    "en": ("The door at [plats]", "The door at [plats] is mended on [dag]. Call [telefon]. A crime now? Call 112."),
    "ar": ("باب [plats]", "سيُصلح باب [plats] يوم [dag]. اتصل بالرقم [telefon]. جريمة الآن؟ اتصل بالرقم 112."),
}


def at(name, row):
    return reverse(f"notices:{name}", args=[row.pk if isinstance(row, NoticeTemplate) else row.public_id])


@pytest.fixture
def ready(norrby):
    """A ready-made notice everyone has, whose English a reader has approved and whose Arabic waits."""
    return make.TemplateFactory(kind="door", texts=WORDS, approved=["en"])


@pytest.fixture
def administrator(norrby):
    return make.StaffFactory(organisation=norrby.company, is_administrator=True).user


def field(page, name):
    return page.context["form"][name].value()


class TestWritingFromOne:
    """`?mall=<pk>` on the compose page, without a script."""

    def test_kind_urgency_and_the_approved_languages_are_filled_in(self, as_person, ready):
        ready.urgency = "be_aware"
        ready.save()
        page = as_person("officer").get(COMPOSE, {"mall": ready.pk})
        assert field(page, "kind") == "door"
        assert field(page, "urgency") == "be_aware"
        assert field(page, "title_sv") == "Porten på [plats]"
        assert field(page, "title_en") == "The door at [plats]"
        assert not field(page, "title_ar")
        assert "باب" not in page.text
        assert "العربيّة</bdi>: waits for a reader" in page.text

    def test_the_page_offers_every_ready_made_notice_as_a_link(self, as_person, ready):
        page = as_person("officer").get(COMPOSE)
        assert f'href="{COMPOSE}?mall={ready.pk}"' in page.text
        assert "The door at [plats]" in page.text

    def test_an_alert_is_offered_to_the_police_alone(self, as_person, norrby):
        alert = make.TemplateFactory(kind="fire", urgency="act_now")
        assert f"?mall={alert.pk}" in as_person("officer").get(COMPOSE).text
        assert f"?mall={alert.pk}" not in as_person("landlord").get(COMPOSE).text
        assert as_person("landlord").get(COMPOSE, {"mall": alert.pk}).status_code == 404

    def test_another_organisations_is_not_found(self, as_person, norrby):
        theirs = make.TemplateFactory(organisation=norrby.company)
        assert as_person("landlord").get(COMPOSE, {"mall": theirs.pk}).status_code == 200
        assert as_person("officer").get(COMPOSE, {"mall": theirs.pk}).status_code == 404
        assert f"?mall={theirs.pk}" not in as_person("officer").get(COMPOSE).text

    @pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "٣"])
    def test_a_mistyped_one_is_not_found(self, as_person, ready, typed):
        assert as_person("officer").get(COMPOSE, {"mall": typed}).status_code == 404

    def test_each_blank_is_asked_for_once_with_the_right_kind_of_field(self, as_person, ready, norrby):
        Organisation.objects.filter(pk=norrby.company.pk).update(phone="+46701740690")
        page = as_person("landlord").get(COMPOSE, {"mall": ready.pk})
        blanks = page.context["blanks"]
        assert list(blanks.fields) == ["blank_plats", "blank_dag", "blank_telefon"]
        assert page.text.count('name="blank_dag"') == 1
        assert re.search(r'<input type="date" name="blank_dag"', page.text)
        assert blanks["blank_telefon"].value() == "070-174 06 90"

    def test_a_value_lands_in_every_language_as_that_language_writes_it(self, as_person, ready, typed, norrby):
        client = as_person("officer")
        day = timezone.localdate().replace(month=12, day=2)
        fields = {
            f"{part}_{language}": WORDS[language][n] for language in WORDS for n, part in enumerate(("title", "body"))
        }
        posted = typed(**fields, blank_plats=" Varpgatan 3  A ", blank_dag=day.isoformat(), blank_telefon="112")
        response = client.post(f"{COMPOSE}?mall={ready.pk}", posted)
        notice = Notice.objects.get()
        assert response.url == at("confirm", notice)
        assert notice.text_in("sv").title == "Porten på Varpgatan 3 A"
        assert f"är lagad {_weekday(day)} 2 december. Ring 112." in notice.text_in("sv").body
        assert "2 December. Call 112." in notice.text_in("en").body
        assert "\u2068Varpgatan 3 A\u2069" in notice.text_in("ar").body
        assert "2 ديسمبر" in notice.text_in("ar").body

    def test_an_empty_blank_stays_and_stops_the_sending_with_a_sentence_beside_each_language(
        self, as_person, ready, typed
    ):
        client = as_person("officer")
        fields = {"title_sv": WORDS["sv"][0], "body_sv": "Text. [x!]", "title_en": WORDS["en"][0], "body_en": "Text."}
        page = client.post(COMPOSE, typed(**fields, blank_plats=""), follow=True)
        assert page.text.count("until then the notice cannot be sent") == 2
        assert "(svenska)" in page.text
        assert "(English)" in page.text
        assert "<bdi>[x!]</bdi>" in page.text
        assert "Send to" not in page.text
        notice = Notice.objects.get()
        refused = client.post(at("confirm", notice), {"seen": page.context["seen"]})
        assert refused.status_code == 409
        assert "The notice has blanks that are not filled in." in refused.text
        notice.refresh_from_db()
        assert notice.state == "draft"

    def test_a_draft_with_blanks_left_asks_for_them_again(self, as_person, draft):
        notice = draft(texts={"sv": ("Träff [dag]", "Vi ses på [plats].")})
        client = as_person("officer")
        page = client.get(at("edit", notice))
        assert list(page.context["blanks"].fields) == ["blank_dag", "blank_plats"]
        assert not client.get(at("edit", draft())).context["blanks"].fields

    def test_a_day_that_is_none_is_told_beside_its_field_and_nothing_is_lost(self, as_person, typed):
        fields = {"title_sv": "Träff [dag]", "body_sv": "Vi ses på [plats] [dag]."}
        page = as_person("officer").post(COMPOSE, typed(**fields, blank_dag="i morgon", blank_plats="gården"))
        assert page.status_code == 200
        assert not Notice.objects.exists()
        assert page.text.count("Write a day, such as 2026-12-04.") == 2, "beside the field and summed up"
        assert 'value="i morgon"' in page.text
        assert 'value="gården"' in page.text
        assert field(page, "body_sv") == "Vi ses på [plats] [dag]."

    def test_checking_without_a_script_shows_the_words_filled_and_keeps_the_blanks(self, as_person, typed):
        fields = {"title_sv": "Träff [dag]", "body_sv": "Vi ses på [plats].", "then": "check"}
        page = as_person("officer").post(COMPOSE, typed(**fields, blank_plats="gården"))
        assert "Vi ses på gården." in page.text
        assert field(page, "body_sv") == "Vi ses på [plats]."
        assert list(page.context["blanks"].fields) == ["blank_dag", "blank_plats"]

    def test_the_live_panel_shows_the_words_filled(self, as_person, typed):
        part = as_person("officer").post(REACH, typed(title_sv="Porten [plats]", blank_plats="Varpgatan 3"))
        assert "Porten Varpgatan 3" in part.text

    def test_what_goes_in_a_blank_meets_the_guard(self, as_person, typed):
        client = as_person("officer")
        page = client.post(COMPOSE, typed(body_sv="Ring [telefon].", blank_telefon="070-174 06 77"), follow=True)
        assert "This phone number is not on the list of published numbers." in page.text
        assert "Send to" not in page.text

    @pytest.mark.parametrize("value", ["[dag]", "<b>x</b>", "\u202e112", "a" * 61])
    def test_odd_values_do_no_harm(self, as_person, typed, value):
        client = as_person("officer")
        page = client.post(COMPOSE, typed(title_sv="Porten [plats]", blank_plats=value), follow=True)
        assert page.status_code == 200
        assert "<b>x</b>" not in page.text
        assert "\u202e" not in "".join(Notice.objects.values_list("texts__title", flat=True))

    def test_one_and_a_hundred_ready_made_notices_cost_the_same(self, as_person, ready, django_assert_num_queries):
        client = as_person("officer")
        for _round in range(2):
            with django_assert_num_queries(18):
                client.get(COMPOSE, {"mall": ready.pk})
            for _row in range(100):
                make.TemplateFactory(texts=WORDS)


def _weekday(day: date) -> str:
    return ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"][day.weekday()]


class TestTheList:
    """Everyone's and our own."""

    def test_it_shows_what_each_language_waits_for(self, as_person, ready):
        page = as_person("clerk").get(LIST).text
        assert "The door at [plats]" in page
        assert "English</bdi>: approved by a reader" in page
        assert "العربيّة</bdi>: waits for a reader" in page

    def test_words_nobody_has_approved_are_not_shown_in_that_language(self, as_person, ready):
        page = as_person("clerk", "ar").get(LIST).text
        assert WORDS["ar"][0] not in page
        assert WORDS["ar"][1] not in page
        assert "Porten på [plats]" in page

    def test_another_organisations_are_not_there(self, as_person, ready, norrby):
        make.TemplateFactory(organisation=norrby.company, texts={"sv": ("Bolagets egen", "Text.")})
        assert "Bolagets egen" in as_person("landlord").get(LIST).text
        assert "Bolagets egen" not in as_person("officer").get(LIST).text
        assert "Bolagets egen" not in as_person("landlord").get(LIST, {"whose": "all"}).text
        assert "Bolagets egen" in as_person("landlord").get(LIST, {"whose": "own"}).text

    def test_it_can_be_narrowed_and_says_when_nothing_fits(self, as_person, ready):
        client = as_person("officer")
        assert "The door at" in client.get(LIST, {"kind": "door"}).text
        assert "No ready-made notice fits" in client.get(LIST, {"kind": "fire"}).text

    def test_only_an_administrator_sees_the_buttons_that_change(self, as_person, administrator, norrby):
        own = make.TemplateFactory(organisation=norrby.company)
        assert at("template_edit", own) in as_person(administrator).get(LIST).text
        colleague = as_person("landlord").get(LIST).text
        assert at("template_edit", own) not in colleague
        assert NEW not in colleague

    def test_one_and_a_hundred_cost_the_same(self, as_person, ready, django_assert_num_queries):
        client = as_person("officer")
        for _round in range(2):
            with django_assert_num_queries(9):
                client.get(LIST)
            for _row in range(100):
                make.TemplateFactory(texts=WORDS)


class TestOurOwn:
    """Written, changed and thrown away by an administrator."""

    def test_an_administrator_writes_one_and_other_languages_wait(self, as_person, administrator, own_words, norrby):
        page = as_person(administrator).post(NEW, own_words(), follow=True)
        assert "These languages are used once someone who reads them has approved them: English." in page.text
        template = NoticeTemplate.objects.get(organisation=norrby.company)
        assert template.slug == "vi-byter-las"
        assert list(template.usable_texts()) == ["sv"]
        assert template.texts.get(language="en").reviewed_at is None

    def test_two_with_the_same_title_are_two(self, as_person, administrator, own_words, norrby):
        client = as_person(administrator)
        for _time in range(3):
            assert client.post(NEW, own_words()).status_code == 302
        slugs = set(NoticeTemplate.objects.filter(organisation=norrby.company).values_list("slug", flat=True))
        assert slugs == {"vi-byter-las", "vi-byter-las-2", "vi-byter-las-3"}

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_colleague_who_is_no_administrator_may_not(self, as_person, norrby, method):
        own = make.TemplateFactory(organisation=norrby.company)
        client = as_person("landlord")
        for url in (NEW, at("template_edit", own), at("template_delete", own)):
            assert getattr(client, method)(url).status_code == 403
        theirs = make.TemplateFactory(organisation=norrby.police)
        assert getattr(client, method)(at("template_edit", theirs)).status_code == 404
        assert NoticeTemplate.objects.count() == 2

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_another_organisations_is_not_found_and_everyones_is_not_ours_to_change(
        self, as_person, administrator, ready, norrby, method
    ):
        theirs = make.TemplateFactory(organisation=norrby.police)
        client = as_person(administrator)
        for page in ("template_edit", "template_delete"):
            assert getattr(client, method)(at(page, theirs)).status_code == 404
            assert getattr(client, method)(at(page, ready)).status_code == 403
        assert NoticeTemplate.objects.count() == 2

    def test_changing_a_language_takes_its_approval_away_and_leaves_the_others(
        self, as_person, administrator, own_words, norrby
    ):
        client = as_person(administrator)
        client.post(NEW, own_words(title_ar="نغيّر القفل", body_ar="نغيّر القفل في [plats]. اتصل بالرقم 112."))
        template = NoticeTemplate.objects.get(organisation=norrby.company)
        template.texts.update(reviewed_at=timezone.now())
        changed = own_words(
            title_ar="نغيّر القفل", body_ar="نغيّر القفل في [plats]. اتصل بالرقم 112.", body_en="New words at [plats]."
        )
        page = client.post(at("template_edit", template), changed, follow=True)
        assert "approved them: English." in page.text
        assert set(NoticeTemplate.objects.get(pk=template.pk).usable_texts()) == {"sv", "ar"}

    def test_a_language_taken_away_is_gone(self, as_person, administrator, own_words, norrby):
        client = as_person(administrator)
        client.post(NEW, own_words())
        template = NoticeTemplate.objects.get(organisation=norrby.company)
        client.post(at("template_edit", template), own_words(title_en="", body_en=""))
        assert [text.language for text in template.texts.all()] == ["sv"]

    def test_the_form_of_a_saved_one_shows_every_language_approved_or_not(self, as_person, administrator, norrby):
        own = make.TemplateFactory(organisation=norrby.company, texts=WORDS)
        page = as_person(administrator).get(at("template_edit", own))
        assert field(page, "title_ar") == "باب [plats]"

    def test_blanks_must_be_the_same_in_every_language(self, as_person, administrator, own_words):
        page = as_person(administrator).post(NEW, own_words(body_en="We change the lock on [day]."))
        assert page.context["form"].errors["body_en"] == [
            "The blanks must be the same as in the Swedish text: [plats]."
        ]
        assert "We change the lock on [day]." in page.text

    def test_a_blank_with_an_odd_name_is_refused(self, as_person, administrator, own_words):
        page = as_person(administrator).post(NEW, own_words(body_sv="[plats] [var?]"))
        assert "[var?]: a blank has a short name of letters and digits alone" in str(page.context["form"].errors)

    @pytest.mark.parametrize("name", ["body_sv", "title_en"])
    def test_numbers_that_point_someone_out_are_refused(self, as_person, administrator, own_words, name):
        page = as_person(administrator).post(NEW, own_words(**{name: "[plats] ABC 123"}))
        assert "ABC 123: This looks like the registration number" in str(page.context["form"].errors[name])
        assert not NoticeTemplate.objects.exists()

    def test_only_the_police_write_an_alert(self, as_person, administrator, own_words):
        page = as_person(administrator).post(NEW, own_words(urgency="act_now"))
        assert "urgency" in page.context["form"].errors

    def test_a_notice_becomes_a_ready_made_one(self, as_person, administrator, norrby):
        notice = make.NoticeFactory(
            organisation=norrby.company,
            district=norrby.district,
            kind="door",
            texts={"sv": ("T", "B"), "so": ("S", "X")},
        )
        Notice.objects.filter(pk=notice.pk).update(state="sent", started_at=timezone.now(), finished_at=timezone.now())
        client = as_person(administrator)
        link = f"{NEW}?anslag={notice.public_id}"
        assert link in client.get(at("progress", notice)).text
        assert NEW not in as_person("landlord").get(at("progress", notice)).text
        page = client.get(link)
        assert (field(page, "kind"), field(page, "title_sv"), field(page, "body_so")) == ("door", "T", "X")

    def test_another_organisations_notice_does_not(self, as_person, administrator, draft):
        assert as_person(administrator).get(NEW, {"anslag": draft().public_id}).status_code == 404
        assert as_person(administrator).get(NEW, {"anslag": "x"}).status_code == 404

    def test_it_is_thrown_away_after_asking_once_and_notices_from_it_stay(self, as_person, administrator, norrby):
        own = make.TemplateFactory(organisation=norrby.company)
        notice = make.NoticeFactory(organisation=norrby.company, district=norrby.district)
        client = as_person(administrator)
        assert "Notices that were written from it stay." in client.get(at("template_delete", own)).text
        page = client.post(at("template_delete", own), follow=True)
        assert "The ready-made notice is thrown away." in page.text
        assert not NoticeTemplate.objects.exists()
        assert Notice.objects.filter(pk=notice.pk).exists()


@pytest.fixture
def own_words():
    """What a browser posts for a good ready-made notice; pass fields to change."""

    def data(**changes):
        fields = {
            "kind": "door",
            "urgency": "information",
            "title_sv": "Vi byter lås",
            "body_sv": "Vi byter lås på [plats]. Pågår ett brott? Ring 112.",
            "title_en": "We change the lock",
            "body_en": "We change the lock at [plats]. A crime now? Call 112.",
        }
        return fields | changes

    return data


def test_approving_words_that_have_changed_since_they_were_read_is_refused(db):
    template = make.TemplateFactory(texts=WORDS)
    text = template.texts.get(language="ar")
    seen = services.seal_of(text)
    services.put_texts(template, WORDS | {"ar": ("x", "y")})
    with pytest.raises(services.WordsChanged):
        services.review(text=text, is_reviewed=True, seen=seen)
    text.refresh_from_db()
    assert text.reviewed_at is None


def test_approving_twice_keeps_the_first_day(db):
    text = make.TemplateFactory(texts=WORDS).texts.get(language="en")
    first = services.review(text=text, is_reviewed=True, seen=services.seal_of(text)).reviewed_at
    assert timezone.now() - first < timedelta(minutes=1)
    assert services.review(text=text, is_reviewed=True, seen=services.seal_of(text)).reviewed_at == first
    assert services.review(text=text, is_reviewed=False, seen=services.seal_of(text)).reviewed_at is None
