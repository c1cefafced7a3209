"""Loads notices for a person through buildings' scope; a contacts-only notice is 404 for everyone else."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import LANDLORD, scope
from buildings.models import User
from notifications.models import Notice
from notifications.models.notices import NoticeQuerySet


def readable(user: User) -> QuerySet[Notice]:
    """Notices told to the places the person lives in, is contact of or answers for, and their organisation's own.

    A contacts-only notice is there for active contacts of the stairwells meant and for its sender, for nobody else.
    Who was told a notice may also read what corrects it or calls it off, wherever that is meant for.
    """
    reach = scope(user)
    told = Notice.objects.told()
    mine = Q(pk__in=reach.home_stairwells | reach.contact_stairwells)
    found = Q(pk__in=told.for_stairwells(mine).filter(contacts_only=False).values("pk"))
    as_contact = Q(pk__in=reach.contact_stairwells)
    found |= Q(pk__in=told.for_stairwells(as_contact).filter(contacts_only=True).values("pk"))
    followed = told.exclude(reference="").filter(deliveries__endpoint__user=user)
    found |= Q(pk__in=(followed if reach.contact_stairwells else followed.filter(contacts_only=False)).values("pk"))
    if reach.staff:
        served = told.for_stairwells(Q(building__in=reach.buildings())).filter(contacts_only=False)
        found |= Q(pk__in=served.values("pk")) | Q(pk__in=in_care(user).values("pk"))
    return told.filter(found).select_related("organisation", "district")


def notice(user: User, public_id: UUID) -> Notice:
    """A told notice the person may read, or 404."""
    return get_object_or_404(readable(user).prefetch_related("texts"), public_id=public_id)


def in_care(user: User) -> NoticeQuerySet:
    """Notices the person's organisation writes or has sent, in the districts the person serves."""
    reach = scope(user)
    own = Notice.objects.filter(organisation=reach.organisation) if reach.organisation else Notice.objects.none()
    if reach.kind != LANDLORD:
        own = own.filter(district__in=reach.districts())
    return own.select_related("organisation", "district").prefetch_related("texts")


def own_notice(user: User, public_id: UUID) -> Notice:
    """A notice in the person's care; one they may only read is 403, any other 404."""
    found = in_care(user).filter(public_id=public_id).first()
    if found:
        return found
    if readable(user).filter(public_id=public_id).exists():
        raise PermissionDenied
    raise Http404
