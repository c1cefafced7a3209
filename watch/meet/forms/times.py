"""Days and hours as the clock on the wall shows them (settings.TIME_ZONE)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.fields import LocalTimeField

AHEAD_AT_MOST = timedelta(days=730)
PASSED = _("This time has already passed. Choose a time to come.")


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day."""
    wrong = {"required": _("Choose a day."), "invalid": _("Write a day, such as 2026-12-04.")}
    return forms.DateField(label=label, widget=DayInput(), error_messages=wrong, **kwargs)


def clock_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of day."""
    wrong = {"required": _("Choose a time."), "invalid": _("Write a time, such as 18:00.")}
    return forms.TimeField(label=label, widget=ClockInput(), error_messages=wrong, **kwargs)


def moment(day: date, clock: time) -> datetime:
    """The moment meant: an hour that comes twice is its first. Raises ValidationError for one that never comes."""
    typed = datetime.combine(day, clock).isoformat(timespec="minutes")
    found: datetime = LocalTimeField().clean(typed)
    return found


def to_come(day: date, clock: time) -> datetime:
    """The same, when it is still to come and not so far away that the year must be a slip; else ValidationError."""
    today = timezone.localdate()
    if day < today:
        raise forms.ValidationError(PASSED)
    if day > today + AHEAD_AT_MOST:
        raise forms.ValidationError(_("This is more than two years away. Look at the year once more."))
    found = moment(day, clock)
    if found <= timezone.now():
        raise forms.ValidationError(PASSED)
    return found


class TimesForm(forms.Form):
    """Day, start and end of a meeting to come."""

    day = day_field(_("Day"))
    starts = clock_field(_("Starts"))
    ends = clock_field(_("Ends"), help_text=_("Swedish time."))

    def clean(self) -> dict[str, Any]:
        """`starts_at` and `ends_at` besides what was typed."""
        data = super().clean() or self.cleaned_data
        if any(data.get(name) is None for name in ("day", "starts", "ends")):
            return data
        try:
            data["starts_at"] = to_come(data["day"], data["starts"])
        except forms.ValidationError as error:
            self.add_error("starts" if data["day"] == timezone.localdate() else "day", error)
        try:
            ends = moment(data["day"], data["ends"]) if "starts_at" in data else None
        except forms.ValidationError as error:
            self.add_error("ends", error)
            return data
        if ends is not None and ends <= data["starts_at"]:
            self.add_error("ends", _("It must end after it starts. Choose a later time."))
        elif ends is not None:
            data["ends_at"] = ends
        return data
