"""A notice on a stairwell's board: one A4 page in all its languages."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from buildings.access import LANDLORD, Scope, scope
from buildings.models import JoinCode, Stairwell, User
from buildings.qr import qr_picture
from notifications import access, audience
from notifications.models import Notice, NoticeText


@require_GET
@login_required
def board(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sheet; `?trapp=<pk>` is for one stairwell, with its code for those who may hand it out.

    A contacts-only notice never goes on a board: 404. What is over, called off or replaced comes off it.
    """
    user = cast("User", request.user)
    notice = access.notice(user, public_id)
    if notice.contacts_only:
        raise Http404
    if notice.is_off:
        return redirect("notices:read", notice.public_id)
    stairwell = _stairwell(scope(user), notice, request.GET["trapp"]) if "trapp" in request.GET else None
    code = _code(scope(user), stairwell) if stairwell else None
    enter_url = settings.SITE_URL + reverse("join:enter")
    join_url = settings.SITE_URL + reverse("join:stairwell", args=[code.code]) if code else enter_url
    order = [language for language, _name in settings.LANGUAGES]
    text, *others = sorted(notice.texts.all(), key=lambda found: order.index(found.language))
    context = {
        "notice": notice,
        "stairwell": stairwell,
        "code": code,
        "text": text,
        "others": others,
        "missing": [language for language in order if language not in {found.language for found in (text, *others)}],
        "density": _density(text, others),
        "enter_url": enter_url.split("://", 1)[-1],
        "qr": qr_picture(join_url, css_class="sheet-qr"),
    }
    return render(request, "notifications/board.html", context)


def _density(text: NoticeText, others: list[NoticeText]) -> str:
    """The style that lets most notices fit one A4 sheet: the more words, the smaller they are set."""
    if len(text.body) > 900:
        return "sheet-dense sheet-tight"
    return "sheet-dense" if others or len(text.body) > 350 else ""


def _stairwell(reach: Scope, notice: Notice, typed: str) -> Stairwell:
    """A stairwell the notice is meant for and the person lives in or answers for, or 404."""
    meant = audience.places(notice).filter(reach.places()).select_related("building__owner")
    return get_object_or_404(meant, pk=int(typed) if typed.isdecimal() and len(typed) < 18 else 0)


def _code(reach: Scope, stairwell: Stairwell) -> JoinCode | None:
    """The stairwell's valid code, for its contact and its owner's staff alone: it is a proof of address."""
    owns = reach.kind == LANDLORD and stairwell.building.owner == reach.organisation
    if not owns and stairwell.pk not in reach.contact_stairwells:
        return None
    return JoinCode.objects.valid().filter(stairwell=stairwell).first()
