"""The personal-data guard for what is written about a meeting, beside the field and once more before it is saved."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line, plain_lines
from notifications.wording import Kind, check, published_numbers
from watch.meet.errors import Marked

REASONS = {
    Kind.IDENTITY: _("This looks like an identity number. Nobody may be pointed out. Take it away."),
    Kind.VEHICLE: _("This looks like the registration number of a vehicle. Its owner can be found. Take it away."),
    Kind.PHONE: _("This phone number is not on the list of published numbers. Take it away, or write a published one."),
}


def findings(text: str) -> list[str]:
    """A sentence for each kind of number that must not stand in the text."""
    kinds = dict.fromkeys(finding.kind for finding in check(text, published_numbers()))
    return [str(REASONS[kind]) for kind in kinds]


def refuse_marked(*texts: str) -> None:
    """Raise Marked when any of the texts points somebody out."""
    published = published_numbers()
    if any(check(text, published) for text in texts if text):
        raise Marked


class GuardedField(TidyField):
    """Words without a number that points anyone out; `rows` makes it several lines."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        attrs = {"dir": "auto"}
        widget = forms.Textarea(attrs=attrs | {"rows": rows}) if rows else forms.TextInput(attrs=attrs)
        kwargs.setdefault("error_messages", {}).setdefault(
            "max_length",
            _("This is too long. Shorten it to %(limit_value)d characters; you have %(show_value)d."),
        )
        super().__init__(tidy=plain_lines if rows else one_line, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """The tidy words. Raises ValidationError with a sentence for each kind of number found."""
        text: str = super().clean(value)
        if text and (found := findings(text)):
            raise ValidationError(found, code="marked")
        return text
