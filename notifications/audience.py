"""Who a notice is for: places, people and the endpoints it must reach, each one queryset.

Everything takes a Notice or an `Audience`, so the compose page can count before anything is saved.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from buildings.models import Contact, District, Organisation, Resident, Stairwell, User
from notifications.models import Delivery, Endpoint, Notice, OutboxState

REACHED = (OutboxState.SENT, OutboxState.DELIVERED)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """What decides whom a notice reaches.

    Buildings and stairwells count only inside the district, and a housing company reaches only its own.

    `after` is the first notice of the thread that a correction or a calling off belongs to: everyone whom that
    thread has reached is meant too, or nobody else when `told_only`. Someone who has left every stairwell since
    (or is no contact any more, when it is for contacts) has asked to hear nothing more, and is not.
    """

    organisation: Organisation
    district: District
    whole_district: bool = True
    building_ids: "Collection[int] | QuerySet[Any, int]" = ()
    stairwell_ids: "Collection[int] | QuerySet[Any, int]" = ()
    contacts_only: bool = False
    urgency: str = Notice.Urgency.INFORMATION
    after: int | None = None
    told_only: bool = False

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
            after=notice.origin_id,
            told_only=notice.calls_off,
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


def homes(of: Notice | Audience) -> "QuerySet[Resident] | QuerySet[Contact]":
    """What makes people meant: their homes in the stairwells meant, or only their roles as active contacts there."""
    audience = _audience(of)
    inside = places(audience).order_by().values("pk")
    if audience.contacts_only:
        return Contact.objects.active().filter(stairwell__in=inside)
    return Resident.objects.present().filter(stairwell__in=inside)


def _at_home(audience: Audience) -> "QuerySet[Any, int]":
    """Whom the notice is meant for, by their keys and as often as they have homes or roles there."""
    return homes(audience).values_list("user", flat=True)


def told_before(of: Notice | Audience) -> QuerySet[Endpoint]:
    """The endpoints the thread has reached so far, and others on the same phone, of people who are still here."""
    audience = _audience(of)
    if audience.after is None:
        return Endpoint.objects.none()
    here = Contact.objects.active() if audience.contacts_only else Resident.objects.present()
    thread = Notice.objects.filter(Q(pk=audience.after) | Q(origin=audience.after)).values("pk")
    reached = Delivery.objects.filter(notice__in=thread, state__in=REACHED, endpoint__isnull=False).order_by()
    numbers = reached.filter(channel=Endpoint.Channel.SMS).values("endpoint__address")
    told = Q(pk__in=reached.values("endpoint")) | Q(channel=Endpoint.Channel.SMS, address__in=numbers)
    return Endpoint.objects.filter(told, Exists(here.filter(user=OuterRef("user"))))


def meant_people(of: Notice | Audience) -> QuerySet[User]:
    """The people meant, each once: residents who have not left, or only active contacts; of a thread also the told."""
    audience = _audience(of)
    return _people(audience, _at_home(audience), told_before(audience))


def still_meant(of: Notice | Audience, people: "Collection[int] | QuerySet[Any, Any]") -> QuerySet[User]:
    """Those of `people`, by their keys, who are meant; asks for their homes alone, however many are meant in all."""
    audience = _audience(of)
    at_home, told = _at_home(audience), told_before(audience)
    return _people(audience, at_home.filter(user__in=people), told.filter(user__in=people))


def _people(audience: Audience, at_home: "QuerySet[Any, int]", told: QuerySet[Endpoint]) -> QuerySet[User]:
    meant = Q(pk__in=at_home)
    if audience.after:
        reached = Q(pk__in=told.values("user"))
        meant = reached if audience.told_only else meant | reached
    return User.objects.filter(meant, is_active=True)


def reach(of: Notice | Audience) -> QuerySet[Endpoint]:
    """The endpoints a notice must reach, each once however many roles or stairwells its person has.

    A phone number several people share gets one SMS. A correction reaches its own audience and everyone its thread
    has reached, a calling off only those: `recipients_of` a change, in one queryset.
    """
    audience = _audience(of)
    meant = Q(user__in=_at_home(audience))
    if audience.after:
        told = Q(pk__in=told_before(audience).values("pk"))
        meant = told if audience.told_only else meant | told
    usable = Endpoint.objects.usable(audience.urgency).filter(meant)
    texted = usable.filter(channel=Endpoint.Channel.SMS)
    one_a_number = texted.order_by().values("address").annotate(first=Min("pk")).values("first")
    return usable.filter(~Q(channel=Endpoint.Channel.SMS) | Q(pk__in=one_a_number))


def told_of(notice: Notice) -> Audience:
    """Exactly those whom the notice, and what it corrects, has reached: the audience of calling it off."""
    return replace(Audience.from_notice(notice), after=notice.origin_id or notice.pk, told_only=True)


def stairwells(of: Notice | Audience) -> int:
    """How many stairwells are meant."""
    return places(of).count()


def people(of: Notice | Audience) -> int:
    """How many people are meant."""
    return meant_people(of).count()


def out_of_reach(of: Notice | Audience) -> QuerySet[User]:
    """The people meant who have no endpoint that may carry it: board and page only."""
    audience = _audience(of)
    willing = Endpoint.objects.willing(audience.urgency).filter(user=OuterRef("pk"))
    return meant_people(audience).filter(~Exists(willing))


def unreachable(of: Notice | Audience) -> int:
    """How many of the people meant are out of reach."""
    return out_of_reach(of).count()
