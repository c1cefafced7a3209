"""Noting which contacts were at a training or a gathering."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from buildings.access import scope
from buildings.models import Contact, StaffMember, User
from buildings.models.contacts import ContactQuerySet
from watch.meet import access, attending
from watch.meet.errors import TooEarly, TooLate
from watch.models import Attendance, Meeting


class AttendanceForm(forms.Form):
    """Contacts by alias, one box each; `before` are those that were ticked when it was shown."""

    came = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who was there"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Somebody you ticked was not meant to come. Look again.")},
    )
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {contact.pk: contact for contact in contacts}
        field: Any = self.fields["came"]
        field.choices = [(contact.pk, _label(contact)) for contact in contacts]

    def clean_before(self) -> list[int]:
        """The keys; what is no key was never ticked."""
        return [int(key) for key in self.cleaned_data["before"].split(",") if key.isdecimal() and len(key) < 18]

    @property
    def ticked(self) -> list[Contact]:
        """The contacts who came."""
        return [self.contacts[pk] for pk in self.cleaned_data["came"]]


def _label(contact: Contact) -> str:
    where, stage = contact.stairwell.name, contact.get_state_display()
    return f"{contact.alias}, {where} ({stage})"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The list to tick, for police and city."""
    user = cast("User", request.user)
    meeting = access.trained_meeting(user, public_id)
    if not meeting.has_begun or meeting.is_draft or meeting.is_cancelled:
        return _not_now(request, meeting)
    expected = attending.expected(user, meeting)
    if request.method == "POST":
        return _save(request, meeting, expected)
    noted = list(Attendance.objects.filter(meeting=meeting).values_list("contact", flat=True))
    shown = {"came": noted, "before": ",".join(str(pk) for pk in noted)}
    return _page(request, meeting, AttendanceForm(initial=shown, contacts=list(expected)))


def _save(request: HttpRequest, meeting: Meeting, expected: ContactQuerySet) -> HttpResponse:
    form = AttendanceForm(request.POST, contacts=list(expected))
    if not form.is_valid():
        return _page(request, meeting, form)
    staff = cast("StaffMember", scope(request.user).staff)
    try:
        noted = attending.note(meeting=meeting, staff=staff, came=form.ticked, before=form.cleaned_data["before"])
    except (TooEarly, TooLate):
        return _not_now(request, meeting)
    said = ngettext("Saved. %(number)s contact was there.", "Saved. %(number)s contacts were there.", noted.came)
    messages.success(request, said % {"number": noted.came})
    if noted.trained:
        said = ngettext(
            "%(number)s of them has the training noted now.",
            "%(number)s of them have the training noted now.",
            noted.trained,
        )
        messages.success(request, said % {"number": noted.trained})
    return redirect("meet:meeting", meeting.public_id)


def _not_now(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.warning(request, _("Who was there can be noted when the meeting has begun, and was not cancelled."))
    return redirect("meet:meeting", meeting.public_id)


def _page(request: HttpRequest, meeting: Meeting, form: AttendanceForm) -> HttpResponse:
    return render(request, "meet/attendance.html", {"meeting": meeting, "form": form})
