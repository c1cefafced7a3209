"""Lists of meetings: one's own next ones, those one organises, all in one's districts, past ones; as list or month."""

from typing import Any, NamedTuple, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buildings.access import scope
from buildings.models import Contact, User
from watch.meet import access, calendars, export
from watch.meet.filters import MeetingFilter
from watch.meet.months import Month
from watch.models import Meeting
from watch.models.meetings import MeetingQuerySet

A_PAGE = 20
# A file is for one's own work, not for the whole history of a country.
MOST = 5_000


class Tab(NamedTuple):
    """One of the lists: its name in the address, its words, whether it is the one shown."""

    name: str
    label: str
    is_current: bool


@require_GET
@login_required
def meetings(request: HttpRequest) -> HttpResponse:
    """The list or, with `?vy=manad&manad=2026-12`, the month."""
    user = cast("User", request.user)
    chosen, narrowed = _chosen(request)
    reach = scope(user)
    context: dict[str, Any] = {
        "tabs": _tabs(user, chosen),
        "chosen": chosen,
        "filter": narrowed,
        "may_plan": reach.staff is not None,
        "roles": Contact.objects.active().filter(user=user).select_related("stairwell"),
    }
    if request.GET.get("vy") == "manad":
        month = Month.read(request.GET.get("manad", ""))
        shown = narrowed.qs.filter(starts_at__gte=month.begins, starts_at__lt=month.ends)
        context |= {"month": month, "weeks": month.weeks(shown.order_by("starts_at", "pk"))}
        return render(request, "meet/month.html", context)
    page = Paginator(narrowed.qs.select_related("record"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "meet/meetings.html", context | {"page": page})


@require_GET
@login_required
def workbook(request: HttpRequest) -> HttpResponse:
    """The chosen list as an Excel file."""
    found = _chosen(request)[1].qs.select_related("record")[:MOST]
    response = HttpResponse(export.workbook(found), content_type=export.TYPE)
    response["Content-Disposition"] = 'attachment; filename="moten.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """The chosen list as a calendar file."""
    found = _chosen(request)[1].qs[:MOST]
    response = HttpResponse(calendars.feed(found, _("Meetings")), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="moten.ics"'
    response["Cache-Control"] = "no-store"
    return response


def _chosen(request: HttpRequest) -> tuple[str, MeetingFilter]:
    """The list asked for by `?visa=`, narrowed; one the person does not have is their own next meetings."""
    user = cast("User", request.user)
    wanted = request.GET.get("visa", "")
    names = [name for name, _label in _names(user)]
    chosen = wanted if wanted in names else names[0]
    found = _listed(user, chosen, as_month=request.GET.get("vy") == "manad")
    return chosen, MeetingFilter(request.GET, queryset=found, request=request)


def _listed(user: User, chosen: str, *, as_month: bool) -> "QuerySet[Meeting]":
    """A month shows what has been, too; a list has a page of its own for that."""
    organised, readable = access.organised(user), access.readable(user)
    if chosen == "tidigare":
        return readable.past()
    found: MeetingQuerySet
    if chosen == "ordnar":
        found = organised.exclude(state=Meeting.State.CANCELLED)
        return found.order_by("starts_at", "pk") if as_month else found.exclude(state=Meeting.State.HELD)
    found = access.invited(user) if chosen == "mina" else readable
    return found.told().order_by("starts_at", "pk") if as_month else found.coming()


def _names(user: User) -> list[tuple[str, str]]:
    reach = scope(user)
    names = []
    if reach.residencies or reach.contact_stairwells or not reach.staff:
        names.append(("mina", _("My next meetings")))
    if reach.staff or reach.contact_stairwells:
        names.append(("ordnar", _("We organise") if reach.staff else _("I organise")))
    if reach.staff:
        names.append(("stadsdel", _("All in our districts")))
    names.append(("tidigare", _("Earlier")))
    return names


def _tabs(user: User, chosen: str) -> list[Tab]:
    return [Tab(name, label, name == chosen) for name, label in _names(user)]
