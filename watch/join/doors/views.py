"""Ways in from outside: the flat's letter, a contact's invitation, and the public page without a code."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.models import Stairwell, tidy_code
from watch.join import screens
from watch.join.access import WrongCodeError
from watch.join.codes import too_many
from watch.join.door import Door
from watch.join.doors import access
from watch.join.doors.forms import LetterCodeForm, StreetForm
from watch.join.guessing import TooManyGuessesError

Screen = Callable[[HttpRequest, Door], HttpResponse]
FOUND_SHOWN = 20


@never_cache
@require_safe
def letter_enter(request: HttpRequest) -> HttpResponse:
    """A field for the code in a flat's letter."""
    form = LetterCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("doors:letter", form.cleaned_data["code"])
    return render(request, "doors/letter_enter.html", {"form": form})


def with_letter(screen: Screen) -> Callable[..., HttpResponse]:
    """One screen of joining with the code in a flat's letter; what was typed another way is led to its one address."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(screen)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        tidy = tidy_code(code)
        if tidy != code:
            return redirect("doors:letter", tidy) if tidy else redirect("doors:letter_enter")
        try:
            return screen(request, access.letter(request, code))
        except TooManyGuessesError:
            return too_many(request)
        except WrongCodeError as wrong:
            return screens.not_any_more(request, wrong.used_for)

    return guarded


def with_invitation(screen: Screen) -> Callable[..., HttpResponse]:
    """One screen of joining with a contact's invitation."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(screen)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        try:
            return screen(request, access.invited(request, code))
        except TooManyGuessesError:
            return too_many(request)
        except WrongCodeError as wrong:
            return screens.not_any_more(request, wrong.used_for)

    return guarded


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find one's stairwell by its street: addresses only, nothing about people."""
    form = StreetForm(request.GET if "street" in request.GET else None)
    found: list[Stairwell] = []
    if form.is_valid():
        found = list(Stairwell.objects.in_public().at_street(form.cleaned_data["street"])[: FOUND_SHOWN + 1])
    context = {"form": form, "found": found[:FOUND_SHOWN], "has_more": len(found) > FOUND_SHOWN}
    return render(request, "doors/search.html", context | {"asked": form.is_bound and form.is_valid()})


def without_code(screen: Screen) -> Callable[..., HttpResponse]:
    """One screen of joining a stairwell that was found on the public page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(screen)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        return screen(request, access.public_place(pk))

    return guarded
