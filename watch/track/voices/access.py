"""Who reads what people write: the district's named officer, and nobody else."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import POLICE, scope
from buildings.models import District, User
from watch.models import Suggestion


def district(slug: str) -> District:
    """A district, or 404."""
    return get_object_or_404(District.objects.select_related("officer"), slug=slug)


def read(user: User) -> QuerySet[Suggestion]:
    """Suggestions to districts the person is the named officer of."""
    reach = scope(user)
    if reach.kind != POLICE or reach.staff is None:
        return Suggestion.objects.none()
    return Suggestion.objects.filter(district__officer=reach.staff).select_related("district", "passed_to")


def passed_on(user: User) -> QuerySet[Suggestion]:
    """What an officer has passed on to the person's organisation, in the officer's words."""
    organisation = scope(user).organisation
    if organisation is None:
        return Suggestion.objects.none()
    found = Suggestion.objects.filter(passed_to=organisation).exclude(passed_words="")
    return found.filter(district__in=scope(user).districts()).select_related("district")


def suggestion(user: User, pk: int) -> Suggestion:
    """One the person may read; colleagues in the district get 403, others 404."""
    if found := read(user).filter(pk=pk).first():
        return found
    if Suggestion.objects.filter(pk=pk, district__in=scope(user).districts()).exists():
        raise PermissionDenied
    raise Http404
