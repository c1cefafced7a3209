"""Loads promises for a person: published ones are anyone's; police and city write those of their districts."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import MUNICIPALITY, POLICE, scope
from buildings.models import User
from watch.models import Commitment, FollowUp, Promise, Situation
from watch.models.promises import PromiseQuerySet

WRITERS = (POLICE, MUNICIPALITY)


def public(slug: str) -> Promise:
    """A published promise with what its page tells of it, or 404."""
    found = Promise.objects.published().select_related("follows", "situation__organisation", "survey__district")
    return get_object_or_404(found.prefetch_related("districts", "organisations", "amendments"), slug=slug)


def written(user: User) -> PromiseQuerySet:
    """Promises the person may write: those of a district police or city staff serve."""
    reach = scope(user)
    if reach.kind not in WRITERS:
        return Promise.objects.none()
    mine = Promise.districts.through.objects.filter(district__in=reach.districts()).values("promise")
    return Promise.objects.filter(pk__in=mine).prefetch_related("districts", "organisations")


def promise(user: User, pk: int) -> Promise:
    """A promise the person may write; a published one of others is 403, any other 404."""
    if found := written(user).filter(pk=pk).first():
        return found
    if Promise.objects.published().filter(pk=pk).exists() and scope(user).staff:
        raise PermissionDenied
    raise Http404


def commitment(user: User, pk: int) -> Commitment:
    """A commitment of a promise the person may write."""
    found = get_object_or_404(Commitment.objects.select_related("promise"), pk=pk)
    promise(user, found.promise_id)
    return found


def follow_up(user: User, pk: int) -> FollowUp:
    """A follow-up of a promise the person may write."""
    found = get_object_or_404(FollowUp.objects.select_related("commitment__promise", "district"), pk=pk)
    promise(user, found.commitment.promise_id)
    return found


def situations(user: User) -> QuerySet[Situation]:
    """Situation pictures of the districts police or city staff serve."""
    reach = scope(user)
    found = Situation.objects.filter(district__in=reach.districts()) if reach.kind in WRITERS else None
    return (Situation.objects.none() if found is None else found).select_related("district", "organisation")


def situation(user: User, pk: int) -> Situation:
    """One of them, or 404."""
    return get_object_or_404(situations(user), pk=pk)
