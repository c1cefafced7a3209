"""Buildings and stairwells as staff see them."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings import access
from buildings.access import LANDLORD, scope, staff_page
from buildings.codes import rotate_code
from buildings.filters import BuildingFilter
from buildings.models import Flat, JoinCode, Stairwell, User
from buildings.models.places import BuildingQuerySet
from buildings.qr import qr_picture

A_PAGE = 50


def _is_owner(request: HttpRequest) -> bool:
    """Whether codes, flats and proposals for closing are for this person's eyes."""
    return scope(request.user).kind == LANDLORD


def join_link(code: JoinCode) -> str:
    """The address behind a stairwell's QR picture."""
    return settings.SITE_URL + reverse("join:stairwell", args=[code.code])


@require_safe
@staff_page()
def buildings(request: HttpRequest) -> HttpResponse:
    """The buildings the person answers for, with how many live there and how many have joined."""
    answered_for = cast("BuildingQuerySet", scope(request.user).buildings().select_related("district", "owner"))
    narrowed = BuildingFilter(request.GET, queryset=answered_for.standing().with_counts(), request=request)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "buildings/buildings.html", {"filter": narrowed, "page": page, "is_owner": _is_owner(request)}
    )


@require_safe
@never_cache
@staff_page(of=access.building)
def building(request: HttpRequest, pk: int) -> HttpResponse:
    """One building's stairwells."""
    found = access.building(cast("User", request.user), pk)
    stairwells = found.stairwells.standing().with_counts()
    if _is_owner(request):
        valid = Prefetch("codes", JoinCode.objects.filter(retired_at=None), to_attr="valid_codes")
        stairwells = stairwells.prefetch_related(valid)
    page = Paginator(stairwells, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "buildings/building.html", {"building": found, "page": page, "is_owner": _is_owner(request)})


@require_safe
@never_cache
@staff_page(of=access.stairwell)
def stairwell(request: HttpRequest, pk: int) -> HttpResponse:
    """One stairwell; its code and its flats are for the landlord only."""
    found = access.stairwell(cast("User", request.user), pk)
    context = {
        "stairwell": Stairwell.objects.with_counts().select_related("building__district", "building__owner").get(pk=pk),
        "is_owner": _is_owner(request),
    }
    if _is_owner(request):
        code = JoinCode.objects.valid().filter(stairwell=found).first()
        flats = Flat.objects.standing().filter(stairwell=found)
        context |= {
            "code": code,
            "qr": qr_picture(join_link(code), css_class="qr") if code else "",
            "page": Paginator(flats, A_PAGE).get_page(request.GET.get("page")),
        }
    return render(request, "buildings/stairwell.html", context)


@require_POST
@staff_page(LANDLORD, of=access.stairwell)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new code; the old one stops working at once."""
    rotate_code(stairwell=access.stairwell(cast("User", request.user), pk))
    messages.success(request, _("The stairwell has a new code. Print the poster and put it up instead of the old one."))
    return redirect("buildings:stairwell", pk)
