"""A contact's neighbour meeting: a shared place and a time to choose, and nothing to write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import District
from watch.meet.facts import Facts
from watch.meet.forms.times import clock_field, day_field, to_come
from watch.models import Meeting, Venue


class NeighbourForm(forms.Form):
    """Where and when; the meeting takes an hour, and its words are Trappan's."""

    venue = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Venue.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a place."),
            "invalid_choice": _("That place cannot be chosen any more. Choose another."),
        },
    )
    day = day_field(_("Day"))
    starts = clock_field(_("Starts"), help_text=_("The meeting takes an hour. Swedish time."))

    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, district: District, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        venues = Venue.objects.shared().filter(district=district)
        cast("forms.ModelChoiceField[Venue]", self.fields["venue"]).queryset = venues

    def clean(self) -> dict[str, Any]:
        """`starts_at` besides what was typed."""
        data = super().clean() or self.cleaned_data
        if data.get("day") and data.get("starts") is not None:
            try:
                data["starts_at"] = to_come(data["day"], data["starts"])
            except forms.ValidationError as error:
                self.add_error("starts" if data["day"] == timezone.localdate() else "day", error)
        return data

    def facts(self) -> Facts:
        """Time and place of a valid form."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        return Facts.at(self.cleaned_data["venue"], starts_at)


def at_now(meeting: Meeting) -> dict[str, Any]:
    """Where and when the meeting is, as the form's initial values."""
    starts = timezone.localtime(meeting.starts_at)
    return {"venue": meeting.venue_id, "day": starts.date(), "starts": starts.time()}
