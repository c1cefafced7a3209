"""The list of places to meet."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from buildings.access import scope, staff_page
from buildings.models import User
from watch.meet import access
from watch.meet import venues as services
from watch.meet.forms import VenueForm
from watch.models import Venue


@require_http_methods(["GET", "POST"])
@staff_page()
def venues(request: HttpRequest) -> HttpResponse:
    """Open places in the person's districts, and a form for a new one."""
    districts = scope(cast("User", request.user)).districts()
    form = VenueForm(request.POST or None, districts=districts)
    if form.is_bound and form.is_valid():
        services.save(venue=None, facts=form.cleaned_data)
        messages.success(request, _("The place is on the list."))
        return redirect("meet:venues")
    found = Venue.objects.open().filter(district__in=districts).select_related("district")
    return render(request, "meet/venues.html", {"form": form, "venues": found.order_by("district__name", "name", "pk")})


@require_http_methods(["GET", "POST"])
@staff_page(of=access.venue)
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one of them; planned meetings keep what people have been told."""
    user = cast("User", request.user)
    found = access.venue(user, pk)
    form = VenueForm(request.POST or None, districts=scope(user).districts(), instance=found)
    if form.is_bound and form.is_valid():
        services.save(venue=found, facts=form.cleaned_data)
        messages.success(request, _("The place is changed. Meetings that are planned there stay as they are."))
        return redirect("meet:venues")
    return render(request, "meet/venue.html", {"form": form, "venue": found})


@require_POST
@staff_page(of=access.venue)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list."""
    services.close(venue=access.venue(cast("User", request.user), pk))
    messages.success(request, _("The place is off the list. Meetings that are planned there stay."))
    return redirect("meet:venues")
