"""A meeting's page: for its readers time, place and answer; for its organisers every step."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from buildings.models import User
from watch.meet import access, answering, holding, words
from watch.meet.steps import steps_of


@require_GET
@login_required
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything the person may see of the meeting, in one place."""
    user = cast("User", request.user)
    meeting = access.meeting(user, public_id)
    is_own = bool(getattr(meeting, "is_own", False))
    context: dict[str, Any] = {
        "meeting": meeting,
        "text": meeting.text_in(),
        "callers": words.callers(meeting),
        "spoken": words.spoken(meeting),
        "is_own": is_own,
        "may_print": meeting.is_to_come and access.may_print(user, meeting),
        **answering.page_context(user, meeting, is_own=is_own),
        **holding.page_context(user, meeting, request.GET.get("page")),
    }
    if is_own:
        context |= steps_of(user, meeting)
    return render(request, "meet/meeting.html", context)
