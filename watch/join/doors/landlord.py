"""Pages of a housing company: letters to its flats, who lives in a stairwell, who waits to be let in."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings import access as places
from buildings.access import LANDLORD, scope, staff_page
from buildings.models import Building, Disclosure, Flat, Resident, StaffMember, User
from watch.join.contacts import todo
from watch.join.contacts.forms import ReasonForm
from watch.join.contacts.reveal import WHY_NOT, RevealError, reveal
from watch.join.doors import access, services
from watch.join.doors.codes import FlatLetter, make_house_letters, make_letters
from watch.join.doors.forms import DeclineForm, LettersForm, ResidentFlatForm
from watch.join.doors.services import TooLateError
from watch.present.prints.letters import flat_letters, letter

A_PAGE = 25
BY_LANDLORD = Resident.ConfirmedBy.LANDLORD


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter for each flat of a stairwell, or for one of them; the codes are in the file and nowhere else."""
    place = places.stairwell(cast("User", request.user), pk)
    form = LettersForm(request.POST if request.method == "POST" else None, stairwell=place)
    if request.method == "POST" and form.is_valid():
        flats = form.flats()
        if not flats:
            messages.warning(request, _("There is no flat here to write to."))
            return redirect("doors:letters", pk)
        return _print_letters(place.name, place.building, make_letters(stairwell=place, flats=flats))
    return render(request, "doors/letters.html", {"form": form, "stairwell": place})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(LANDLORD, of=places.building)
def house_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters to every flat of a building in one file; the codes are in it and nowhere else."""
    house = places.building(cast("User", request.user), pk)
    if request.method == "POST":
        made = make_house_letters(building=house)
        if not made:
            messages.warning(request, _("There is no flat here to write to."))
            return redirect("doors:house_letters", pk)
        return _print_letters(house.designation, house, made)
    number = Flat.objects.written_to().filter(stairwell__building=house).count()
    return render(request, "doors/house_letters.html", {"building": house, "number": number})


def _print_letters(place: str, house: Building, made: list[FlatLetter]) -> HttpResponse:
    letters = [
        letter(stairwell=one.flat.stairwell.name, flat=one.flat.number, code=one.code, spaced=one.spaced)
        for one in made
    ]
    return flat_letters(place=place, company=house.owner.name, letters=letters).answer(saved=True)


@require_safe
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def residents(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has joined, by number and never by name, and the households of the stairwell."""
    place = places.stairwell(cast("User", request.user), pk)
    people = Resident.objects.not_left().filter(stairwell=place).select_related("flat").in_order()
    waiting = list(Resident.objects.waiting().filter(stairwell=place).in_order()[: A_PAGE + 1])
    context = {
        "stairwell": place,
        "page": Paginator(people, A_PAGE).get_page(request.GET.get("page")),
        "figures": Resident.objects.filter(stairwell=place).households(),
        "waiting": waiting[:A_PAGE],
        "more_wait": len(waiting) > A_PAGE,
        "declined": Flat.objects.standing().filter(stairwell=place).exclude(declined_at=None),
        "decline_form": DeclineForm(stairwell=place),
    }
    return render(request, "doors/residents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def resident(request: HttpRequest, pk: int, resident_pk: int) -> HttpResponse:
    """One resident: what is known, and what the company may say about where the person lives."""
    person = access.resident(cast("User", request.user), pk, resident_pk)
    if request.method == "POST":
        return _answer(request, person)
    if person.state == Resident.State.LEFT:
        raise Http404
    return _page(request, person)


@require_POST
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def reveal_name(request: HttpRequest, pk: int, resident_pk: int) -> HttpResponse:
    """The name a tenant has chosen, for a reason, on this page and this once; the tenant is told at once."""
    person = access.tenant(cast("User", request.user), pk, resident_pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, reason_form=form)
    try:
        name = reveal(
            subject=person.user,
            what=Disclosure.What.NAME,
            reason=form.cleaned_data["reason"],
            by=cast("StaffMember", scope(request.user).staff),
            stairwell=person.stairwell,
        )
    except RevealError as error:
        messages.warning(request, WHY_NOT[error.code])
        return redirect("doors:resident", pk, resident_pk)
    return _page(request, person, name=name)


def _page(
    request: HttpRequest, person: Resident, *, name: str = "", reason_form: ReasonForm | None = None
) -> HttpResponse:
    context = {
        "resident": person,
        "stairwell": person.stairwell,
        "number": Resident.objects.number_of(person),
        "flat_form": ResidentFlatForm(initial={"flat": person.flat_id}, stairwell=person.stairwell),
        "reason_form": reason_form or ReasonForm(auto_id="reason_%s"),
        "name": name,
    }
    return render(request, "doors/resident.html", context)


def _answer(request: HttpRequest, person: Resident) -> HttpResponse:
    answers: dict[str, Callable[[HttpRequest, Resident], str]] = {
        "confirm": _confirm,
        "refuse": _refuse,
        "end": _end,
        "flat": _set_flat,
    }
    action = answers.get(request.POST.get("action", ""))
    if action is None:
        return redirect("doors:residents", person.stairwell_id)
    try:
        messages.success(request, action(request, person))
    except TooLateError:
        messages.warning(request, _("Somebody else has answered already, or the person has left. Nothing was changed."))
    return redirect("doors:residents", person.stairwell_id)


def _confirm(request: HttpRequest, person: Resident) -> str:
    services.confirm(resident=person, by=BY_LANDLORD)
    return _("Noted: the person lives here.")


def _refuse(request: HttpRequest, person: Resident) -> str:
    services.refuse(resident=person)
    return _("The person was not let in, and is told so.")


def _end(request: HttpRequest, person: Resident) -> str:
    services.end(resident=person, staff=cast("StaffMember", scope(request.user).staff))
    return _("Noted: the person does not live here. No more notices go there.")


def _set_flat(request: HttpRequest, person: Resident) -> str:
    form = ResidentFlatForm(request.POST, stairwell=person.stairwell)
    if not form.is_valid():
        raise TooLateError
    services.set_flat(resident=person, flat=form.cleaned_data["flat"])
    return _("The flat is noted.")


@require_POST
@staff_page(LANDLORD, of=places.stairwell)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a flat whose household wants no part, or take the mark away."""
    place = places.stairwell(cast("User", request.user), pk)
    form = DeclineForm(request.POST, stairwell=place)
    if form.is_valid():
        declines = "undo" not in request.POST
        services.decline(flat=form.cleaned_data["flat"], declines=declines)
        messages.success(request, _("The flat is marked.") if declines else _("The mark is taken away."))
    else:
        messages.error(request, _("Choose a flat in the list."))
    return redirect("doors:residents", pk)


@require_safe
@never_cache
@staff_page(LANDLORD)
def waiting(request: HttpRequest) -> HttpResponse:
    """Everybody who waits to be let in to one of the company's stairwells, longest first."""
    reach = scope(cast("User", request.user))
    people = todo.people_waiting(reach).select_related("stairwell").in_order()
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "doors/waiting.html", {"page": page, "reach": reach})
