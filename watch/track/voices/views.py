"""Writing to a district's officer and reading the answer, for anybody; answering, for the officer."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.access import POLICE, scope, staff_page
from buildings.models import User
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from watch.models import Suggestion
from watch.track.voices import access, services
from watch.track.voices.forms import AnswerForm, CodeForm, SuggestionForm

A_PAGE = 25
GET_OR_POST = ["GET", "HEAD", "POST"]
# A whole house may sit behind one address.
WRITTEN = Throttle("suggestions", limit=20, seconds=3600)
WRONG_CODES = Throttle("wrong-suggestion-codes", limit=20, seconds=600)


@never_cache
@require_http_methods(GET_OR_POST)
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Say something to the district's officer, without a name."""
    district = access.district(slug)
    form = SuggestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and district.officer_id:
        if not WRITTEN.count(client_ip(request)):
            return render(request, "429.html", status=429)
        kept = services.take_in(district=district, language=get_language() or "sv", **form.cleaned_data)
        context = {"district": district, "code": services.grouped(kept.code), "due_on": kept.suggestion.due_on}
        return render(request, "track/voice_taken.html", context)
    context = {"district": district, "form": form, "days": services.answer_days(district)}
    return render(request, "track/voice_write.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest) -> HttpResponse:
    """Come back with the code and read the answer."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        if WRONG_CODES.spent(client_ip(request)):
            return render(request, "429.html", status=429)
        found = services.find(form.cleaned_data["code"])
        if found is None:
            WRONG_CODES.count(client_ip(request))
            form.add_error("code", _("No answer has this code. Look once more at what you wrote down."))
    words = services.answer_in_words(found.state, found.answer, get_language() or "sv") if found else ""
    return render(request, "track/voice_answer.html", {"form": form, "found": found, "words": words})


@never_cache
@require_safe
@staff_page()
def voices(request: HttpRequest) -> HttpResponse:
    """What waits for the named officer, and what has been passed on to one's organisation."""
    user = cast("User", request.user)
    found = access.read(user).order_by("closed_at", "received_at", "pk")
    waiting = found.filter(state=Suggestion.State.NEW)
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "closed": access.read(user).exclude(state=Suggestion.State.NEW).order_by("-closed_at")[:A_PAGE],
        "passed_on": access.passed_on(user).order_by("-closed_at")[:A_PAGE],
        "is_officer": scope(user).kind == POLICE,
    }
    return render(request, "track/voices.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(POLICE, of=access.suggestion)
def voice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one and say what becomes of it."""
    suggestion = access.suggestion(cast("User", request.user), pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, suggestion=suggestion)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(suggestion=suggestion, **form.cleaned_data)
        except services.SuggestionError:
            messages.info(request, _("It has been answered already."))
        else:
            messages.success(request, _("Done. Whoever wrote can read it."))
        return redirect("track:voices")
    context = {"suggestion": suggestion, "words": services.words_of(suggestion), "form": form}
    return render(request, "track/voice.html", context)
