"""Inviting, telling anew and cancelling: each is read through first, and its button says what it does."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from buildings.models import User
from watch.meet import access, inviting, planning, words
from watch.meet.errors import TooLate
from watch.meet.steps import NOT_TAKEN, Whom, told_of, why_not
from watch.models import Meeting


@require_http_methods(["GET", "POST"])
@login_required
def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything as people will get it, how many they are, and the one button that invites them."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id)
    if not meeting.is_draft:
        return redirect("meet:meeting", meeting.public_id)
    problem = ""
    if request.method == "POST":
        try:
            inviting.invite(meeting=meeting, user=user, seen=request.POST.get("seen", ""))
            messages.success(request, _invited(meeting))
            return redirect("meet:meeting", meeting.public_id)
        except NOT_TAKEN as error:
            problem = why_not(error)
        meeting = access.own_meeting(user, public_id)
    return render(request, "meet/invite.html", _review(meeting, problem), status=409 if problem else 200)


def _review(meeting: Meeting, problem: str) -> dict[str, object]:
    is_round = meeting.kind == Meeting.Kind.DOOR_KNOCK
    return {
        "meeting": meeting,
        "callers": words.callers(meeting),
        "text": meeting.text_in(),
        "spoken": words.spoken(meeting),
        "words": [] if is_round else words.invitation(meeting),
        # How many neighbours have joined, and on which ways they are reached, is not for a contact to know.
        "whom": None if is_round or meeting.is_by_contact else Whom.of(meeting, meeting.audience),
        "is_round": is_round,
        "seen": planning.version_of(meeting),
        "problem": problem,
    }


def _invited(meeting: Meeting) -> str:
    if meeting.kind == Meeting.Kind.DOOR_KNOCK:
        return _("The round is planned. Nobody is told of it.")
    return _("Planned. The invitation is on its way; below you see how far it has come.")


@require_POST
@login_required
def tell_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send anew what did not leave: a colleague sent it back, or its time ran out."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id)
    try:
        inviting.tell_again(meeting=meeting, user=user)
        messages.success(request, _("It is on its way once more."))
    except NOT_TAKEN as error:
        messages.error(request, why_not(error))
    return redirect("meet:meeting", meeting.public_id)


@require_http_methods(["GET", "POST"])
@login_required
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who is told that the meeting is cancelled, and in which words; then cancel it."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id)
    if meeting.is_draft:
        return redirect("meet:delete", meeting.public_id)
    if meeting.state != Meeting.State.PLANNED or meeting.is_over:
        messages.info(request, _("This meeting is over or cancelled already. Here it is as it stands."))
        return redirect("meet:meeting", meeting.public_id)
    if request.method == "GET":
        told = told_of(meeting)
        context = {"meeting": meeting, "text": meeting.text_in(), "told": told, "words": words.cancellation(meeting)}
        return render(request, "meet/cancel.html", context)
    try:
        inviting.cancel(meeting=meeting, user=user)
        messages.success(request, _("The meeting is cancelled, and those who knew of it are told."))
    except TooLate as error:
        messages.error(request, why_not(error))
    return redirect("meet:meeting", meeting.public_id)
