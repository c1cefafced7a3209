"""The form of the minutes' two parts: it validates what was typed, nothing else."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from watch.meet.guarding import GuardedField


class PublishForm(forms.Form):
    """What everybody may read, and what those may who were invited."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    public_minutes = GuardedField(
        label=_("For everybody"),
        max_length=5000,
        rows=8,
        required=False,
        help_text=_("Anyone can read it, signed in or not. The check finds numbers, never names: read it once more."),
    )
    minutes = GuardedField(
        label=_("For those who were invited"),
        max_length=5000,
        rows=8,
        required=False,
        help_text=_("Read after sign-in by those the meeting was for. Name nobody."),
    )

    def __init__(self, *args: Any, is_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_public:
            del self.fields["public_minutes"]

    @property
    def parts(self) -> dict[str, str]:
        """The texts, by the record's fields."""
        return {name: text for name, text in self.cleaned_data.items() if name != "version"}
