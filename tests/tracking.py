"""What the role matrix's world has of watches and signs, and the factories of both."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from buildings.models import District, Organisation, StaffMember
from buildings.sealing import fingerprint, seal
from tests.factories import BuildingFactory, OrganisationFactory
from watch.models import (
    Commitment,
    FollowUp,
    Promise,
    Sign,
    SignOrder,
    Situation,
    Suggestion,
    SurveyCode,
    SurveyRound,
    TrackingRules,
    Watch,
    WatchStep,
)

if TYPE_CHECKING:
    from tests.world import World


class WatchFactory(DjangoModelFactory[Watch]):
    class Meta:
        model = Watch

    building = factory.SubFactory(BuildingFactory)
    state = Watch.State.ACTIVE


class SignOrderFactory(DjangoModelFactory[SignOrder]):
    class Meta:
        model = SignOrder

    building = factory.SubFactory(BuildingFactory)
    organisation = factory.SubFactory(OrganisationFactory, kind="police")
    signs = 1
    stickers = 20


class SignFactory(DjangoModelFactory[Sign]):
    class Meta:
        model = Sign

    order = factory.SubFactory(SignOrderFactory)
    building = factory.SelfAttribute("order.building")
    place = "Vid porten"
    put_up_on = factory.LazyFunction(timezone.localdate)


def promise_for(district: District, by: Organisation) -> dict[str, Any]:
    """A published promise that is going on, a draft, a follow-up nobody has read, and a situation picture."""
    today = timezone.localdate()
    time = {"starts_on": today - timedelta(days=60), "ends_on": today + timedelta(days=60)}
    words = {"sv": {"title": "Vi lovar att synas", "summary": "Vi syns mer.", "why": "Många har bett om det."}}
    made = {}
    for name, published in (("promise", timezone.now() - timedelta(days=59)), ("draft_promise", None)):
        promise = Promise.objects.create(slug=f"lofte-{name}", words=words, published_at=published, **time)
        promise.districts.add(district)
        promise.organisations.add(by)
        made[name] = promise
    text = {"sv": {"text": "Fyra kvällar till fots."}}
    commitment = Commitment.objects.create(promise=made["promise"], number=1, target=4, words=text)
    commitment.organisations.add(by)
    follow_up = FollowUp.objects.create(commitment=commitment, district=district, organisation=by, on=today)
    known = {"district": district, "organisation": by, "on": today, "published_at": timezone.now()}
    return {
        **made,
        "commitment": commitment,
        "follow_up": follow_up,
        "situation": Situation.objects.create(words=words, **known),
    }


SURVEY_CODE = "ABCDEFGHJK"


def survey_for(district: District, by: Organisation) -> dict[str, Any]:
    """A round that is open, with one code, and one that is over."""
    today = timezone.localdate()
    known = {"district": district, "organisation": by}
    time = {"opens_on": today - timedelta(days=3), "closes_on": today + timedelta(days=3)}
    survey = SurveyRound.objects.create(name="Hösten", **known, **time)
    SurveyCode.objects.create(round=survey, fingerprint=fingerprint("survey", SURVEY_CODE))
    past = {"opens_on": today - timedelta(days=300), "closes_on": today - timedelta(days=290)}
    SurveyRound.objects.create(name="I fjol", **known, **past)
    return {"survey": survey}


def watch_for(world: "World") -> dict[str, Any]:
    """An active watch with its history, an order on its way and a sign in the world's building."""
    building = world.stairwell.building
    watch = WatchFactory(building=building)
    WatchStep.objects.create(watch=watch, before="forming", state="active", why="started")
    police = world.drafts["police"].organisation
    officer = StaffMember.objects.get(user=world.people["police"])
    District.objects.filter(pk=building.district_id).update(officer=officer)
    written = {"text": "Lampan i gången är trasig.", "email": ""}
    suggestion = Suggestion.objects.create(
        district=building.district, language="sv", due_on=timezone.localdate(), sealed=seal(written)
    )
    promised = promise_for(building.district, police)
    hung = SignOrderFactory(building=building, organisation=police, state="delivered", answered_by=building.owner)
    return {
        **promised,
        "suggestion": suggestion,
        **survey_for(building.district, police),
        "rules": TrackingRules.objects.create(district=building.district),
        "sign": SignFactory(order=hung),
        "order": SignOrderFactory(building=building, organisation=police),
    }
