"""A meeting's kind, title and agenda in each language, as people type them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line, plain_lines
from notifications.wording import check, numbers_in_order, published_numbers
from watch.meet.ready import KINDS
from watch.models import Meeting

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TOO_LONG = _("This is %(show_value)s characters, and %(limit_value)s fit. Shorten it.")


@dataclass(frozen=True)
class TextFields:
    """One language's pair of fields."""

    language: str
    name: str
    title: forms.BoundField
    agenda: forms.BoundField

    @property
    def name_here(self) -> str:
        """What the language is called in the reader's own."""
        name = str(get_language_info(self.language)["name_translated"])
        # Swedish alone writes it small within a sentence.
        return name.lower() if get_language() == "sv" else name

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong in the pair."""
        return bool(self.title.errors or self.agenda.errors)


class TextsForm(forms.Form):
    """Kind, and pairs of fields named `title_sv`, `agenda_sv` and so on; Swedish is always asked for.

    Words that are still exactly another kind's ready-made ones follow the kind that is chosen, so that changing the
    kind and nothing else needs no script.
    """

    kind = forms.ChoiceField(
        label=_("What kind of meeting is it?"),
        choices=Meeting.Kind.choices,
        error_messages={"required": _("Choose what kind of meeting it is.")},
    )

    use_required_attribute = False
    # What the personal-data guard reads, besides the words in every language.
    guarded: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        for language in LANGUAGES:
            self._add_text(language)

    def _add_text(self, language: str) -> None:
        is_swedish = language == "sv"
        is_rtl = get_language_info(language)["bidi"]
        attrs = {"lang": language, "dir": "rtl" if is_rtl else "ltr"}
        self.fields[f"title_{language}"] = TidyField(
            tidy=(lambda typed: numbers_in_order(one_line(typed))) if is_rtl else one_line,
            label=_("Title"),
            max_length=80,
            required=is_swedish,
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": _("Write a title in Swedish."), "max_length": TOO_LONG},
        )
        agenda = TidyField(
            tidy=(lambda typed: numbers_in_order(plain_lines(typed))) if is_rtl else plain_lines,
            label=_("What you will talk about"),
            max_length=1500,
            required=False,
            widget=forms.Textarea(attrs={**attrs, "rows": 10 if is_swedish else 8}),
            error_messages={"max_length": TOO_LONG},
        )
        # A browser would cut a long text off without a word.
        agenda.widget.attrs.pop("maxlength", None)
        self.fields[f"agenda_{language}"] = agenda

    def text_fields(self) -> list[TextFields]:
        """The pairs of fields, Swedish first."""
        return [
            TextFields(
                language,
                get_language_info(language)["name_local"],
                self[f"title_{language}"],
                self[f"agenda_{language}"],
            )
            for language in LANGUAGES
        ]

    def clean(self) -> dict[str, Any]:
        """A title wherever there is an agenda, and nothing that points a person out."""
        data = super().clean() or self.cleaned_data
        for language in LANGUAGES:
            self._follow_kind(data, language)
            if data.get(f"title_{language}") == "" and data.get(f"agenda_{language}"):
                self.add_error(f"title_{language}", _("Write a title too, or take away the text."))
        self._guard(data)
        return data

    def _follow_kind(self, data: dict[str, Any], language: str) -> None:
        names = (f"title_{language}", f"agenda_{language}")
        typed = (data.get(names[0]), data.get(names[1]))
        chosen = data.get("kind")
        if chosen and any(typed == ready.texts[language] for kind, ready in KINDS.items() if kind != chosen):
            data.update(zip(names, KINDS[Meeting.Kind(chosen)].texts[language], strict=True))

    def _guard(self, data: dict[str, Any]) -> None:
        names = [f"{part}_{language}" for language in LANGUAGES for part in ("title", "agenda")]
        marked = [name for name in (*names, *self.guarded) if check(data.get(name) or "")]
        # Most meetings name no number, and then the list of published ones need not be read.
        published = published_numbers() if marked else ()
        for name in marked:
            for finding in check(data[name], published):
                found = {"found": finding.text, "reason": finding.reason}
                self.add_error(name, _now("“%(found)s”: %(reason)s") % found)

    def clean_texts(self) -> dict[str, tuple[str, str]]:
        """Title and agenda of a valid form, by language."""
        data = self.cleaned_data
        return {
            language: (data[f"title_{language}"], data[f"agenda_{language}"])
            for language in LANGUAGES
            if data[f"title_{language}"]
        }
