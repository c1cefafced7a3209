"""The coverage board: for staff with stairwells and contacts, for everyone by state only."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buildings.access import staff_page
from buildings.models import User
from watch.track import board as read
from watch.track import houses as draw


@never_cache
@require_safe
@staff_page()
def districts(request: HttpRequest) -> HttpResponse:
    """Which district; who has but one is led to its board."""
    found = read.places(cast("User", request.user))
    if len(found) == 1:
        return redirect("track:board", found[0].district.slug)
    return render(request, "track/boards.html", {"found": found})


@never_cache
@require_safe
@staff_page()
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Every building of the district the person answers for, as a house and as a row of the table beneath."""
    user = cast("User", request.user)
    here, has_more = read.district(user, slug)
    narrowed = read.BoardFilter(request.GET, queryset=read.buildings(user, here), request=request)
    houses = read.houses(narrowed.qs, here)
    context = {
        "district": here,
        "has_more": has_more,
        "filter": narrowed,
        "houses": houses,
        "tallies": read.tallies(house.state for house in houses),
        "wells": sum(len(house.wells) for house in houses),
        "met": sum(len(house.met) for house in houses),
        "pictures": draw.pictures(houses),
        "rows": draw.rows(houses),
    }
    return render(request, "track/board.html", context)


@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """A district's buildings by state, for anyone: never a stairwell or a contact."""
    here = read.public_district(slug)
    houses = read.public_houses(here)
    context = {
        "district": here,
        "houses": houses,
        "tallies": read.tallies(house.state for house in houses),
        "pictures": draw.public_pictures(houses),
    }
    return render(request, "track/board_public.html", context)
