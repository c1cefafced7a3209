"""Loads notices for a person through buildings' scope; a contacts-only notice is 404 for everyone else."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import LANDLORD, scope
from buildings.models import District, Stairwell, User
from notifications.models import Notice, NoticeTemplate, Posting
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


def posting(user: User, pk: int) -> Posting:
    """A page for a board that the person may put up.

    An active contact may for the own stairwell, the owner's staff for their buildings. For others who know the
    stairwell it is 403, else 404.
    """
    reach, found = scope(user), get_object_or_404(Posting.objects.select_related("stairwell__building__owner"), pk=pk)
    owns = reach.kind == LANDLORD and reach.organisation == found.stairwell.building.owner
    if owns or found.stairwell_id in reach.contact_stairwells:
        return found
    if Stairwell.objects.filter(reach.places(), pk=found.stairwell_id).exists():
        raise PermissionDenied
    raise Http404


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


def templates(user: User) -> QuerySet[NoticeTemplate]:
    """Ready-made notices the person may write from: everyone's and their own organisation's."""
    organisation = scope(user).organisation
    if organisation is None:
        return NoticeTemplate.objects.none()
    return NoticeTemplate.objects.open_to(organisation).prefetch_related("texts")


def template(user: User, pk: int) -> NoticeTemplate:
    """A ready-made notice the person may write from, or 404."""
    return get_object_or_404(templates(user), pk=pk)


def own_template(user: User, pk: int) -> NoticeTemplate:
    """A ready-made notice of the person's own organisation; one everyone has is 403, any other 404."""
    found = template(user, pk)
    if found.organisation_id is None:
        raise PermissionDenied
    return found


def district(slug: str) -> District:
    """A district anyone may ask for the public notices of, or 404."""
    return get_object_or_404(District, slug=slug)


def public_notices(place: District) -> QuerySet[Notice]:
    """What anyone may read now in a district, the newest first."""
    found = Notice.objects.public_now().filter(district=place).order_by("-started_at", "-pk")
    return found.select_related("organisation", "district").prefetch_related("texts")


def published_notice(public_id: UUID) -> Notice:
    """A notice anyone may have read, or 404; `Notice.is_withdrawn` says whether it may still be shown."""
    found = Notice.objects.published().select_related("organisation", "district").prefetch_related("texts")
    return get_object_or_404(found, public_id=public_id)
