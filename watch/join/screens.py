"""The three screens of joining (where and what, the code, the choice), the same for every way in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from buildings.models import Consent, Resident, Stairwell, User
from watch.join import consents, entering, letters, services, verification
from watch.join.addresses import Address, address_of, person_with
from watch.join.codes import refused, resend, start_over
from watch.join.door import Door
from watch.join.entering import MOST_WAITING, UsedError, WaitsTooOftenError
from watch.join.forms import AddressForm, ChooseForm, CodeForm
from watch.join.languages import language_read, spoken
from watch.join.signin import sign_in


def first(request: HttpRequest, door: Door) -> HttpResponse:
    """Which stairwell, what joining means, and where to send the code; one press for who is here already."""
    user, place = _signed_in(request), door.stairwell
    if user and (home := _home(user, door)):
        return _further(request, door, user, home)
    known = address_of(user) if user else None
    form = AddressForm(request.POST if request.method == "POST" else None, initial=_waiting(request, door))
    if request.method == "POST" and known:
        return redirect(door.third)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["login"]
        if refusal := refused(request, door.purpose, address):
            return refusal
        if user:
            # Someone without an address of their own joins as whoever they now show they are.
            logout(request)
        letters.send_code(address, verification.start(request.session, door.purpose, address))
        return redirect(door.second)
    return render(request, "join/stairwell.html", {"form": form, "door": door, "stairwell": place, "known": known})


def second(request: HttpRequest, door: Door) -> HttpResponse:
    """The code from the mail or SMS. Someone known is signed in by it and then chooses."""
    if request.user.is_authenticated:
        return redirect(door.first)
    purpose, session = door.purpose, request.session
    if verification.proven(session, purpose):
        return redirect(door.third)
    proof = verification.pending(session, purpose)
    if proof is None:
        return redirect(door.first)
    if request.POST.get("action") == "resend":
        return resend(request, purpose, proof, send=letters.send_code)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = verification.check(request, purpose, proof, form.cleaned_data["code"])
        if outcome is verification.Outcome.ENDED:
            return start_over(request, purpose, door.first)
        if outcome is verification.Outcome.RIGHT:
            session.cycle_key()
            return redirect(door.third)
        form.refuse()
    return render(request, "join/code.html", {"form": form, "proof": proof, "door": door, "stairwell": door.stairwell})


def third(request: HttpRequest, door: Door) -> HttpResponse:
    """A name, what to get, and the words of consent above the button."""
    user, purpose = _signed_in(request), door.purpose
    proof = verification.proven(request.session, purpose)
    holder = person_with(proof.address) if proof else None
    if proof and holder and user is None:
        return sign_in(request, holder, proof.address, then=request.path)
    if user and door.once and (home := _home(user, door)) and not door.leads_further(home):
        # Somebody known who came signed out: what is for one neighbour is not used up for nothing.
        verification.forget(request.session, purpose)
        return _further(request, door, user, home)
    address = proof.address if proof and holder == user else address_of(user) if user else None
    if address is None:
        return redirect(door.first)
    language = language_read(request)
    form = ChooseForm(
        request.POST if request.method == "POST" else None,
        initial={"name": user.name if user else ""},
        name_words=consents.words(Consent.Purpose.NAME_TO_CONTACT, stairwell=door.stairwell, language=language),
    )
    if request.method == "POST" and form.is_valid():
        return _join(request, door, address, form, language)
    context = {"form": form, "address": address, "door": door, "stairwell": door.stairwell, "language": language}
    context["consent"] = consents.words(Consent.Purpose.TAKE_PART, stairwell=door.stairwell, language=language)
    return render(request, "join/choose.html", context)


def not_any_more(request: HttpRequest, used_for: Stairwell | None = None) -> HttpResponse:
    """The kind page for a one-time code or invitation that opens nothing: unknown, used, too old or taken back.

    Who lives where it let somebody in has pressed twice, or come back to the letter: they are in.
    """
    user = _signed_in(request)
    if user and used_for and Resident.objects.present().filter(user=user, stairwell=used_for).exists():
        return render(request, "join/joined.html", {"stairwell": used_for})
    return render(request, "doors/no_way_in.html", status=404)


def _too_late(request: HttpRequest, door: Door) -> HttpResponse:
    """The answer to a press that was overtaken: by the same person's own first press, or by somebody else."""
    user = _signed_in(request)
    home = _home(user, door) if user else None
    if home and not door.leads_further(home):
        return render(request, "join/joined.html", {"stairwell": door.stairwell})
    return not_any_more(request)


def _further(request: HttpRequest, door: Door, user: User, home: Resident) -> HttpResponse:
    if not door.leads_further(home):
        template = "doors/waits.html" if home.state == Resident.State.WAITING else "join/joined.html"
        return render(request, template, {"stairwell": door.stairwell})
    if request.method != "POST":
        return render(request, "doors/further.html", {"door": door, "stairwell": door.stairwell})
    try:
        entering.come_in(user=user, stairwell=door.stairwell, language=spoken(), way=door.way, once=door.once)
    except UsedError:
        return _too_late(request, door)
    except WaitsTooOftenError:
        return _waits_too_often(request)
    messages.success(request, _welcome(door))
    return redirect("notices:mine")


def _join(request: HttpRequest, door: Door, address: Address, form: ChooseForm, language: str) -> HttpResponse:
    user = _signed_in(request)
    try:
        person = services.join(
            stairwell=door.stairwell,
            user=user,
            address=address,
            name=form.cleaned_data["name"],
            wants=form.cleaned_data["wants"],
            shows_name=form.cleaned_data["shows_name"],
            language=language,
            way=door.way,
            once=door.once,
        )
    except UsedError:
        return _too_late(request, door)
    except WaitsTooOftenError:
        return _waits_too_often(request)
    verification.forget(request.session, door.purpose)
    messages.success(request, _welcome(door))
    mine = reverse("notices:mine")
    return HttpResponseRedirect(mine) if user else sign_in(request, person, address, then=mine)


def _waits_too_often(request: HttpRequest) -> HttpResponse:
    words = _("You wait at %(most)d stairwells already. Use the code on the poster, or wait for an answer.")
    messages.error(request, words % {"most": MOST_WAITING})
    return redirect("notices:mine" if _signed_in(request) else "doors:search")


def _welcome(door: Door) -> str:
    if door.is_public:
        return _("Thank you. You wait to be let in to %(stairwell)s.") % {"stairwell": door.stairwell.name}
    return _("You have joined %(stairwell)s. Welcome.") % {"stairwell": door.stairwell.name}


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _home(user: User, door: Door) -> Resident | None:
    """What the person is already at the door's stairwell."""
    return Resident.objects.not_left().filter(user=user, stairwell=door.stairwell).first()


def _waiting(request: HttpRequest, door: Door) -> dict[str, Any]:
    proof = verification.pending(request.session, door.purpose)
    return {"login": proof.value} if proof else {}
