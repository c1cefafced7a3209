"""What is said, as people type it: what it is about, how urgent it is, a title and a text in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from buildings.access import POLICE, Scope
from notifications.fields import TidyField, one_line, plain_lines
from notifications.models import Notice
from notifications.wording import numbers_in_order

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class TextFields:
    """One language's pair of fields, and what stands in them now."""

    language: str
    name: str
    rtl: bool
    title: forms.BoundField
    body: forms.BoundField

    @property
    def is_used(self) -> bool:
        """Whether anything is typed or wrong in the pair."""
        return bool(self.title.value() or self.body.value() or self.title.errors or self.body.errors)


class WordsForm(forms.Form):
    """Kind, urgency, and pairs of fields named `title_sv`, `body_sv` and so on; Swedish is always asked for.

    An alert (`act now`) is offered to the police alone.
    """

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose")), *Notice.Kind.choices],
        error_messages={"required": _("Choose what the notice is about.")},
    )
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        widget=forms.RadioSelect,
        initial=Notice.Urgency.INFORMATION,
        error_messages={"invalid_choice": _("Only the police can send this kind of notice. Choose another.")},
    )

    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, reach: Scope, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.reach = reach
        cast("forms.ChoiceField", self.fields["urgency"]).choices = self._urgencies()
        for language in LANGUAGES:
            self._add_text(language)

    def _urgencies(self) -> list[tuple[Any, Any]]:
        words = {
            Notice.Urgency.INFORMATION: _("Information – good to know"),
            Notice.Urgency.BE_AWARE: _("Be aware – something has happened, be watchful"),
            Notice.Urgency.ACT_NOW: _("Act now – people must do something at once"),
        }
        return [
            (urgency, label)
            for urgency, label in words.items()
            if urgency != Notice.Urgency.ACT_NOW or self.reach.kind == POLICE
        ]

    def _add_text(self, language: str) -> None:
        is_swedish = language == "sv"
        is_rtl = get_language_info(language)["bidi"]
        attrs = {"lang": language, "dir": "rtl" if is_rtl else "ltr"}
        self.fields[f"title_{language}"] = TidyField(
            tidy=(lambda typed: numbers_in_order(one_line(typed))) if is_rtl else one_line,
            label=_("Title"),
            max_length=90,
            required=is_swedish,
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": _("Write a title in Swedish.")},
        )
        self.fields[f"body_{language}"] = TidyField(
            tidy=(lambda typed: numbers_in_order(plain_lines(typed))) if is_rtl else plain_lines,
            label=_("Text"),
            max_length=2000,
            required=is_swedish,
            widget=forms.Textarea(attrs={**attrs, "rows": 8 if is_swedish else 6}),
            help_text=_("What has happened, where, what should people do, whom do they call?") if is_swedish else "",
            error_messages={"required": _("Write the text in Swedish.")},
        )

    def text_fields(self) -> list[TextFields]:
        """The pairs of fields, Swedish first."""
        infos = [(language, get_language_info(language)) for language in LANGUAGES]
        return [
            TextFields(language, info["name_local"], info["bidi"], self[f"title_{language}"], self[f"body_{language}"])
            for language, info in infos
        ]

    def clean(self) -> dict[str, Any]:
        """Both or neither of a language's title and text."""
        data = super().clean() or self.cleaned_data
        for language in LANGUAGES[1:]:
            title, body = data.get(f"title_{language}"), data.get(f"body_{language}")
            if title == "" and body:
                self.add_error(f"title_{language}", _("Write a title too, or take away the text."))
            if body == "" and title:
                self.add_error(f"body_{language}", _("Write the text too, or take away the title."))
        return data

    def clean_texts(self) -> dict[str, tuple[str, str]]:
        """Title and text of a valid form, by language."""
        data = self.cleaned_data
        return {
            language: (data[f"title_{language}"], data[f"body_{language}"])
            for language in LANGUAGES
            if data[f"title_{language}"]
        }

    def texts(self) -> dict[str, tuple[str, str]]:
        """Title and text by language as typed now, complete or not; languages without a word are left out."""
        typed = {language: (self._tidy(f"title_{language}"), self._tidy(f"body_{language}")) for language in LANGUAGES}
        return {language: pair for language, pair in typed.items() if any(pair)}

    def _tidy(self, name: str) -> str:
        field = cast("TidyField", self.fields[name])
        return field.tidy(str(self[name].value() or ""))
