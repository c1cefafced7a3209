"""An organisation's notices: the list, a notice's way out, and taking it back."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from buildings.access import scope, staff_page
from buildings.models import User
from notifications import access, audience, errors, life, sending
from notifications.filters import OutboxFilter
from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox.budget import Standing, held
from notifications.reasons import summed

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
@vary_on_headers("HX-Request")
@staff_page()
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where a confirmed notice is: still here, on its way, arrived. The part that changes answers htmx alone."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if notice.state == Notice.State.DRAFT:
        return redirect("notices:confirm", notice.public_id)
    outcome = Delivery.objects.outcome(notice)
    context = {
        "notice": notice,
        "seconds_left": _seconds_left(notice),
        "is_finished": notice.state in (Notice.State.SENT, Notice.State.CANCELLED),
        "outcome": outcome,
        "channels": [(Endpoint.Channel(channel), tally) for channel, tally in outcome.by_channel.items()],
        "reasons": summed(outcome.failed),
        "held_at_ceiling": held(notice),
        "life": life.standing(user, notice),
    }
    is_part = request.headers.get("HX-Request") == "true"
    shown_from = (Notice.State.SENT,) if is_part else (Notice.State.SENDING, Notice.State.SENT)
    if not notice.contacts_only and notice.state in shown_from:
        context["boards"] = list(audience.places(notice).select_related("building"))
    return render(request, f"notifications/{'partials/' if is_part else ''}progress.html", context)


@require_POST
@staff_page()
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop a notice that has not left yet."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
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
