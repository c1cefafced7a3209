"""The addresses of prints: who may have one, and which."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buildings import access
from buildings.access import LANDLORD, staff_page
from buildings.models import JoinCode, Stairwell, User
from watch.present.prints import cards, posters
from watch.present.prints.parts import all_languages
from watch.present.prints.slides import slides as slides_in


@require_safe
@never_cache
@staff_page(LANDLORD, of=access.stairwell)
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for the stairwell's board, with the way to join; `?papper=a3` is twice as large."""
    found = access.stairwell(cast("User", request.user), pk)
    code = _code(found)
    if code is None:
        return _without_code(request, found)
    return posters.poster(stairwell=found, code=code, paper=request.GET.get("papper", "")).answer()


@require_safe
@never_cache
@staff_page(LANDLORD, of=access.stairwell)
def strips(request: HttpRequest, pk: int) -> HttpResponse:
    """A page for the stairwell's board with strips to tear off."""
    found = access.stairwell(cast("User", request.user), pk)
    code = _code(found)
    return posters.strips(stairwell=found, code=code).answer() if code else _without_code(request, found)


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The contact's pocket card; it names nobody, so anyone may have it."""
    return cards.cards().answer()


@require_safe
def slides(request: HttpRequest, language: str) -> HttpResponse:
    """Slides for a meeting in one language; the words are those of public pages, so anyone may have them."""
    if language not in all_languages():
        raise Http404
    return slides_in(language).answer()


def _code(stairwell: Stairwell) -> JoinCode | None:
    return JoinCode.objects.valid().filter(stairwell=stairwell).first()


def _without_code(request: HttpRequest, stairwell: Stairwell) -> HttpResponse:
    messages.warning(request, _("This stairwell has no code yet. Make one first."))
    return redirect("buildings:stairwell", stairwell.pk)
