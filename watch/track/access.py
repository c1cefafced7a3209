"""Loads watches, signs and orders for a person through buildings' scope: outside is 404, without the role 403."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from buildings import access
from buildings.access import LANDLORD, MUNICIPALITY, POLICE, scope
from buildings.models import Building, User
from watch.models import Sign, SignOrder

MOVERS = (POLICE, MUNICIPALITY)


def building(user: User, pk: int) -> Building:
    """A standing building the person answers for as staff, with its watch; its tenants get 403, others 404."""
    access.building(user, pk)
    return Building.objects.select_related("owner", "district", "watch").get(pk=pk)


def orders(user: User) -> QuerySet[SignOrder]:
    """Orders for buildings the person answers for as staff."""
    found = SignOrder.objects.filter(building__in=scope(user).buildings())
    return found.select_related("building__owner", "building__district", "organisation", "answered_by")


def order(user: User, pk: int) -> SignOrder:
    """An order for a building the person answers for, or 404."""
    return get_object_or_404(orders(user), pk=pk)


def sign(user: User, pk: int) -> Sign:
    """A sign on a building the person answers for, or 404."""
    found = Sign.objects.filter(building__in=scope(user).buildings())
    return get_object_or_404(found.select_related("building__owner"), pk=pk)


def is_owner(user: User, building: Building) -> bool:
    """Whether the person works for the company that owns the building."""
    reach = scope(user)
    return reach.kind == LANDLORD and reach.organisation is not None and building.owner_id == reach.organisation.pk
