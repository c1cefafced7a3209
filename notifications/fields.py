"""Form fields that tidy what is typed before its length is counted."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

# Signs that turn the order of letters around, so that digits typed backwards pass the guard and read as a number.
# Those that only keep a word apart from the line around it stay: right-to-left texts need them.
TURNING = dict.fromkeys(range(0x202A, 0x202F))
CONTROL = dict.fromkeys((sign for sign in (*range(1, 0x20), *range(0x7F, 0xA0)) if chr(sign) not in "\t\n"), " ")


def one_line(typed: str) -> str:
    """The text on one line, so that it can stand in a mail's subject."""
    return " ".join(plain_lines(typed).split())


def plain_lines(typed: str) -> str:
    """The text with plain line breaks, each one character whatever the browser sent, and every letter in its place."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return lines.translate(TURNING).translate(CONTROL).strip()


class TidyField(forms.CharField):
    """A text field whose value is tidied before its length is counted."""

    def __init__(self, *, tidy: Callable[[str], str], **kwargs: Any) -> None:
        self.tidy = tidy
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The tidy text."""
        return self.tidy(str(super().to_python(value) or ""))


class PlacesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several places by primary key; a number no database column holds is refused like any other wrong one."""

    def clean(self, value: Any) -> Any:
        """The places chosen."""
        if any(not str(key).isdecimal() or len(str(key)) > 18 for key in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class LocalTimeField(forms.DateTimeField):
    """A date and time as the clock on the wall shows it (settings.TIME_ZONE), summer time or not.

    The hour that comes twice in autumn is taken the first time. The one that never comes in spring is refused.
    """

    def to_python(self, value: Any) -> datetime | None:
        """The moment that is meant."""
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
        typed = parse_datetime(str(value).strip())
        meant = typed and typed.replace(tzinfo=timezone.get_current_timezone(), fold=0)
        if meant and meant.astimezone(UTC).astimezone(meant.tzinfo).replace(tzinfo=None) == typed:
            return meant
        raise forms.ValidationError(
            _("There is no such hour: the clocks are put forward that night. Choose another time."), code="no_such_hour"
        )
