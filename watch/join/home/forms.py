"""Forms of a person's own pages: they validate what was pressed or typed, nothing else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Endpoint
from watch.join.forms import CodeForm
from watch.join.home import agreements, questions


class AgreementForm(forms.Form):
    """One press at one agreement."""

    key = forms.CharField(max_length=60)
    answer = forms.ChoiceField(
        choices=[(value, value) for value in (agreements.YES, agreements.NO, Endpoint.Wants.ALL, Endpoint.Wants.URGENT)]
    )


class QuestionForm(forms.Form):
    """One press at a changed text."""

    purpose = forms.ChoiceField(choices=[(purpose, purpose) for purpose in questions.versions()])
    answer = forms.ChoiceField(choices=[(value, value) for value in (questions.YES, questions.NO, questions.LATER)])


class NewAddressForm(CodeForm):
    """The code from a new address, and what the person wants there; nothing is chosen for them."""

    wants = forms.ChoiceField(
        label=_("What do you want to get there?"),
        choices=[
            (Endpoint.Wants.ALL, _("All notices for my stairwell")),
            (Endpoint.Wants.URGENT, _("Only what I should be aware of or act on now")),
            (Endpoint.Wants.NOTHING, _("Nothing. I only sign in with it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to get.")},
    )
