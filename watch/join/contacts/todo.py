"""What waits for an organisation in this room: contacts on their way, threats, gatherings, people to be let in."""

import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from buildings.access import LANDLORD, POLICE, Scope
from buildings.models import Contact, District, Resident, Threat
from buildings.models.contacts import ContactQuerySet
from buildings.models.people import ResidentQuerySet

A_YEAR = datetime.timedelta(days=365)


def answered_for(reach: Scope, building: str) -> Q:
    """A filter by the building at the end of this path: one of those in `reach.buildings()`, in fewer steps."""
    if reach.kind == LANDLORD:
        return Q(**{f"{building}__owner": reach.organisation})
    return Q(**{f"{building}__district__in": reach.districts()})


def contacts_waiting(reach: Scope) -> ContactQuerySet:
    """Contacts whose next step the organisation takes, the oldest first."""
    waiting = Contact.objects.waiting_for(reach.kind).filter(answered_for(reach, "stairwell__building"))
    return waiting.with_since().with_places().order_by(F("since"), "pk")


def threats(reach: Scope) -> QuerySet[Threat]:
    """Word of threats that no officer of the district has seen yet, the oldest first."""
    if reach.kind != POLICE:
        return Threat.objects.none()
    found = Threat.objects.unseen().filter(answered_for(reach, "contact__stairwell__building"))
    return found.select_related("contact__stairwell__building__district").order_by("at", "pk")


def ungathered(reach: Scope, today: datetime.date | None = None) -> QuerySet[District]:
    """Districts with contacts that police and city have not gathered for a year."""
    if reach.kind in ("", LANDLORD):
        return District.objects.none()
    long_ago = (today or timezone.localdate()) - A_YEAR
    has_contacts = Contact.objects.shown().filter(stairwell__building__district=OuterRef("pk"))
    due = Q(contacts_gathered_on=None) | Q(contacts_gathered_on__lte=long_ago)
    return reach.districts().filter(due, Exists(has_contacts))


def people_waiting(reach: Scope) -> ResidentQuerySet:
    """People a housing company is to let in."""
    if reach.kind != LANDLORD:
        return Resident.objects.none()
    return Resident.objects.waiting().filter(answered_for(reach, "stairwell__building"))


def doors_waiting(reach: Scope) -> "QuerySet[Resident, Any]":
    """Stairwells where people wait to be let in: how many, and since when."""
    by_door = people_waiting(reach).order_by().values("stairwell", "stairwell__name")
    return by_door.annotate(people=Count("pk"), since=Min("joined_at")).order_by("since", "stairwell")
