"""Joining in three screens (where and what, the code, the choice), the QR picture, and leaving."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.models import JoinCode, Resident, Stairwell, User, tidy_code
from buildings.qr import qr_file
from watch.join import access, letters, services, verification
from watch.join.addresses import Address, address_of, person_with
from watch.join.codes import refused, resend, start_over, too_many
from watch.join.forms import AddressForm, ChooseForm, CodeForm, StairwellCodeForm
from watch.join.signin import sign_in

CodeView = Callable[[HttpRequest, JoinCode], HttpResponse]


def with_stairwell(view: CodeView) -> Callable[..., HttpResponse]:
    """Hand the view the code's row; a code typed another way is led to its one address, a wrong one to a kind page."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        tidy = tidy_code(code)
        if tidy != code:
            return redirect(f"join:{view.__name__}", tidy) if tidy else redirect("join:enter")
        try:
            return view(request, access.join_code(request, code))
        except access.TooManyGuessesError:
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
def stairwell(request: HttpRequest, code: JoinCode) -> HttpResponse:
    """First screen: which stairwell, what joining means, and where to send the code."""
    user, place = _signed_in(request), code.stairwell
    known = address_of(user) if user else None
    if user and Resident.objects.of(user).filter(stairwell=place).exists():
        return render(request, "join/joined.html", {"stairwell": place})
    form = AddressForm(request.POST if request.method == "POST" else None, initial=_waiting(request, code))
    if request.method == "POST" and known:
        return redirect("join:choose", code.code)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["login"]
        if refusal := refused(request, _purpose(code), address):
            return refusal
        if user:
            # Someone without an address of their own joins as whoever they now show they are.
            logout(request)
        letters.send_code(address, verification.start(request.session, _purpose(code), address))
        return redirect("join:verify", code.code)
    return render(request, "join/stairwell.html", {"form": form, "code": code, "stairwell": place, "known": known})


@require_http_methods(["GET", "HEAD", "POST"])
@with_stairwell
def verify(request: HttpRequest, code: JoinCode) -> HttpResponse:
    """Second screen: the code from the mail or SMS. Someone known is signed in by it and then chooses."""
    if request.user.is_authenticated:
        return redirect("join:stairwell", code.code)
    purpose, session = _purpose(code), request.session
    if verification.proven(session, purpose):
        return redirect("join:choose", code.code)
    proof = verification.pending(session, purpose)
    if proof is None:
        return redirect("join:stairwell", code.code)
    if request.POST.get("action") == "resend":
        return resend(request, purpose, proof, send=letters.send_code)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = verification.check(request, purpose, proof, form.cleaned_data["code"])
        if outcome is verification.Outcome.ENDED:
            return start_over(request, purpose, "join:stairwell", code.code)
        if outcome is verification.Outcome.RIGHT:
            request.session.cycle_key()
            return redirect("join:choose", code.code)
        form.refuse()
    return render(request, "join/code.html", {"form": form, "proof": proof, "code": code, "stairwell": code.stairwell})


@require_http_methods(["GET", "HEAD", "POST"])
@with_stairwell
def choose(request: HttpRequest, code: JoinCode) -> HttpResponse:
    """Third screen: a name, what to get, and the words of consent above the button."""
    user, purpose = _signed_in(request), _purpose(code)
    proof = verification.proven(request.session, purpose)
    holder = person_with(proof.address) if proof else None
    if proof and holder and user is None:
        return sign_in(request, holder, proof.address, then=request.path)
    address = proof.address if proof and holder == user else address_of(user) if user else None
    if address is None:
        return redirect("join:stairwell", code.code)
    form = ChooseForm(request.POST if request.method == "POST" else None, initial={"name": user.name if user else ""})
    language = _language_read(request)
    if request.method == "POST" and form.is_valid():
        person = services.join(
            stairwell=code.stairwell,
            user=user,
            address=address,
            name=form.cleaned_data["name"],
            wants=form.cleaned_data["wants"],
            language=language,
        )
        verification.forget(request.session, purpose)
        return _welcome(request, person, address, code.stairwell, signed_in=user is not None)
    context = {"form": form, "address": address, "code": code, "stairwell": code.stairwell, "language": language}
    context["consent"] = services.take_part_text(code.stairwell, language)
    return render(request, "join/choose.html", context)


@require_safe
@with_stairwell
def qr(request: HttpRequest, code: JoinCode) -> HttpResponse:
    """The stairwell's link as a QR picture."""
    link = settings.SITE_URL + reverse("join:stairwell", args=[code.code])
    return HttpResponse(qr_file(link), content_type="image/svg+xml")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a stairwell: a page that says what happens, and one press."""
    resident = access.own_residency(cast("User", request.user), pk)
    if request.method == "POST":
        services.leave(resident=resident, language=_language())
        return redirect("join:goodbye")
    others = Resident.objects.of(resident.user).exclude(pk=pk).exists()
    return render(request, "join/leave.html", {"resident": resident, "others": others})


@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """What one sees after leaving."""
    user = _signed_in(request)
    residencies = Resident.objects.of(user) if user else []
    return render(request, "join/goodbye.html", {"residencies": residencies})


def _welcome(
    request: HttpRequest, person: User, address: Address, place: Stairwell, *, signed_in: bool
) -> HttpResponse:
    words = _("You have joined %(stairwell)s. Welcome.") % {"stairwell": place.name}
    messages.success(request, words)
    mine = reverse("notices:mine")
    return HttpResponseRedirect(mine) if signed_in else sign_in(request, person, address, then=mine)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _purpose(code: JoinCode) -> str:
    return f"join-{code.code}"


def _waiting(request: HttpRequest, code: JoinCode) -> dict[str, Any]:
    proof = verification.pending(request.session, _purpose(code))
    return {"login": proof.value} if proof else {}


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def _language_read(request: HttpRequest) -> str:
    """The language the consent was read in: the form carries it, in case another was chosen in another tab."""
    read = request.POST.get("language", "")
    return read if read in dict(settings.LANGUAGES) else _language()
