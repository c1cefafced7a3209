"""Invitations on paper: an A4 or A5 page for the stairwell's board, and slips for its doors."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from buildings.models import User
from notifications.following import ReadyWords
from watch.meet import access, words
from watch.meet.facts import Facts
from watch.meet.links import paper_link
from watch.models import Meeting
from watch.present.prints.invitations import Way, door_slips
from watch.present.prints.invitations import invitation as invitation_page

A_PAGE = 50
A5, SLIPS = "a5", "lappar"
# With more words than this in all, only the Swedish ones say what the meeting is about: it must fit one sheet.
ROOM_FOR_AGENDAS = 1600
# With more Swedish words than this, the other languages stand in short.
LONG = 900


@require_GET
@login_required
def stairwells(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The stairwells the person may print invitations for."""
    user = cast("User", request.user)
    meeting = access.meeting(user, public_id)
    if meeting.contacts_only:
        raise Http404
    if not access.may_print(user, meeting):
        raise PermissionDenied
    if not meeting.is_to_come:
        return _too_late(request, meeting)
    found = access.printed(user, meeting)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "meet/prints.html", {"meeting": meeting, "page": page})


@require_GET
@login_required
def invitation(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The page for one stairwell; `?storlek=a5` is half as large, `?storlek=lappar` slips to cut apart."""
    user = cast("User", request.user)
    meeting = access.meeting(user, public_id)
    stairwell = access.printed_stairwell(user, meeting, pk)
    if not meeting.is_to_come:
        return _too_late(request, meeting)
    code = None if meeting.is_public else access.join_code(user, stairwell)
    way = Way(link=paper_link(meeting, code), is_public=meeting.is_public, code=code.spaced if code else "")
    size = request.GET.get("storlek", "")
    if size == SLIPS:
        lines = _slip_lines(meeting)
        return door_slips(place=stairwell.name, where=Facts.of(meeting).where, lines=lines, way=way).answer()
    small = size == A5
    texts = [(text.language, text.title, text.body) for text in _texts(meeting, small=small)]
    return invitation_page(place=stairwell.name, small=small, texts=texts, way=way).answer()


def _too_late(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.warning(request, _("Invitations are printed when people are invited, until the meeting is over."))
    return redirect("meet:meeting", meeting.public_id)


def _texts(meeting: Meeting, *, small: bool) -> list[ReadyWords]:
    """Swedish for reading across the stairwell, then the other languages; agendas as far as there is room."""
    whole, facts = words.printed(meeting, with_agenda=True), words.printed(meeting, with_agenda=False)
    if small:
        return [facts[0], *words.in_short(meeting)[1:]]
    if len(whole[0].body) > LONG:
        return [whole[0], *words.in_short(meeting)[1:]]
    has_room = sum(len(text.body) for text in whole) <= ROOM_FOR_AGENDAS
    return [whole[0], *(whole if has_room else facts)[1:]]


def _slip_lines(meeting: Meeting) -> list[tuple[str, str, str]]:
    """Language, title and time, a line for each language."""
    facts = Facts.of(meeting)
    lines = []
    for text in words.printed(meeting, with_agenda=False):
        with override(text.language):
            lines.append((text.language, text.title, facts.when))
    return lines
