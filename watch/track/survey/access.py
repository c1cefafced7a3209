"""Loads surveys: police and city for their districts; what people wrote in words, the city alone."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import MUNICIPALITY, POLICE, scope
from buildings.models import District, User
from watch.models import SurveyRound

MAKERS = (POLICE, MUNICIPALITY)


def district(slug: str) -> District:
    """A district, or 404."""
    return get_object_or_404(District, slug=slug)


def surveys(user: User) -> QuerySet[SurveyRound]:
    """Rounds of the districts police or city staff serve."""
    reach = scope(user)
    if reach.kind not in MAKERS:
        return SurveyRound.objects.none()
    return SurveyRound.objects.filter(district__in=reach.districts()).select_related("district")


def survey(user: User, public_id: UUID) -> SurveyRound:
    """One of them; staff of another kind in the district get 403, others 404."""
    if found := surveys(user).filter(public_id=public_id).first():
        return found
    if SurveyRound.objects.filter(public_id=public_id, district__in=scope(user).districts()).exists():
        raise PermissionDenied
    raise Http404


def worded(user: User, public_id: UUID) -> SurveyRound:
    """A round whose words the person may read: the city's."""
    found = survey(user, public_id)
    if scope(user).kind != MUNICIPALITY:
        raise PermissionDenied
    return found
