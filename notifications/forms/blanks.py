"""The blanks in a notice's words as a small form beside it: each filled once, for every language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line
from notifications.forms.texts import LANGUAGES
from notifications.ready import blanks
from notifications.ready.blanks import Sort, Value, Words


class BlanksForm(forms.Form):
    """One field for each blank in the words; an empty one stays a blank.

    Args:
        data: What was posted, words and blanks together.
        words: `title_sv`, `body_sv` and so on, posted or as the form begins.
        phone: What a blank for a number begins with.
    """

    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, words: Mapping[str, Any] | None = None, phone: str = ""
    ) -> None:
        super().__init__(data)
        self.names = blanks.names(texts_of(data or words or {}).values())
        for name in self.names:
            self.fields[key_of(name)] = _field(name, phone)

    def values(self) -> dict[str, Value]:
        """What is filled and right, by the blank's name."""
        self.full_clean()
        typed = {name: self.cleaned_data.get(key_of(name)) for name in self.names}
        return {name: value for name, value in typed.items() if value not in (None, "")}


def key_of(name: str) -> str:
    """The name of the field for a blank."""
    return f"blank_{name.replace(' ', '_')}"


def _field(name: str, phone: str) -> forms.Field:
    label = blanks.label(name)
    match blanks.sort_of(name):
        case Sort.DAY:
            return forms.DateField(
                label=label,
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": _("Write a day, such as 2026-12-04.")},
            )
        case Sort.TIME:
            return forms.TimeField(
                label=label,
                required=False,
                input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": _("Write a time, such as 18:00.")},
            )
        case Sort.PHONE:
            widget = forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"})
            return TidyField(
                tidy=one_line, label=label, max_length=30, required=False, initial=phone or None, widget=widget
            )
        case _:
            return TidyField(tidy=one_line, label=label, max_length=60, required=False)


def texts_of(words: Mapping[str, Any]) -> dict[str, Words]:
    """Title and text by language, from posted data or initial values."""
    return {
        language: (str(words.get(f"title_{language}") or ""), str(words.get(f"body_{language}") or ""))
        for language in LANGUAGES
    }


def filled(data: QueryDict) -> QueryDict | None:
    """What was posted, with the values of the blanks put into the words; None when nothing was."""
    if not data:
        return None
    values = BlanksForm(data).values()
    copy = data.copy()
    for language, (title, body) in texts_of(data).items():
        if title or body:
            copy[f"title_{language}"] = blanks.fill(title, values, language)
            copy[f"body_{language}"] = blanks.fill(body, values, language)
    return copy
