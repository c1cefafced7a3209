"""What people choose about what they get, validated and nothing else.

A choice that is missing from what was sent, as from a page opened before there was one, stays as it was.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line
from notifications.models import Endpoint, Rhythm
from notifications.rhythm import NONE, read_hours

WORDS, NEUTRAL = "words", "neutral"
# What is filled in for somebody who has no quiet hours and would like some.
A_NIGHT = read_hours("21:00-08:00")


class PreferenceForm(forms.Form):
    """What a person wants on one of the ways to reach them, and what others may see there."""

    wants = forms.ChoiceField(label=_("What do you want to get?"), widget=forms.RadioSelect)
    shown = forms.ChoiceField(
        label=_("What may others see?"),
        choices=[(WORDS, _("The notice itself")), (NEUTRAL, _("Only that there is a new notice"))],
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "If somebody else may see your screen or your mail, choose the second. Then you sign in to read the notice."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        initial = {"wants": endpoint.wants, "shown": WORDS if endpoint.show_words else NEUTRAL}
        super().__init__(data, initial=initial, prefix=f"way-{endpoint.pk}")
        cast("forms.ChoiceField", self.fields["wants"]).choices = [
            (Endpoint.Wants.ALL, _("Everything")),
            (Endpoint.Wants.URGENT, _("Only urgent notices")),
            (Endpoint.Wants.NOTHING, _("Nothing")),
        ]

    @property
    def shows_words(self) -> bool:
        """Whether others may see the notice itself."""
        chosen = self.cleaned_data["shown"]
        return chosen == WORDS if chosen else self.endpoint.show_words


class ClockInput(forms.TimeInput):
    """Hours and minutes, by the browser's own clock where it has one."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _clock(label: Any) -> forms.TimeField:
    formats = ["%H:%M", "%H:%M:%S", "%H.%M"]
    errors = {"invalid": _("Write a time of day, such as 21:00.")}
    return forms.TimeField(
        label=label, widget=ClockInput(), input_formats=formats, required=False, error_messages=errors
    )


class RhythmForm(forms.Form):
    """At which hours a person wants to hear from us; `has_mail` offers the daily mail."""

    QUIET, ANY_HOUR = "quiet", "any-hour"
    EACH, DAILY = "each", "daily"

    quiet = forms.ChoiceField(
        label=_("Do you want quiet hours?"),
        choices=[(QUIET, _("Yes, between the times below")), (ANY_HOUR, _("No, write to me at any hour"))],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Notices wait until the quiet hours are over. Only an alert, when you must act now, comes anyway."),
    )
    quiet_from = _clock(_("Quiet from"))
    quiet_until = _clock(_("Quiet until"))
    digest = forms.ChoiceField(
        label=_("How do you want your mails?"),
        choices=[(EACH, _("Each notice when it comes")), (DAILY, _("One mail a day with everything"))],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("An alert comes at once anyway, and so does a notice that would be over by then."),
    )
    digest_at = _clock(_("The daily mail comes at"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, rhythm: Rhythm, has_mail: bool) -> None:
        self.rhythm = rhythm
        hours = rhythm.quiet_from, rhythm.quiet_until
        is_quiet = hours[0] != hours[1]
        shown = hours if is_quiet else A_NIGHT
        initial = {
            "quiet": self.QUIET if is_quiet else self.ANY_HOUR,
            "quiet_from": shown[0],
            "quiet_until": shown[1],
            "digest": self.DAILY if rhythm.digest else self.EACH,
            "digest_at": rhythm.digest_at,
        }
        super().__init__(data, initial=initial, prefix="rhythm")
        if not has_mail:
            del self.fields["digest"], self.fields["digest_at"]

    def clean(self) -> dict[str, Any]:
        """Times that are asked for must be there, and quiet hours last a while."""
        given = self.cleaned_data
        if given.get("quiet") == self.QUIET:
            start, end = self._time("quiet_from"), self._time("quiet_until")
            if start and start == end:
                self.add_error("quiet_until", _("The quiet hours begin and end at the same time. Change one of them."))
        if given.get("digest") == self.DAILY:
            self._time("digest_at")
        return given

    def _time(self, name: str) -> time | None:
        if name in self.cleaned_data and self.cleaned_data[name] is None:
            self.add_error(name, _("Write a time of day, such as 21:00."))
        return cast("time | None", self.cleaned_data.get(name))

    def chosen(self) -> Rhythm:
        """The rhythm as it was chosen, not saved."""
        given, was = self.cleaned_data, self.rhythm
        hours = {self.QUIET: (given["quiet_from"], given["quiet_until"]), self.ANY_HOUR: NONE}.get(
            given["quiet"], (was.quiet_from, was.quiet_until)
        )
        digest = given.get("digest")
        return Rhythm(
            user=was.user,
            quiet_from=hours[0],
            quiet_until=hours[1],
            digest=digest == self.DAILY if digest else was.digest,
            digest_at=given.get("digest_at") or was.digest_at,
        )


class PersonForm(forms.Form):
    """What a person is called, and their language."""

    name = TidyField(
        tidy=one_line,
        label=_("What shall we call you?"),
        max_length=60,
        required=False,
        help_text=_("Any name. It does not have to be your real one."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
