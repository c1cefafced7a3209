"""Pages for slips of paper: the sheet to print, typing one in, and the press that makes an address on it count."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings import access as places
from buildings.access import LANDLORD, staff_page
from buildings.models import Consent, Resident, Stairwell, User
from watch.join import consents
from watch.join.doors import access, slips
from watch.join.doors.forms import SlipForm
from watch.join.languages import spoken
from watch.present.prints.parts import all_languages
from watch.present.prints.slips import slips as slips_to_print


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def of_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """A member of the owner's staff types in a slip, with the flat if it is known."""
    place = places.stairwell(cast("User", request.user), pk)
    return _type_in(request, place, by=Resident.ConfirmedBy.LANDLORD, back="doors:residents")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def of_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact types in a neighbour's slip; which flat is not the contact's business."""
    place = access.contact_stairwell(cast("User", request.user), pk)
    return _type_in(request, place, by=Resident.ConfirmedBy.CONTACT, back="doors:neighbours")


def _type_in(request: HttpRequest, place: Stairwell, *, by: str, back: str) -> HttpResponse:
    asks_flat = by == Resident.ConfirmedBy.LANDLORD
    form = SlipForm(request.POST if request.method == "POST" else None, stairwell=place, asks_flat=asks_flat)
    if request.method == "POST" and form.is_valid() and _typed_in(request, form, place, by=by):
        if form.slip().address:
            words = _("The neighbour has joined. We have written to the address. Notices come after an answer.")
        else:
            words = _("The neighbour has joined, and is told by the notices on the board.")
        messages.success(request, words)
        return redirect(back, place.pk)
    context = {"form": form, "stairwell": place, "back": back, "asks_flat": asks_flat}
    return render(request, "doors/slip.html", context)


def _typed_in(request: HttpRequest, form: SlipForm, place: Stairwell, *, by: str) -> bool:
    try:
        slips.type_in(slip=form.slip(), stairwell=place, helper=cast("User", request.user), by=by)
    except slips.TooManySlipsError:
        form.add_error("login", _("You have typed in very many addresses today. Leave it empty, or wait a day."))
        return False
    return True


@require_safe
@never_cache
@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip to print, for a stairwell and in every language."""
    place = access.slip_stairwell(cast("User", request.user), pk)
    take_part, name = Consent.Purpose.TAKE_PART, Consent.Purpose.NAME_TO_CONTACT
    agreements = {
        language: [consents.words(purpose, stairwell=place, language=language) for purpose in (take_part, name)]
        for language in all_languages()
    }
    return slips_to_print(place=place.name, agreements=agreements).answer()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def address(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail or SMS: a page that asks, and a press that lets notices come. Opening it changes nothing."""
    resident, reached = slips.read_token(token)
    is_posted = request.method == "POST"
    done = is_posted and slips.accept_address(resident=resident, address=reached, language=spoken())
    context = {"stairwell": resident.stairwell, "done": done, "is_taken": is_posted and not done}
    return render(request, "doors/slip_address.html", context)
