"""Several meetings planned in one form, and the page where all of them are invited to."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from buildings.access import scope, staff_page
from buildings.models import User
from watch.meet import access, inviting, planning
from watch.meet.forms import SeriesForm
from watch.meet.steps import NOT_TAKEN, why_not
from watch.meet.views.plan import starting_point
from watch.models import Meeting


@require_http_methods(["GET", "POST"])
@staff_page()
def series(request: HttpRequest) -> HttpResponse:
    """One form, many drafts."""
    user = cast("User", request.user)
    form = SeriesForm(request.POST or None, reach=scope(user), initial=starting_point(user, request))
    if form.is_bound and form.is_valid():
        saved = planning.save_series(plans=form.plans(), user=user)
        return redirect("meet:series_overview", saved[0].series)
    return render(request, "meet/series.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def overview(request: HttpRequest, series: UUID) -> HttpResponse:
    """The meetings of a series; one press invites to every draft, and says of each why it could not be."""
    user = cast("User", request.user)
    found = _meetings(user, series)
    problems: dict[int, str] = {}
    if request.method == "POST":
        for meeting in found:
            if meeting.is_draft:
                try:
                    inviting.invite(meeting=meeting, user=user)
                except NOT_TAKEN as error:
                    problems[meeting.pk] = why_not(error)
        found = _meetings(user, series)
    context = {
        "rows": [(meeting, problems.get(meeting.pk, "")) for meeting in found],
        "first": found[0],
        "drafts": sum(meeting.is_draft for meeting in found),
        "has_problems": bool(problems),
    }
    return render(request, "meet/series_overview.html", context, status=409 if problems else 200)


def _meetings(user: User, series: UUID) -> list[Meeting]:
    """The series' meetings the person organises, or 404."""
    organised = access.organised(user).filter(series=series).prefetch_related("buildings", "stairwells")
    found = list(organised.order_by("starts_at", "pk"))
    if not found:
        raise Http404
    return found
