"""A person's own pages: what they have agreed to, changed texts, moving, the yearly question."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from buildings.access import scope
from buildings.models import Consent, User
from watch.join import consents
from watch.join.access import own_residency
from watch.join.codes import too_many
from watch.join.entering import UsedError
from watch.join.guessing import TooManyGuessesError
from watch.join.home import access, questions, services, yearly
from watch.join.home.agreements import NO, YES, agreements, ledger
from watch.join.home.forms import AgreementForm, MoveForm, QuestionForm
from watch.join.languages import language_read, spoken
from watch.join.services import leave

A_PAGE = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreed(request: HttpRequest) -> HttpResponse:
    """Everything the person can agree to, whether they have, and every line of their ledger."""
    user = cast("User", request.user)
    lines = ledger(user)
    found = agreements(user, lines, spoken())
    if request.method == "POST":
        form = AgreementForm(request.POST)
        if not form.is_valid():
            raise Http404
        chosen = access.agreement(found, form.cleaned_data["key"])
        said = form.cleaned_data["answer"]
        if said == NO or any(offer.answer == said for offer in chosen.offers):
            services.answer(user=user, agreement=chosen, said=said, language=language_read(request))
        messages.success(request, _("Your answer is kept."))
        return redirect("home:agreements")
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/agreements.html", {"agreements": found, "page": page, "language": spoken()})


@require_POST
@login_required
def changed(request: HttpRequest) -> HttpResponse:
    """The answer to a changed text."""
    user, form = cast("User", request.user), QuestionForm(request.POST)
    if not form.is_valid():
        raise Http404
    reach, language = scope(user), language_read(request)
    asked = access.question(questions.pending(reach, language), form.cleaned_data["purpose"])
    said = form.cleaned_data["answer"]
    if asked and asked.homes and said == questions.NO:
        return redirect("join:leave", asked.homes[0].pk)
    if asked:
        questions.answer(user=user, question=asked, said=said, language=language)
    later = said == questions.LATER
    messages.success(request, _("What you answered before stands.") if later else _("Your answer is kept."))
    return redirect("notices:mine")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move to another stairwell: its code, then what that means, then one press."""
    user = cast("User", request.user)
    if request.method == "POST" and access.has_moved(user, pk):
        # Pressed twice: the first press has done it.
        return redirect("notices:mine")
    resident = own_residency(user, pk)
    typed = request.POST if request.method == "POST" else request.GET
    form = MoveForm(typed if "code" in typed else None)
    context: dict[str, Any] = {"form": form, "resident": resident, "language": language_read(request)}
    if form.is_valid():
        try:
            door = access.new_home(request, resident, form.cleaned_data["code"])
        except TooManyGuessesError:
            return too_many(request)
        except access.NotThereError as not_there:
            form.add_error("code", str(not_there))
            return render(request, "home/move.html", context)
        if request.method == "POST":
            try:
                services.move(resident=resident, door=door, language=context["language"])
            except UsedError:
                form.add_error("code", _("Somebody has used this code. Ask for a new one."))
                return render(request, "home/move.html", context)
            words = _("You have moved to %(stairwell)s. Welcome.") % {"stairwell": door.stairwell.name}
            messages.success(request, words)
            return redirect("notices:mine")
        purpose = Consent.Purpose.TAKE_PART
        context["consent"] = consents.words(purpose, stairwell=door.stairwell, language=context["language"])
        context["door"] = door
    return render(request, "home/move.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_here(request: HttpRequest, token: str) -> HttpResponse:
    """The yearly question, by the link in the letter: GET only asks, one press answers; no sign-in."""
    resident = yearly.resident_of(token)
    if resident is None:
        return render(request, "home/still_here_gone.html", status=404)
    chosen = spoken() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else resident.user.language
    said = request.POST.get("answer", "")
    with override(chosen):
        if said == YES:
            yearly.stay(resident=resident)
        elif said == NO:
            why, way = resident.LeftWhy.MOVED, Consent.Way.ONE_CLICK
            leave(resident=resident, language=chosen, why=why, way=way)
        done = said if said in (YES, NO) else ""
        return render(request, "home/still_here.html", {"resident": resident, "done": done})


@require_POST
@login_required
def still_at(request: HttpRequest, pk: int) -> HttpResponse:
    """The same answer from My stairwell: yes, I live here."""
    resident = own_residency(cast("User", request.user), pk)
    yearly.stay(resident=resident)
    messages.success(request, _("Thank you. Then everything goes on as before."))
    return redirect("notices:mine")
