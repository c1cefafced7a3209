"""What the role matrix's world has of watches and signs, and the factories of both."""

from typing import TYPE_CHECKING, Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tests.factories import BuildingFactory, OrganisationFactory
from watch.models import Sign, SignOrder, TrackingRules, Watch, WatchStep

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


def watch_for(world: "World") -> dict[str, Any]:
    """An active watch with its history, an order on its way and a sign in the world's building."""
    building = world.stairwell.building
    watch = WatchFactory(building=building)
    WatchStep.objects.create(watch=watch, before="forming", state="active", why="started")
    police = world.drafts["police"].organisation
    hung = SignOrderFactory(building=building, organisation=police, state="delivered", answered_by=building.owner)
    return {
        "rules": TrackingRules.objects.create(district=building.district),
        "sign": SignFactory(order=hung),
        "order": SignOrderFactory(building=building, organisation=police),
    }
