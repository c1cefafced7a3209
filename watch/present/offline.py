"""What a phone without a network shows: whom to call, and what its reader was told last."""

from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buildings.access import scope
from buildings.models import User
from notifications.access import readable
from notifications.models.notices import NoticeQuerySet
from watch.meet.access import invited
from watch.present.marks import mark_of

NOTICES = 5


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page itself. What only contacts may know is not in it: a phone that is picked up opens it without a code."""
    context = _of(request.user) if request.user.is_authenticated else {}
    response = render(request, "present/offline.html", context | {"saved_at": timezone.now()})
    response.headers["Trappan-Reader"] = mark_of(request)
    return response


def _of(user: User) -> dict[str, Any]:
    reach = scope(user)
    homes = reach.home_stairwells
    if not homes:
        return {}
    notices = cast("NoticeQuerySet", readable(user)).for_stairwells(Q(pk__in=homes))
    standing = notices.standing().filter(contacts_only=False, expires_at__gt=timezone.now())
    return {
        "residencies": reach.residencies,
        "meeting": invited(user).coming().filter(contacts_only=False).first(),
        "notices": standing.prefetch_related("texts").order_by("-started_at", "-pk")[:NOTICES],
    }
