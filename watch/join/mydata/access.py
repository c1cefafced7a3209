"""Loads what a person has asked for: their own and nobody else's."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from buildings.models import DataExport, User


def own_copy(user: User, pk: int) -> DataExport:
    """A copy of the person's own that is ready and still kept, or 404."""
    ready = DataExport.objects.filter(state=DataExport.State.READY, expires_at__gt=timezone.now())
    return get_object_or_404(ready.filter(user=user), pk=pk)
