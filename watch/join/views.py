"""Joining in three screens (where and what, the code, the choice), the QR picture, and leaving."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.models import Resident, User, tidy_code
from buildings.qr import qr_file
from watch.join import access, screens, services
from watch.join.codes import too_many
from watch.join.door import Door
from watch.join.forms import StairwellCodeForm
from watch.join.guessing import TooManyGuessesError
from watch.join.languages import spoken

CodeView = Callable[[HttpRequest, Door], HttpResponse]


def with_stairwell(view: CodeView) -> Callable[..., HttpResponse]:
    """Hand the view the code's row; a code typed another way is led to its one address, a wrong one to a kind page."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        tidy = tidy_code(code)
        if tidy != code:
            return redirect(f"join:{view.__name__}", tidy) if tidy else redirect("join:enter")
        try:
            return view(request, access.poster(request, code))
        except TooManyGuessesError:
            return too_many(request)
        except access.WrongCodeError as wrong:
            return render(request, "join/wrong_code.html", {"retired": wrong.retired}, status=404)

    return guarded


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """A field for the code, for those who cannot scan it."""
    form = StairwellCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("join:stairwell", form.cleaned_data["code"])
    return render(request, "join/enter.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@with_stairwell
def stairwell(request: HttpRequest, door: Door) -> HttpResponse:
    """First screen: which stairwell, what joining means, and where to send the code."""
    return screens.first(request, door)


@require_http_methods(["GET", "HEAD", "POST"])
@with_stairwell
def verify(request: HttpRequest, door: Door) -> HttpResponse:
    """Second screen: the code from the mail or SMS."""
    return screens.second(request, door)


@require_http_methods(["GET", "HEAD", "POST"])
@with_stairwell
def choose(request: HttpRequest, door: Door) -> HttpResponse:
    """Third screen: a name, what to get, and the words of consent above the button."""
    return screens.third(request, door)


@require_safe
@with_stairwell
def qr(request: HttpRequest, door: Door) -> HttpResponse:
    """The stairwell's link as a QR picture."""
    return HttpResponse(qr_file(settings.SITE_URL + door.first), content_type="image/svg+xml")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a stairwell: a page that says what happens, and one press."""
    resident = access.own_residency(cast("User", request.user), pk)
    if request.method == "POST":
        services.leave(resident=resident, language=spoken())
        return redirect("join:goodbye")
    others = Resident.objects.of(resident.user).exclude(pk=pk).exists()
    days = settings.RETENTION["left-residents"].days
    return render(request, "join/leave.html", {"resident": resident, "others": others, "days": days})


@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """What one sees after leaving."""
    user = request.user if request.user.is_authenticated else None
    residencies = Resident.objects.of(user) if user else []
    return render(request, "join/goodbye.html", {"residencies": residencies})
