"""The one form of letters: it validates what was typed, nothing else."""

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, plain_lines
from notifications.wording import Kind, check, published_numbers

LONGEST = 1000
REASONS = {
    Kind.IDENTITY: _("This looks like an identity number. Take it away: a letter must not point a person out."),
    Kind.VEHICLE: _("This looks like a registration number. Take it away: its owner can be found."),
    Kind.PHONE: _("This looks like a phone number. Take it away: letters are answered here, and stay without numbers."),
}


def findings(text: str, published: Collection[str]) -> list[str]:
    """A sentence for each kind of number that must not stand in a letter."""
    kinds = dict.fromkeys(finding.kind for finding in check(text, published))
    return [str(REASONS[kind]) for kind in kinds]


class LetterForm(forms.Form):
    """One text, without numbers that point somebody out."""

    text = TidyField(
        tidy=plain_lines,
        label=_("Your letter"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("At most 1 000 characters. Do not write names, phone numbers or what somebody may have done."),
        error_messages={
            "required": _("Write a few words."),
            "max_length": _("This is too long. Shorten it to %(limit_value)d characters; you have %(show_value)d."),
        },
    )

    def clean_text(self) -> str:
        """The words. Raises ValidationError with a sentence for each kind of number found."""
        text: str = self.cleaned_data["text"]
        if found := findings(text, published_numbers()):
            raise ValidationError(found)
        return text
