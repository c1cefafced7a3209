"""A building's watch: how far it has come, the next step, its history; and closing what the register left out."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings import access as places
from buildings.access import LANDLORD, scope, staff_page
from buildings.models import Building, StaffMember, User
from watch.meet.errors import Marked
from watch.models import Sign, SignOrder, Watch, WatchStep
from watch.models.watches import state_of
from watch.track import access, closing, moving
from watch.track.facts import facts_at
from watch.track.forms import StepForm
from watch.track.moving import StepError
from watch.track.steps import facts_in_words, next_step, stairs_of, steps_of

A_PAGE = 20
WHY_NOT: dict[str, Promise] = {
    "late": gettext_lazy("A colleague was quicker: the watch is not as it was on your page. Look at it as it is now."),
    "unready": gettext_lazy("What this step rests on is not there yet. See below what is missing."),
}


@never_cache
@require_safe
@staff_page(of=access.building)
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the building has come."""
    return _page(request, access.building(cast("User", request.user), pk))


def _page(request: HttpRequest, building: Building, form: StepForm | None = None) -> HttpResponse:
    facts = facts_at(building)
    known: Watch | None = getattr(building, "watch", None)
    version = known.version if known else 0
    steps = steps_of(building, facts, scope(request.user).kind)
    history = WatchStep.objects.filter(watch__building=building).select_related("organisation")
    signs = Sign.objects.hanging().filter(building=building)
    # Woken since the night, it is not proposed any more.
    is_proposed = known is not None and known.dormant_proposed_at is not None and facts.is_asleep
    context = {
        "building": building,
        "watch": known,
        "state": Watch.State(state_of(building)),
        "stairs": stairs_of(building),
        "next": next_step(building, is_proposed=is_proposed),
        "facts": facts_in_words(facts),
        "steps": [
            (step, form if form and form["to"].value() == step.to else _blank(step.to, version)) for step in steps
        ],
        "is_proposed": is_proposed,
        "page": Paginator(history, A_PAGE).get_page(request.GET.get("page")),
        "signs": signs.count(),
        "order": SignOrder.objects.open().filter(building=building).first(),
    }
    return render(request, "track/watch.html", context)


def _blank(to: str, version: int) -> StepForm:
    return StepForm(initial={"to": to, "seen": version}, auto_id=f"{to}_%s")


@require_POST
@staff_page(*access.MOVERS, of=access.building)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    building = access.building(cast("User", request.user), pk)
    # Several such forms stand on the page, each with ids of its own.
    to = request.POST.get("to", "")
    form = StepForm(request.POST, auto_id=f"{to if to in Watch.State.values else 'step'}_%s")
    if not form.is_valid():
        return _page(request, building, form)
    staff = cast("StaffMember", scope(request.user).staff)
    try:
        moving.move(building=building, staff=staff, **form.cleaned_data)
    except StepError as error:
        messages.error(request, str(WHY_NOT[error.code]))
    except Marked:
        form.add_error("note", _("The words hold a number that points a person out. Take it away."))
        return _page(request, building, form)
    else:
        messages.success(request, _("Noted."))
    return redirect("track:watch", pk)


@require_POST
@staff_page(LANDLORD)
def close(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Close a place the company's register does not name any more."""
    place = places.proposed_place(cast("User", request.user), kind, pk)
    if closing.close(place=place):
        messages.success(request, _("%(place)s is closed. Contacts there have been told.") % {"place": place})
    else:
        messages.info(request, _("It was closed or kept already."))
    return redirect("buildings:proposals")
