"""An organisation's notices: the list, a notice's way out, and taking it back."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from buildings.access import LANDLORD, scope, staff_page
from buildings.models import User
from notifications import access, errors, life, outcomes, sending
from notifications.filters import OutboxFilter
from notifications.models import Notice, Posting
from notifications.outbox.budget import Standing
from notifications.outcome_file import outcome_lines
from notifications.views.steered import elsewhere
from notifications.views.watching import Look

A_PAGE = 25


@require_GET
@staff_page()
def outbox(request: HttpRequest) -> HttpResponse:
    """Drafts and everything sent, newest first."""
    notices = access.in_care(cast("User", request.user)).order_by("-created_at", "-pk")
    narrowed = OutboxFilter(request.GET, queryset=notices)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    organisation = scope(cast("User", request.user)).organisation
    user = cast("User", request.user)
    context = {
        "filter": narrowed,
        "page": page,
        "sms": Standing.of(organisation) if organisation else None,
        "for_my_yes": set(access.in_care(user).waits_for_yes_of(user).values_list("pk", flat=True)),
    }
    return render(request, "notifications/outbox.html", context)


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
@staff_page()
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where a confirmed notice is: still here, on its way, arrived. A part that changes answers htmx alone."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    is_part = request.headers.get("HX-Request") == "true"
    if notice.state == Notice.State.DRAFT:
        return redirect("notices:confirm", notice.public_id)
    if is_part and request.headers.get("HX-Target") == "stairwells":
        return _stairwells(request, notice)
    picture = outcomes.picture(notice)
    seconds_left = _seconds_left(notice)
    look = Look.at(request, outcomes.fingerprint_of(notice.state, picture))
    context = {
        "notice": notice,
        "seconds_left": seconds_left,
        "is_finished": notice.state in (Notice.State.SENT, Notice.State.CANCELLED),
        "is_small": outcomes.is_small(notice),
        "picture": picture,
        "outcome": picture.outcome,
        "life": life.standing(user, notice),
        "look": look.at_most(seconds_left + 1) if seconds_left else look,
    }
    if notice.started_at and (context["is_finished"] or not is_part):
        context |= _stairwell_context(request, notice)
        if not notice.contacts_only:
            reach = scope(user)
            context["boards"] = Posting.objects.boards(notice, reach.stairwells())
            context["may_tick"] = reach.kind == LANDLORD and not notice.is_over
    return render(request, f"notifications/{'partials/' if is_part else ''}progress.html", context)


def _stairwell_context(request: HttpRequest, notice: Notice) -> dict[str, object]:
    """The table of stairwells; not for a notice so small that even its own numbers are only told in total."""
    if outcomes.is_small(notice):
        return {}
    found = outcomes.stairwells(notice, request.GET.get("page"))
    seen = outcomes.fingerprint_of(notice.state, *found.rows)
    return {"stairwells": found, "stairwells_seen": seen, "least": settings.SMALLEST_GROUP}


def _stairwells(request: HttpRequest, notice: Notice) -> HttpResponse:
    """The table of stairwells alone; 204, which htmx leaves as it is, when nothing in it has changed."""
    context = _stairwell_context(request, notice)
    if not context or request.headers.get("Trappan-Seen") == context["stairwells_seen"]:
        return HttpResponse(status=204)
    context |= {"notice": notice, "is_finished": notice.state != Notice.State.SENDING}
    return render(request, "notifications/partials/stairwells.html", context)


@require_GET
@staff_page()
def outcome_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """How many deliveries by stairwell, way and state, as CSV; a notice that has not left has no outcome."""
    notice = access.own_notice(cast("User", request.user), public_id)
    if notice.started_at is None:
        raise Http404
    lines = outcome_lines(notice, get_language() or "sv")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    when = f"{timezone.localtime(notice.started_at):%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="utfall-{when}-{str(notice.public_id)[:8]}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_page()
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop a notice that has not left yet."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    try:
        sending.take_back(notice=notice, user=user)
    except errors.TooLate:
        messages.warning(request, _("It was too late. The notice has already left."))
    else:
        messages.success(request, _("The notice is taken back. Nobody has got it."))
    return redirect("notices:progress", notice.public_id)


def _seconds_left(notice: Notice) -> int:
    """Whole seconds until it leaves; 0 when it is not waiting to."""
    if notice.state != Notice.State.SCHEDULED or notice.send_at is None:
        return 0
    return max(0, -((timezone.now() - notice.send_at) // timedelta(seconds=1)))
