"""A contact calls the neighbours together."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from buildings.models import User
from watch.meet import access, planning
from watch.meet.forms import NeighbourForm


@require_http_methods(["GET", "POST"])
@login_required
def neighbour(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a shared place and a time; the words are Trappan's, and no name stands in them."""
    contact = access.contact_role(cast("User", request.user), pk)
    form = NeighbourForm(request.POST or None, district=contact.stairwell.building.district)
    if form.is_bound and form.is_valid():
        starts_at, venue = form.cleaned_data["starts_at"], form.cleaned_data["venue"]
        saved = planning.neighbour_meeting(contact=contact, venue=venue, starts_at=starts_at)
        return redirect("meet:invite", saved.public_id)
    return render(request, "meet/neighbour.html", {"form": form, "stairwell": contact.stairwell})
