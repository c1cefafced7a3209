"""The form that tells that a page is hard to use: it validates what was typed, nothing else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.wording import check, published_numbers
from watch.join.addresses import Address, read_address


class BarrierForm(forms.Form):
    """What does not work, and where to answer, if anywhere."""

    words = forms.CharField(
        label=_("What does not work?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Say which page it is and what you use, for example a screen reader. Name nobody."),
        error_messages={
            "required": _("Write what does not work."),
            "max_length": _("Write at most 2,000 characters."),
        },
    )
    answer_to = forms.CharField(
        label=_("Where shall we answer?"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none", "dir": "ltr"}),
        help_text=_("An e-mail address or a mobile number. Leave it empty if you want no answer."),
    )

    def clean_words(self) -> str:
        """The words, without a number that points anyone out."""
        words: str = self.cleaned_data["words"].strip()
        if findings := check(words, published_numbers()):
            raise ValidationError([finding.reason for finding in findings])
        return words

    def clean_answer_to(self) -> Address | None:
        """The address, or None."""
        typed: Any = self.cleaned_data["answer_to"]
        return read_address(typed) if typed else None
