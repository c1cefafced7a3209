"""Who a notice is for: places, people and the endpoints it must reach, each one queryset.

Everything takes a Notice or an `Audience`, so the compose page can count before anything is saved.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from buildings.models import Contact, District, Organisation, Resident, Stairwell, User
from notifications.models import Endpoint, Notice


@dataclass(frozen=True, kw_only=True)
class Audience:
    """What decides whom a notice reaches.

    Buildings and stairwells count only inside the district, and a housing company reaches only its own.
    """

    organisation: Organisation
    district: District
    whole_district: bool = True
    building_ids: "Collection[int] | QuerySet[Any, int]" = ()
    stairwell_ids: "Collection[int] | QuerySet[Any, int]" = ()
    contacts_only: bool = False
    urgency: str = Notice.Urgency.INFORMATION

    @classmethod
    def from_notice(cls, notice: Notice) -> Self:
        """The audience of a saved notice; what it points at stays a subquery, so nothing is read here."""
        return cls(
            organisation=notice.organisation,
            district=notice.district,
            whole_district=notice.whole_district,
            building_ids=notice.buildings.order_by().values_list("pk", flat=True),
            stairwell_ids=notice.stairwells.order_by().values_list("pk", flat=True),
            contacts_only=notice.contacts_only,
            urgency=notice.urgency,
        )


def _audience(of: Notice | Audience) -> Audience:
    return Audience.from_notice(of) if isinstance(of, Notice) else of


def places(of: Notice | Audience) -> QuerySet[Stairwell]:
    """The standing stairwells meant."""
    meant = _audience(of)
    found = Stairwell.objects.standing().filter(building__closed_at=None, building__district=meant.district)
    if meant.organisation.kind == Organisation.Kind.LANDLORD:
        found = found.filter(building__owner=meant.organisation)
    if meant.whole_district:
        return found
    return found.filter(Q(building__in=meant.building_ids) | Q(pk__in=meant.stairwell_ids))


def _at_home(audience: Audience) -> "QuerySet[Any, int]":
    """Whom the notice is meant for, by their keys and as often as they have homes or roles there."""
    inside = places(audience).order_by().values("pk")
    if audience.contacts_only:
        return Contact.objects.active().filter(stairwell__in=inside).values_list("user", flat=True)
    return Resident.objects.present().filter(stairwell__in=inside).values_list("user", flat=True)


def meant_people(of: Notice | Audience) -> QuerySet[User]:
    """The people meant, each once: residents who have not left, or only active contacts."""
    return User.objects.filter(is_active=True, pk__in=_at_home(_audience(of)))


def still_meant(of: Notice | Audience, people: Collection[int]) -> QuerySet[User]:
    """Those of `people`, by their keys, who are meant; asks for their homes alone, however many are meant in all."""
    at_home = _at_home(_audience(of)).filter(user__in=people)
    return User.objects.filter(is_active=True, pk__in=at_home)


def reach(of: Notice | Audience) -> QuerySet[Endpoint]:
    """The endpoints a notice must reach, each once however many roles or stairwells its person has.

    A phone number several people share gets one SMS.
    """
    audience = _audience(of)
    usable = Endpoint.objects.usable(audience.urgency).filter(user__in=_at_home(audience))
    texted = usable.filter(channel=Endpoint.Channel.SMS)
    one_a_number = texted.order_by().values("address").annotate(first=Min("pk")).values("first")
    return usable.filter(~Q(channel=Endpoint.Channel.SMS) | Q(pk__in=one_a_number))


def stairwells(of: Notice | Audience) -> int:
    """How many stairwells are meant."""
    return places(of).count()


def people(of: Notice | Audience) -> int:
    """How many people are meant."""
    return meant_people(of).count()


def unreachable(of: Notice | Audience) -> int:
    """How many of the people meant have no endpoint that may carry it: board and page only."""
    audience = _audience(of)
    willing = Endpoint.objects.willing(audience.urgency).filter(user=OuterRef("pk"))
    return meant_people(audience).filter(~Exists(willing)).count()
