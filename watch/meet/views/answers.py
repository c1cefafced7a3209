"""Answering: by the link in a notice without signing in, on the meeting's page, or for somebody who called."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from buildings.models import User
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from notifications.links import notice_pk
from notifications.models import Endpoint
from watch.meet import access, answering, words
from watch.meet.answer_forms import AnswerForm, TypeInForm
from watch.meet.companion import ANSWERS
from watch.meet.errors import Full, TooLate
from watch.models import Answer, Meeting

# As for notices' short links: a right link must not be told from a wrong one by who guesses too much, and one that
# was opened from an address goes on working there.
WRONG_LINKS = Throttle("wrong-answer-links", limit=30, seconds=600)
OPENED_HERE = Throttle("answer-links-opened", limit=1, seconds=7 * 24 * 3600)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, short: str, token: str) -> HttpResponse:
    """GET shows the answer that `?svar=` asks for and changes nothing; POST takes it.

    The link is the whole right to answer: it opens without signing in, from a mail program that has no cookies.
    """
    response = _by_link(request, short, token)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _by_link(request: HttpRequest, short: str, token: str) -> HttpResponse:
    where = client_ip(request)
    here = f"{where} {short.lower()} {token}"
    if WRONG_LINKS.spent(where) and not OPENED_HERE.spent(here):
        return render(request, "429.html", status=429)
    meeting, endpoint = _meeting(short), _endpoint(token)
    if meeting is None or endpoint is None or not answering.by_link(endpoint, meeting):
        WRONG_LINKS.count(where)
        return render(request, "meet/answer_unknown.html", status=404)
    OPENED_HERE.count(here)
    with override(_language(request, endpoint)):
        return _answered(request, meeting, endpoint.user)


def _answered(request: HttpRequest, meeting: Meeting, user: User) -> HttpResponse:
    if not meeting.takes_answers:
        return render(request, "meet/answer_over.html", {"meeting": meeting}, status=410)
    earlier = answering.earlier_answer(user, meeting)
    form = AnswerForm.opened(meeting, earlier, request.GET.get("svar", ""))
    given = None
    if request.method == "POST":
        form = AnswerForm(request.POST, meeting=meeting)
        try:
            given = _taken(form, meeting, user, Answer.Way.LINK)
        except TooLate:
            meeting.refresh_from_db()
            return render(request, "meet/answer_over.html", {"meeting": meeting}, status=410)
    context = _facts(meeting) | {"form": form, "earlier": earlier, "given": given}
    return render(request, "meet/answer.html", context)


@require_POST
@login_required
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answer from the meeting's page."""
    user = cast("User", request.user)
    meeting = access.meeting(user, public_id)
    if not access.may_answer(user, meeting):
        raise PermissionDenied
    form = AnswerForm(request.POST, meeting=meeting)
    try:
        given = _taken(form, meeting, user, Answer.Way.PAGE)
    except TooLate:
        messages.warning(request, _("The meeting is over or cancelled, so your answer was not taken."))
        return redirect("meet:meeting", public_id)
    if given is None:
        context = _facts(meeting) | {"form": form, "earlier": answering.earlier_answer(user, meeting)}
        return render(request, "meet/answer.html", context | {"back": True})
    messages.success(request, _("Your answer is saved. You can change it until the meeting."))
    return redirect("meet:meeting", public_id)


@require_POST
@login_required
def type_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An answer that came to the organisers by phone or on paper."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id)
    form = TypeInForm(request.POST, meeting=meeting)
    if form.is_valid():
        try:
            answering.type_in(meeting=meeting, **form.said, way=form.cleaned_data["way"], by=user)
        except TooLate:
            messages.warning(request, _("The meeting is over or cancelled, so the answer was not taken."))
            return redirect("meet:meeting", public_id)
        except Full as full:
            form.refuse(full)
        else:
            messages.success(request, _("The answer is counted."))
            return redirect("meet:meeting", public_id)
    return render(request, "meet/type_in.html", {"meeting": meeting, "form": form})


def _taken(form: AnswerForm, meeting: Meeting, user: User, way: str) -> Answer | None:
    """The answer, written down; None when the form must be shown again. Raises TooLate."""
    if not form.is_valid():
        return None
    try:
        return answering.answer(meeting=meeting, user=user, is_coming=form.is_coming, **form.said, way=way)
    except Full as full:
        form.refuse(full)
        return None


def _facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "text": meeting.text_in(),
        "callers": words.callers(meeting),
        "spoken": words.spoken(meeting),
    }


def _meeting(short: str) -> Meeting | None:
    """The meeting the short name is for; who is a contact must not be read off a link, so theirs have none."""
    try:
        return access.linked_meeting(notice_pk(short, ANSWERS))
    except Http404:
        return None


def _endpoint(token: str) -> Endpoint | None:
    # No token holds what cannot be printed, and PostgreSQL would stumble over a NUL.
    known = Endpoint.objects.select_related("user").filter(token=token, user__is_active=True)
    return known.first() if token.isprintable() else None


def _language(request: HttpRequest, endpoint: Endpoint) -> str:
    """The language just chosen on the site, else the one the person gets their notices in."""
    chosen = get_language() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else None
    return chosen or endpoint.user.language
