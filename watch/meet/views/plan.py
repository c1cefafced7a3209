"""Planning: a new meeting, a change of one, a draft thrown away."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from buildings.access import scope, staff_page
from buildings.models import User
from watch.meet import access, inviting, planning
from watch.meet.errors import Changed, MeetingError, TooLate
from watch.meet.facts import Facts, changes
from watch.meet.forms import NeighbourForm, PlanForm, at_now, ready_data, saved_data
from watch.meet.planning import Plan
from watch.meet.steps import NOT_TAKEN, Whom, why_not, with_those_told
from watch.models import Meeting


@require_http_methods(["GET", "POST"])
@staff_page()
def plan(request: HttpRequest) -> HttpResponse:
    """A new meeting; `?kopia=<public id>` starts from an earlier one, `?mall=<kind>` from a kind's ready words."""
    user = cast("User", request.user)
    form = PlanForm(request.POST or None, reach=scope(user), initial=starting_point(user, request))
    if form.is_bound and form.is_valid():
        saved = planning.save(plan=form.plan(), user=user)
        return redirect("meet:invite", saved.public_id)
    context = {"form": form, "kinds": Meeting.Kind.choices, "is_copy": "kopia" in request.GET}
    return render(request, "meet/plan.html", context)


def starting_point(user: User, request: HttpRequest) -> dict[str, Any] | None:
    """What the address asks to start from; a meeting that is not the person's own is 404 or 403."""
    if "kopia" in request.GET:
        return saved_data(access.own_meeting(user, _public_id(request.GET["kopia"])), as_copy=True)
    kind = request.GET.get("mall", "")
    return ready_data(Meeting.Kind(kind)) if kind in Meeting.Kind.values else None


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A meeting's plan; of one that people know of, a second step shows what they will be told."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id, reads=["texts"])
    if meeting.state not in (Meeting.State.DRAFT, Meeting.State.PLANNED) or (
        not meeting.is_draft and meeting.has_begun
    ):
        return _too_late(request, meeting)
    data = request.POST or None
    form: NeighbourForm | PlanForm
    if meeting.is_by_contact:
        form = NeighbourForm(data, district=meeting.district, initial=at_now(meeting))
    else:
        form = PlanForm(data, reach=scope(user), meeting=meeting, initial=saved_data(meeting))
    if not form.is_bound or not form.is_valid() or request.POST.get("then") == "back":
        return _form(request, meeting, form)
    if not meeting.is_draft and not form.has_changed():
        messages.info(request, _("Nothing was changed, so nobody is told anything."))
        return redirect("meet:meeting", meeting.public_id)
    if _tells(meeting) and request.POST.get("then") != "tell":
        return _what_changes(request, meeting, form)
    return _save(request, meeting, form)


def _tells(meeting: Meeting) -> bool:
    """Whether a change is told to anybody."""
    return not meeting.is_draft and meeting.kind != Meeting.Kind.DOOR_KNOCK


def _form(request: HttpRequest, meeting: Meeting, form: NeighbourForm | PlanForm, problem: str = "") -> HttpResponse:
    seen = request.POST.get("seen") if form.is_bound and not problem else ""
    context = {
        "form": form,
        "meeting": meeting,
        "stairwell": meeting.stairwell,
        "seen": seen or planning.version_of(meeting),
        "problem": problem,
    }
    template = "meet/neighbour.html" if meeting.is_by_contact else "meet/plan.html"
    return render(request, template, context, status=409 if problem else 200)


def _what_changes(request: HttpRequest, meeting: Meeting, form: NeighbourForm | PlanForm) -> HttpResponse:
    """The second step: what is new, who is told, and everything typed once more in hidden fields."""
    told = inviting.standing_telling(meeting)
    standing = told.notice if told else None
    if isinstance(form, PlanForm):
        planned: Facts | Plan = form.plan()
        meant = with_those_told(form.audience(), standing)
    else:
        planned, meant = form.facts(), with_those_told(meeting.audience, standing)
    now = planned if isinstance(planned, Facts) else Facts.of(planned)
    context = {
        "meeting": meeting,
        "changes": changes(Facts.read(told.facts), now) if told else [],
        "is_told": told is not None,
        "whom": None if meeting.is_by_contact else Whom.of(meeting, meant),
        "typed": [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields],
        "seen": request.POST.get("seen", ""),
    }
    return render(request, "meet/change.html", context)


def _save(request: HttpRequest, meeting: Meeting, form: NeighbourForm | PlanForm) -> HttpResponse:
    user, seen = cast("User", request.user), request.POST.get("seen", "")
    tells = _tells(meeting)
    try:
        if isinstance(form, PlanForm):
            inviting.change(meeting=meeting, plan=form.plan(), user=user, seen=seen)
        else:
            inviting.move(meeting=meeting, facts=form.facts(), venue=form.cleaned_data["venue"], user=user, seen=seen)
    except Changed:
        now = access.own_meeting(user, meeting.public_id)
        words = _(
            "A colleague has changed the meeting since you opened this page. Your own words stand below, unsaved."
        )
        return _form(request, now, form, words)
    except TooLate:
        return _too_late(request, meeting)
    except NOT_TAKEN as error:
        return _form(request, meeting, form, why_not(error))
    if meeting.is_draft:
        return redirect("meet:invite", meeting.public_id)
    messages.success(request, _("Saved. Those who know of it are told.") if tells else _("Saved."))
    return redirect("meet:meeting", meeting.public_id)


@require_http_methods(["GET", "POST"])
@login_required
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    meeting = access.own_meeting(cast("User", request.user), public_id)
    if not meeting.is_draft:
        return _too_late(request, meeting)
    if request.method == "GET":
        return render(request, "meet/delete.html", {"meeting": meeting, "text": meeting.text_in()})
    try:
        planning.delete(meeting=meeting)
    except MeetingError:
        return _too_late(request, meeting)
    messages.success(request, _("The draft is thrown away. Nobody had been invited."))
    return redirect("meet:list")


def _too_late(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.info(request, _("This meeting cannot be changed in that way any more. Here it is as it stands."))
    return redirect("meet:meeting", meeting.public_id)


def _public_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)
