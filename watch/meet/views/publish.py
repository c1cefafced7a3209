"""Reading the minutes through before others can, taking them back, and printing them for the board."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.models import User
from watch.meet import access, publishing, words
from watch.meet.errors import Changed, Marked
from watch.meet.publish_forms import PublishForm
from watch.models import Action, Meeting, Record
from watch.present.prints.summaries import summary as printed_summary

# What fits on one sheet.
MOST_ACTIONS = 12


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The two parts of the minutes, and whether they can be read."""
    user = cast("User", request.user)
    meeting = access.written_meeting(user, public_id)
    record = Record.objects.filter(meeting=meeting).prefetch_related("presences__organisation").first()
    if record is None:
        messages.warning(request, _("Write down the meeting first. Then others can read about it."))
        return redirect("meet:record" if meeting.has_begun else "meet:meeting", meeting.public_id)
    if request.method != "POST":
        shown = {name: getattr(record, name) for name in ("version", "public_minutes", "minutes")}
        return _page(request, meeting, record, PublishForm(initial=shown, is_public=meeting.is_public))
    if request.POST.get("action") == "withdraw":
        publishing.withdraw(record=record, user=user)
        messages.success(request, _("Taken back. Only those who organise the meeting can read it now."))
        return redirect("meet:publish", meeting.public_id)
    return _save(request, meeting, record)


def _save(request: HttpRequest, meeting: Meeting, record: Record) -> HttpResponse:
    form = PublishForm(request.POST, is_public=meeting.is_public)
    if not form.is_valid():
        return _page(request, meeting, record, form)
    publishes = request.POST.get("action") == "publish"
    try:
        publishing.save(
            record=record,
            user=cast("User", request.user),
            parts=form.parts,
            seen_version=form.cleaned_data["version"],
            publish=publishes,
        )
    except Changed:
        # Looked at now, so the next press saves over it.
        form.data = {**request.POST.dict(), "version": str(record.version)}
        return _page(request, meeting, record, form, is_changed=True)
    except Marked:
        # Only when the list of published numbers has become shorter between the form and the save.
        form.add_error(None, _("Something in it points somebody out. Take it away."))
        return _page(request, meeting, record, form)
    if not publishes:
        messages.success(request, _("Saved."))
        return redirect("meet:publish", meeting.public_id)
    messages.success(request, _("Published. Those the meeting was for can read it on its page."))
    return redirect("meet:meeting", meeting.public_id)


def _page(
    request: HttpRequest, meeting: Meeting, record: Record, form: PublishForm, *, is_changed: bool = False
) -> HttpResponse:
    context = {"meeting": meeting, "record": record, "form": form, "theirs": record if is_changed else None}
    return render(request, "meet/publish.html", context)


@never_cache
@require_safe
@login_required
def summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What became of the meeting, on one sheet for the stairwell's board."""
    record = access.summary(cast("User", request.user), public_id)
    actions = Action.objects.filter(meeting=record.meeting).select_related("organisation").order_by("due_on", "pk")
    # A board is read by whoever comes through the door.
    minutes = record.public_minutes if record.meeting.is_public else record.minutes
    callers = words.callers(record.meeting)
    return printed_summary(record, minutes=minutes, callers=callers, actions=actions[:MOST_ACTIONS]).answer()
