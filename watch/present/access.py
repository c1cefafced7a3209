"""Whose district texts a person may write: those of districts they serve as police or city staff."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from buildings.access import MUNICIPALITY, POLICE, scope
from buildings.models import District, User

WRITERS = (POLICE, MUNICIPALITY)


def written_districts(user: User | AnonymousUser) -> QuerySet[District]:
    """Districts whose public words are the person's to write."""
    reach = scope(user)
    return reach.districts() if reach.kind in WRITERS else District.objects.none()


def may_write_about(user: User | AnonymousUser, district: District) -> bool:
    """Whether the person may write the district's public words."""
    return scope(user).kind in WRITERS and written_districts(user).filter(pk=district.pk).exists()


def written_district(user: User, pk: int) -> District:
    """A district the person may write about; one they serve without that right is 403, any other 404."""
    found = get_object_or_404(scope(user).districts(), pk=pk)
    if scope(user).kind not in WRITERS:
        raise PermissionDenied
    return found
