"""What anybody writes to the district's officer, the code they come back with, and the officer's answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from buildings.models import Organisation
from watch.join.addresses import read_email
from watch.meet.guarding import GuardedField
from watch.models import Suggestion
from watch.track.forms import bare_helper

State = Suggestion.State


class SuggestionForm(forms.Form):
    """A view, a tip or an idea."""

    text = GuardedField(
        label=_("What do you want to say?"),
        max_length=2000,
        rows=6,
        help_text=_(
            "Write about the place, not about persons. We stop numbers that point somebody out, but not names."
        ),
    )
    email = forms.CharField(
        label=_("E-mail, if you want the answer there"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_(
            "You may leave it empty. Then you get a code to come back with. The officer does not see the address."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_email(self) -> str:
        """The address in lower case, or nothing."""
        typed = self.cleaned_data["email"].strip()
        return read_email(typed) if typed else ""


class CodeForm(forms.Form):
    """The code somebody got when they wrote."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr", "class": "field-code"}
        ),
        help_text=_("Twelve letters and digits. Capitals and spaces do not matter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class AnswerForm(forms.Form):
    """What the officer does with it."""

    state = forms.ChoiceField(
        label=_("What do you do with it?"),
        widget=forms.RadioSelect,
        choices=[
            (State.ANSWERED, _("answer")),
            (State.THANKED, _("thank for it")),
            (State.PASSED_ON, _("pass it on, in your own words")),
        ],
    )
    answer = GuardedField(label=_("Your answer"), max_length=1500, rows=5, required=False)
    passed_to = forms.ModelChoiceField(Organisation.objects.none(), label=_("Pass on to"), required=False)
    passed_words = GuardedField(
        label=_("What they need to know"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("They read this and not what was written to you. Leave out what could tell who wrote."),
    )

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passed_to"].queryset = suggestion.district.organisations.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """An answer has words; what is passed on has words and a reader."""
        data = super().clean() or {}
        state = data.get("state")
        if state == State.ANSWERED and not data.get("answer"):
            self.add_error("answer", _("Write your answer."))
        if state == State.PASSED_ON:
            for name in ("passed_to", "passed_words"):
                if not data.get(name):
                    self.add_error(name, _("This is needed to pass it on."))
        elif state:
            data["passed_to"], data["passed_words"] = None, ""
        return data
