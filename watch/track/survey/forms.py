"""The survey's questions, the code that opens them, and a new round."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.models import User
from watch.meet.guarding import GuardedField
from watch.models import SurveyRound
from watch.track.forms import bare_helper
from watch.track.survey.questions import QUESTIONS, SCALE
from watch.track.survey.services import MOST_CODES


class CodeForm(forms.Form):
    """The code on the paper."""

    code = forms.CharField(
        label=_("The code on your paper"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr", "class": "field-code"}
        ),
        help_text=_("Ten letters and digits. Capitals and spaces do not matter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class AnswerForm(forms.Form):
    """Seven questions from 1 to 5, each of which one may leave out, and one in words."""

    words = GuardedField(
        label=_("Is there anything else you want to say?"),
        max_length=1500,
        rows=4,
        required=False,
        help_text=_("Only the city's staff read it. Write about the place, and name nobody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*SCALE, ("", _("do not want to say"))]
        for question in QUESTIONS:
            self.fields[question.name] = forms.TypedChoiceField(
                label=str(question.words),
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.order_fields([*(question.name for question in QUESTIONS), "words"])
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """An answer says something."""
        data = super().clean() or {}
        if not self.errors and not any(value for value in data.values()):
            raise ValidationError(_("Answer at least one question."))
        return data

    def numbers(self) -> dict[str, int | None]:
        """The numbers of a valid form, by question."""
        return {question.name: self.cleaned_data[question.name] for question in QUESTIONS}


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new round."""

    class Meta:
        model = SurveyRound
        fields = ("district", "name", "opens_on", "closes_on")
        widgets = {
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = scope(user).districts()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """It closes after it opens, and neither long ago."""
        data = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("It would close before it opens. Choose a later day."))
        elif closes and closes < timezone.localdate():
            self.add_error("closes_on", _("That day has passed, so nobody could answer."))
        return data


class CodesForm(forms.Form):
    """How many codes to print."""

    number = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=MOST_CODES, initial=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
