"""A round from door to door, written down stairwell by stairwell."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from buildings.models import User
from watch.meet import access, knocking
from watch.meet.door_forms import DoorForm
from watch.meet.errors import Marked, TooEarly, TooLate
from watch.models import DoorRow, Meeting

# As many as one form on a phone should hold.
A_PAGE = 10


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def doors(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The round's stairwells, ten at a time, and its totals."""
    user = cast("User", request.user)
    meeting = access.written_meeting(user, public_id, Meeting.Kind.DOOR_KNOCK)
    if not meeting.has_begun or meeting.is_draft or meeting.is_cancelled:
        return _not_now(request, meeting)
    page = Paginator(knocking.stairwells(meeting), A_PAGE).get_page(request.GET.get("page"))
    rows = DoorRow.objects.filter(meeting=meeting, stairwell__in=[one.pk for one in page])
    known = {row.stairwell_id: row for row in rows}
    data = request.POST if request.method == "POST" else None
    forms = [DoorForm(data, stairwell=one, row=known.get(one.pk)) for one in page]
    if data is None:
        return _page(request, meeting, page, forms)
    # Each is asked, so that all errors show at once.
    if [form for form in forms if not form.is_valid()]:
        return _page(request, meeting, page, forms)
    changed = [form.doors for form in forms if form.has_changed()]
    try:
        knocking.save(meeting=meeting, user=user, rows=changed)
    except (TooEarly, TooLate):
        return _not_now(request, meeting)
    except Marked:
        # Only when the list of published numbers has become shorter between the form and the save.
        messages.warning(request, _("Something in a note points somebody out. Take it away."))
        return _page(request, meeting, page, forms)
    messages.success(request, _("Saved."))
    return redirect(request.get_full_path())


def _not_now(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.warning(request, _("Doors can be written down when the round has begun, and was not cancelled."))
    return redirect("meet:meeting", meeting.public_id)


def _page(request: HttpRequest, meeting: Meeting, page: object, forms: list[DoorForm]) -> HttpResponse:
    context = {"meeting": meeting, "page": page, "forms": forms, "totals": knocking.totals(meeting)}
    return render(request, "meet/doors.html", context)
