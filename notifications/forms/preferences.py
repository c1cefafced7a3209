"""What people choose about what they get, validated and nothing else."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line
from notifications.models import Endpoint


class PreferenceForm(forms.Form):
    """What a person wants on one of the ways to reach them."""

    wants = forms.ChoiceField(label=_("What do you want to get?"), widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None, *, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        super().__init__(data, initial={"wants": endpoint.wants}, prefix=f"way-{endpoint.pk}")
        cast("forms.ChoiceField", self.fields["wants"]).choices = [
            (Endpoint.Wants.ALL, _("Everything")),
            (Endpoint.Wants.URGENT, _("Only urgent notices")),
            (Endpoint.Wants.NOTHING, _("Nothing")),
        ]


class PersonForm(forms.Form):
    """What a person is called, and their language."""

    name = TidyField(
        tidy=one_line,
        label=_("What shall we call you?"),
        max_length=60,
        required=False,
        help_text=_("Any name. It does not have to be your real one."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
