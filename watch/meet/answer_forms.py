"""Forms for answers: one's own, and one that came by phone or on paper. They validate and do nothing else."""

from typing import Any, Self

from babel import Locale, UnknownLocaleError
from django import forms
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from watch.meet.errors import Full
from watch.models import Answer, Meeting

YES, NO = "ja", "nej"
# More than these come as two answers, or after a call: a typing error must not fill the room.
MOST = 20
SIGNED = "swl"
# What interpreters are asked for in; a list, so that nobody's name is written there. Sign language stands first.
# fmt: off
INTERPRETED = (
    "am", "ar", "bg", "bs", "ckb", "cs", "de", "en", "es", "et", "fa", "fi", "fr",
    "hr", "hu", "ka", "kmr", "lt", "lv", "pl", "prs", "ps", "pt", "ro", "ru", "sk",
    "so", "sq", "sr", "sw", "th", "ti", "tr", "uk", "ur", "vi", "zh",
)
# fmt: on
# Languages CLDR calls by another code than interpreters do.
_KNOWN_AS = {"kmr": "ku", "prs": "fa_AF"}


def language_name(code: str) -> str:
    """A language's name in the language that is active."""
    if code == SIGNED:
        return gettext("Swedish Sign Language")
    known_as = _KNOWN_AS.get(code, code)
    try:
        names = Locale.parse(get_language() or "sv", sep="-").languages
    except (UnknownLocaleError, ValueError):
        names = Locale.parse("en").languages
    return str(names.get(known_as) or Locale.parse("en").languages.get(known_as) or code)


def interpreter_choices() -> list[tuple[str, str]]:
    """No interpreter first, then sign language, then the languages by name."""
    spoken = sorted(((code, language_name(code)) for code in INTERPRETED), key=lambda choice: choice[1].casefold())
    return [("", gettext("No, I need no interpreter")), (SIGNED, language_name(SIGNED)), *spoken]


def _people(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": MOST}),
        error_messages={
            "invalid": _("Write a number, such as 2."),
            "min_value": _("Write 0 or more."),
            "max_value": _("One answer is for at most %(limit_value)s. Are you more? Ask the organiser."),
        },
    )


class PeopleForm(forms.Form):
    """How many come, and whether they need an interpreter."""

    adults = _people(_("Adults"))
    children = _people(_("Children"))
    interpreter = forms.ChoiceField(label=_("Do you need an interpreter?"), required=False, choices=interpreter_choices)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not meeting.interpreter:
            del self.fields["interpreter"]
        if not meeting.children_welcome:
            del self.fields["children"]

    @property
    def said(self) -> dict[str, Any]:
        """The numbers as the service takes them."""
        return {
            "adults": self.cleaned_data.get("adults") or 0,
            "children": self.cleaned_data.get("children") or 0,
            "interpreter": self.cleaned_data.get("interpreter", ""),
        }

    def clean(self) -> dict[str, Any]:
        """Somebody must come."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("adults") or data.get("children")):
            self.add_error("adults", gettext("Write how many come, 1 or more."))
        return data

    def refuse(self, full: Full) -> None:
        """Say that there are not so many seats; what was typed stays."""
        if not full.left:
            self.add_error(None, gettext("There are no seats left."))
            return
        words = ngettext("There is only %(left)s seat left.", "There are only %(left)s seats left.", full.left) % {
            "left": full.left
        }
        self.add_error(None, words)


class AnswerForm(PeopleForm):
    """One's own answer: yes with how many, or no."""

    svar = forms.ChoiceField(
        label=_("Are you coming?"),
        choices=[(YES, _("Yes, I am coming")), (NO, _("No, I cannot come"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    field_order = ("svar", "adults", "children", "interpreter")

    @classmethod
    def opened(cls, meeting: Meeting, earlier: Answer | None, asked: str = "") -> Self:
        """The form with what the link says filled in, else what the person has said before, else a yes for one."""
        says_yes = earlier is None or earlier.is_coming
        filled = {"svar": asked if asked in (YES, NO) else YES if says_yes else NO, "adults": 1, "children": 0}
        if earlier and earlier.is_coming:
            filled |= {"adults": earlier.adults, "children": earlier.children, "interpreter": earlier.interpreter}
        return cls(meeting=meeting, initial=filled)

    @property
    def is_coming(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.cleaned_data["svar"] == YES)

    def clean(self) -> dict[str, Any]:
        """Who does not come need not say how many."""
        if self.cleaned_data.get("svar") == NO:
            for name in ("adults", "children", "interpreter"):
                self.errors.pop(name, None)
            return self.cleaned_data
        return super().clean()


class TypeInForm(PeopleForm):
    """An answer somebody gave by phone or on paper; no name is asked for, and none is kept."""

    way = forms.ChoiceField(
        label=_("How it came"),
        choices=[(way.value, way.label) for way in (Answer.Way.PHONE, Answer.Way.PAPER)],
        widget=forms.RadioSelect,
        initial=Answer.Way.PHONE,
    )
    field_order = ("way", "adults", "children", "interpreter")
