"""Figures over time for staff and for everyone, as a page and as data, and everything one may see as a workbook."""

import csv
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buildings.access import scope, staff_page
from buildings.models import District, User
from watch.track import board
from watch.track.figures import public, reading, workbook

COLUMNS = ("month", *public.NAMES)


def _back(request: HttpRequest) -> int:
    """How many months the reader asks for; a year when the address says anything else."""
    known = {str(months): months for months, _words in reading.PERIODS}
    return known.get(request.GET.get("tid", ""), reading.PERIODS[0][0])


@never_cache
@require_safe
@staff_page()
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """How a district has gone, month by month."""
    user = cast("User", request.user)
    here, _has_more = board.district(user, slug)
    back = _back(request)
    context = {
        "district": here,
        "chapters": reading.chapters(here, scope(user), back),
        "languages": reading.languages(here, scope(user)),
        "periods": reading.PERIODS,
        "back": back,
        "least": settings.SMALLEST_GROUP,
    }
    return render(request, "track/figures.html", context)


@never_cache
@require_safe
@staff_page()
def everything(request: HttpRequest, slug: str) -> HttpResponse:
    """All the person may see of a district as an Excel file."""
    user = cast("User", request.user)
    here, _has_more = board.district(user, slug)
    named = f"{here.slug}-{timezone.localdate():%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return HttpResponse(workbook.of(user, here), content_type=workbook.TYPE, headers=headers)


@require_safe
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """What everyone may read of it: finished months, people in whole groups."""
    here = board.public_district(slug)
    back = _back(request)
    context = {
        "district": here,
        "chapters": public.chapters(here, back),
        "periods": reading.PERIODS,
        "back": back,
        "least": settings.SMALLEST_GROUP,
    }
    return render(request, "track/figures_public.html", context)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as open data, a line a month; empty where nothing is known."""
    here = board.public_district(slug)
    months = public.months_of(here)
    values = public.values_of(months)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="siffror-{here.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for place, month in enumerate(months.months):
        numbers = (values[name][place] for name in public.NAMES)
        writer.writerow([f"{month:%Y-%m}", *("" if number is None else number for number in numbers)])
    return response


@require_safe
def description(request: HttpRequest, slug: str) -> HttpResponse:
    """What the columns of the data mean, as a JSON Table Schema in English."""
    return JsonResponse(_described(board.public_district(slug)))


def _described(here: District) -> dict[str, object]:
    with override("en"):
        meanings = public.meanings()
        fields = [{"name": "month", "type": "yearmonth", "description": "The month, with its last night"}]
        fields += [{"name": name, "type": "integer", "description": meanings[name]} for name in public.NAMES]
    path = reverse("track:public_figures_data", args=[here.slug])
    return {"title": f"Neighbourhood watch, {here.name}", "path": path, "fields": fields, "missingValues": [""]}
