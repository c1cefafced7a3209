"""What a tenant reads: "My stairwell" and a notice."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from buildings.access import Scope, scope
from buildings.models import Contact, Resident, Stairwell, User
from notifications import access, audience
from notifications.companions import companion_of
from notifications.models import Endpoint, Notice, Posting
from notifications.models.notices import NoticeQuerySet
from notifications.views.devices import devices_context

A_PAGE = 20


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The person's stairwells and their notices; `?visa=tidigare` shows those whose time has passed.

    Of a notice that was corrected or called off only the newest stands here.
    """
    user = cast("User", request.user)
    reach = scope(user)
    home = reach.home_stairwells | reach.contact_stairwells
    readable = cast("NoticeQuerySet", access.readable(user))
    followed = readable.exclude(reference="").filter(deliveries__endpoint__user=user)
    mine = Q(pk__in=readable.for_stairwells(Q(pk__in=home)).values("pk")) | Q(pk__in=followed.values("pk"))
    told = readable.standing().filter(mine).exclude(reference=Notice.Reference.REMINDS).prefetch_related("texts")
    now = timezone.now()
    is_earlier = request.GET.get("visa") == "tidigare"
    listed = told.filter(expires_at__lte=now) if is_earlier else told.filter(expires_at__gt=now)
    pages, roles = _pages(reach), list(Contact.objects.of(user))
    endpoints = list(Endpoint.objects.filter(user=user).order_by("channel", "address"))
    context = devices_context(endpoints) | {
        "to_put_up": [page for page in pages if page.posted_at is None],
        "put_up": [page for page in pages if page.posted_at],
        "residencies": reach.residencies,
        "neighbours_contacts": Contact.objects.met_in(reach.residencies),
        "own_roles": roles,
        "role_stairwells": {role.stairwell_id for role in roles},
        "waiting": Resident.objects.waiting().filter(user=user).select_related("stairwell__building__owner"),
        "contact_of": Stairwell.objects.standing().filter(pk__in=reach.contact_stairwells),
        "page": Paginator(listed.order_by("-started_at", "-pk"), A_PAGE).get_page(request.GET.get("page")),
        "is_earlier": is_earlier,
        "earlier": told.filter(expires_at__lte=now).count(),
        "endpoints": endpoints,
    }
    return render(request, "notifications/mine.html", context)


def _pages(reach: Scope) -> list[Posting]:
    """What belongs on the boards the person looks after as a contact."""
    stairwells = reach.contact_stairwells
    return list(Posting.objects.on_boards_of(stairwells)) if stairwells else []


@require_GET
@login_required
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One notice in the reader's language, else in Swedish; `?text=en` shows another of its languages."""
    user = cast("User", request.user)
    notice = access.notice(user, public_id)
    text = notice.text_in(request.GET.get("text"))
    wanted = (get_language() or "sv").split("-")[0]
    context = {
        "notice": notice,
        "text": text,
        "others": [other for other in notice.texts.all() if other.language != text.language],
        "is_fallback": "text" not in request.GET and text.language != wanted,
        "my_stairwell": _own_stairwell(user, notice),
        "newest": notice.newest() if notice.is_replaced else None,
        "own_page": companion.readers_page(notice) if (companion := companion_of(notice)) else None,
    }
    return render(request, "notifications/read.html", context)


def _own_stairwell(user: User, notice: Notice) -> Stairwell | None:
    """A stairwell of the person's that the notice is meant for; one they are contact of comes first."""
    reach = scope(user)
    own = {
        stairwell.pk: stairwell
        for stairwell in audience.places(notice).filter(pk__in=reach.home_stairwells | reach.contact_stairwells)
    }
    first = next((own[pk] for pk in reach.contact_stairwells if pk in own), None)
    return first or next(iter(own.values()), None)
