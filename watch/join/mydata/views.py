"""My data: everything held about the person reading, a copy to take along, and erasure."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import scope
from buildings.models import Resident, User
from buildings.sealing import unseal
from watch.join.mydata import access, erasure, exports
from watch.join.mydata.collecting import collect

RECEIPT = "erasure-reference"


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything held about the person, in sections."""
    user = cast("User", request.user)
    context = {
        "held": collect(user),
        "copies": user.exports.order_by("-asked_at", "-pk")[:5],
        "residencies": scope(user).residencies,
        "days": {purpose.replace("-", "_"): kept.days for purpose, kept in settings.RETENTION.items()},
    }
    return render(request, "mydata/mine.html", context)


@require_POST
@login_required
def copy(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of it all; a job makes it."""
    try:
        exports.ask(user=cast("User", request.user))
    except exports.TooOftenError:
        messages.warning(request, _("You have asked for several copies today. Ask again tomorrow."))
    else:
        messages.success(request, _("We are making your copy. It is on this page in a minute or so."))
    return redirect("mydata:mine")


@require_safe
@never_cache
@login_required
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy as a file."""
    export = access.own_copy(cast("User", request.user), pk)
    response = HttpResponse(unseal(export.sealed or b""), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trappan-mina-uppgifter.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erase everything: a page that says what happens, one that asks once more, and it is begun."""
    user = cast("User", request.user)
    if erasure.is_at_work(user):
        return _still_at_work(request)
    if request.POST.get("confirm") == "yes":
        return _erase(request, user)
    context = {"sure": request.method == "POST", "homes": Resident.objects.of(user)}
    return render(request, "mydata/erase.html", context)


def _erase(request: HttpRequest, user: User) -> HttpResponse:
    try:
        asked = erasure.ask(user=user)
    except erasure.StillAtWorkError:
        return _still_at_work(request)
    logout(request)
    request.session[RECEIPT] = str(asked.reference)
    request.session.set_expiry(3600)
    return redirect("mydata:erased")


def _still_at_work(request: HttpRequest) -> HttpResponse:
    status = 409 if request.method == "POST" else 200
    return render(request, "mydata/at_work.html", status=status)


@require_safe
@never_cache
def erased(request: HttpRequest) -> HttpResponse:
    """Goodbye, with the reference to keep."""
    reference = request.session.get(RECEIPT)
    if reference is None:
        return redirect("join:goodbye")
    return render(request, "mydata/erased.html", {"reference": reference, "days": erasure.DONE_WITHIN_DAYS})
