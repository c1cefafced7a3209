"""A notice on a stairwell's board: who gets its page, and who gets one with the stairwell's code."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from buildings.access import LANDLORD, Scope, scope
from buildings.models import JoinCode, Stairwell, User
from notifications import access, audience
from notifications.models import Notice
from watch.present.prints.notices import notice_page


@require_GET
@never_cache
@login_required
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page; `?trapp=<pk>` is for one stairwell, with its code for those who may hand it out.

    A contacts-only notice never goes on a board: 404. What is over, called off or replaced comes off it.
    """
    user = cast("User", request.user)
    found = access.notice(user, public_id)
    if found.contacts_only:
        raise Http404
    if found.is_off:
        return redirect("notices:read", found.public_id)
    stairwell = _stairwell(scope(user), found, request.GET["trapp"]) if "trapp" in request.GET else None
    code = _code(scope(user), stairwell) if stairwell else None
    return notice_page(found, stairwell=stairwell, code=code).answer()


def _stairwell(reach: Scope, notice: Notice, typed: str) -> Stairwell:
    """A stairwell the notice is meant for and the person lives in or answers for, or 404."""
    meant = audience.places(notice).filter(reach.places()).select_related("building__owner")
    return get_object_or_404(meant, pk=int(typed) if typed.isdecimal() and len(typed) < 18 else 0)


def _code(reach: Scope, stairwell: Stairwell) -> JoinCode | None:
    """The stairwell's valid code, for its contact and its owner's staff alone: it is a proof of address."""
    owns = reach.kind == LANDLORD and stairwell.building.owner == reach.organisation
    if not owns and stairwell.pk not in reach.contact_stairwells:
        return None
    return JoinCode.objects.valid().filter(stairwell=stairwell).first()
