"""A contact's list of the own stairwell: who waits and who has joined; a name only where its person agreed to it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings.models import Resident, User
from watch.join.doors import access, services
from watch.join.doors.services import TooLateError

A_PAGE = 25


@require_safe
@never_cache
@login_required
def neighbours(request: HttpRequest, pk: int) -> HttpResponse:
    """Who waits, who has joined and who is confirmed; never a flat or an address."""
    user = cast("User", request.user)
    place = access.contact_stairwell(user, pk)
    people = Resident.objects.not_left().filter(stairwell=place).exclude(user=user).select_related("user")
    page = Paginator(people.unanswered_first(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "stairwell": place,
        "page": page,
        "figures": Resident.objects.filter(stairwell=place).households(),
    }
    return render(request, "doors/neighbours.html", context)


@require_POST
@login_required
def neighbour(request: HttpRequest, pk: int, resident_pk: int) -> HttpResponse:
    """Say that somebody lives here, or do not let in somebody who waits."""
    person = access.neighbour(cast("User", request.user), pk, resident_pk)
    try:
        if request.POST.get("action") == "refuse":
            services.refuse(resident=person)
            messages.success(request, _("The person was not let in, and is told so."))
        elif request.POST.get("action") == "confirm":
            services.confirm(resident=person, by=Resident.ConfirmedBy.CONTACT)
            messages.success(request, _("Noted: the person lives here."))
    except TooLateError:
        messages.warning(request, _("Somebody else has answered already, or the person has left. Nothing was changed."))
    return redirect("doors:neighbours", pk)
