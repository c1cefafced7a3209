"""Writing down a meeting, while it goes on or after."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from buildings.models import User
from watch.meet import access, holding
from watch.meet.errors import Changed, Marked, MeetingError, TooEarly, TooLate
from watch.meet.record_forms import ActionRows, HeadcountForm, MinutesForm
from watch.models import Action, Meeting, Record

# Statuses a script reads: it keeps what was typed unless the answer is 200.
NOT_VALID, CONFLICT = 422, 409
NOT_NOW: dict[type[MeetingError], Any] = {
    TooEarly: gettext_lazy("The meeting has not begun. Write down what happened when it has."),
    TooLate: gettext_lazy("The meeting was cancelled, or nobody is invited yet. There is nothing to write down."),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form of the minutes; from a contact only the headcount."""
    user = cast("User", request.user)
    meeting = access.own_meeting(user, public_id)
    writes = access.may_write(user, meeting)
    if request.method == "POST":
        return _save(request, meeting, _only_numbers(request.POST) if not writes else request.POST, writes=writes)
    if refused := _refused(meeting):
        messages.warning(request, refused)
        return redirect("meet:meeting", meeting.public_id)
    form = _form(meeting, writes=writes, initial=HeadcountForm.first(_saved(meeting)))
    return _page(request, meeting, form, ActionRows(meeting) if writes else None)


def _only_numbers(data: QueryDict) -> QueryDict:
    """What a contact sent. Raises PermissionDenied for words: nothing written by residents goes out here."""
    allowed = {"csrfmiddlewaretoken", *HeadcountForm.base_fields}
    if any(value for name, value in data.items() if name not in allowed):
        raise PermissionDenied
    return data


def _refused(meeting: Meeting) -> str:
    """Why nothing can be written down now, or an empty text."""
    if meeting.is_draft or meeting.is_cancelled:
        return str(NOT_NOW[TooLate])
    return "" if meeting.has_begun else str(NOT_NOW[TooEarly])


def _saved(meeting: Meeting) -> Record | None:
    return Record.objects.filter(meeting=meeting).prefetch_related("presences__organisation").first()


def _form(meeting: Meeting, data: QueryDict | None = None, *, writes: bool, **kwargs: Any) -> HeadcountForm:
    if not writes:
        return HeadcountForm(data, **kwargs)
    return MinutesForm(data, organisers=meeting.organisers.all(), **kwargs)


def _save(request: HttpRequest, meeting: Meeting, data: QueryDict, *, writes: bool) -> HttpResponse:
    form, rows = _form(meeting, data, writes=writes), ActionRows(meeting, data) if writes else None
    if "add" in data and rows:
        return _with_a_row(request, meeting, data, rows)
    if not all([form.is_valid(), rows is None or rows.is_valid()]):
        return _not_taken(request, meeting, form, rows, status=NOT_VALID)
    what = replace(form.minutes, actions=rows.written) if rows else form.minutes
    user = cast("User", request.user)
    try:
        holding.save(meeting=meeting, user=user, what=what, seen_version=form.cleaned_data["version"])
    except Changed:
        return _not_taken(request, meeting, form, rows, status=CONFLICT)
    except Marked:
        # Only when the list of published numbers has become shorter between the form and the save.
        form.add_error(None, _("Something in it points somebody out. Take it away."))
        return _not_taken(request, meeting, form, rows, status=NOT_VALID)
    except (TooEarly, TooLate) as error:
        messages.warning(request, str(NOT_NOW[type(error)]))
        return _done(request, meeting, is_saved=False)
    messages.success(request, _("Saved. The meeting is written down."))
    return _done(request, meeting, is_saved=True)


def _with_a_row(request: HttpRequest, meeting: Meeting, data: QueryDict, rows: ActionRows) -> HttpResponse:
    """The same page with what was typed and one more row, without looking for errors yet."""
    rows.add()
    return _page(request, meeting, _form(meeting, writes=True, initial=data.dict()), rows, is_typed=True)


def _asks_by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _done(request: HttpRequest, meeting: Meeting, *, is_saved: bool) -> HttpResponse:
    if _asks_by_script(request):
        return JsonResponse({"saved": is_saved, "next": reverse("meet:meeting", args=[meeting.public_id])})
    return redirect("meet:meeting", meeting.public_id)


def _not_taken(
    request: HttpRequest, meeting: Meeting, form: HeadcountForm, rows: ActionRows | None, *, status: int
) -> HttpResponse:
    """What was typed, with what is wrong; of two who wrote at once, with what the other has saved."""
    if _asks_by_script(request):
        return JsonResponse({"saved": False}, status=status)
    theirs = _saved(meeting) if status == CONFLICT else None
    if theirs:
        # Looked at now, so the next press saves over it.
        form.data = {**request.POST.dict(), "version": str(theirs.version)}
    return _page(request, meeting, form, rows, theirs=theirs, is_typed=True)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    form: HeadcountForm,
    rows: ActionRows | None,
    *,
    theirs: Record | None = None,
    is_typed: bool = False,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "rows": rows,
        "theirs": theirs,
        "their_actions": Action.objects.filter(meeting=meeting).select_related("organisation") if theirs else (),
        "is_typed": is_typed,
    }
    return render(request, "meet/record.html", context)
