"""What people type about a notice after it was written, validated and nothing else."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, plain_lines
from notifications.forms.texts import LANGUAGES
from notifications.models import Notice
from notifications.wording import numbers_in_order

OWN_WORDS = 400


class CallOffForm(forms.Form):
    """The sender's own words after the ready ones, by language, when there may be any."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, notice: Notice, with_words: bool) -> None:
        super().__init__(data)
        self.notice = notice
        self.used = LANGUAGES if with_words else []
        for language in self.used:
            info = get_language_info(language)
            rtl = info["bidi"]
            self.fields[f"word_{language}"] = TidyField(
                tidy=(lambda typed: numbers_in_order(plain_lines(typed))) if rtl else plain_lines,
                label=str(info["name_local"]).capitalize(),
                max_length=OWN_WORDS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language, "dir": "rtl" if rtl else "ltr"}),
            )

    def own_words(self) -> dict[str, str]:
        """What was typed, by language."""
        typed = {language: self.cleaned_data[f"word_{language}"] for language in self.used}
        return {language: words for language, words in typed.items() if words}


class ReturnForm(forms.Form):
    """Why a colleague's notice goes back."""

    word = TidyField(
        tidy=plain_lines,
        label=_("What should be changed?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your colleagues read it after signing in. It is not sent by mail."),
        error_messages={"required": _("Write a word on what should be changed.")},
    )

    use_required_attribute = False


class TestForm(forms.Form):
    """In which of the notice's languages a test goes out; all of them unless one is chosen."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, widget=forms.Select(attrs={"class": "form-select mb-3"})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, notice: Notice) -> None:
        super().__init__(data)
        written = {text.language for text in notice.texts.all()}
        self.written = [language for language in LANGUAGES if language in written]
        names = [(code, name) for code, name in settings.LANGUAGES if code in written]
        cast("forms.ChoiceField", self.fields["language"]).choices = [("", _("All its languages")), *names]

    def languages(self) -> list[str]:
        """The languages asked for."""
        chosen = self.cleaned_data["language"]
        return [chosen] if chosen else self.written
