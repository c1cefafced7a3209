"""Forms of a person's own pages: they validate what was pressed or typed, nothing else."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from buildings.models import tidy_code
from notifications.models import Endpoint
from watch.join.forms import CodeForm
from watch.join.home import agreements, questions

# A code with spaces in it; what is longer is an invitation.
LONGEST_TYPED = 16


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


class MoveForm(forms.Form):
    """What opens the new stairwell: a code from its poster or the flat's letter, or the link of an invitation."""

    code = forms.CharField(
        label=_("The code on the poster or in the letter, or the link you were sent"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=_("Capital or small letters and spaces do not matter in a code."),
        error_messages={"required": _("Write the code that is on the poster in your new stairwell.")},
    )

    def clean_code(self) -> str:
        """The code as it is stored: of a link its last part."""
        typed = self.cleaned_data["code"].strip()
        # An invitation's own code is longer than any other and has small letters that matter.
        is_invitation = "/" in typed or len(typed) > LONGEST_TYPED
        code = typed.rstrip("/").rpartition("/")[2] if is_invitation else tidy_code(typed)
        if not code:
            raise ValidationError(_("Write the code that is on the poster in your new stairwell."), code="required")
        return code
