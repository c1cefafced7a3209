"""What one writes beside a step, asks for in signs, and says of one."""

from typing import TYPE_CHECKING, Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Stairwell
from watch.meet.guarding import GuardedField
from watch.models import Sign

MOST_STICKERS = 2000


def bare_helper() -> FormHelper:
    """The page writes the form's frame and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class StepForm(forms.Form):
    """A press on a step: where to, what the person saw, and a word if they like."""

    to = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = GuardedField(
        label=_("A word on it"),
        max_length=200,
        required=False,
        help_text=_("You may leave it empty. Colleagues read it, so name nobody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class OrderForm(forms.Form):
    """How many signs and stickers."""

    signs = forms.IntegerField(label=_("Signs for entrances"), min_value=0)
    stickers = forms.IntegerField(
        label=_("Stickers for doors and mailboxes"),
        min_value=0,
        max_value=MOST_STICKERS,
        help_text=_("One for each household that takes part."),
    )

    def __init__(self, *args: Any, most: int, stickers: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"signs": most, "stickers": stickers})
        super().__init__(*args, **kwargs)
        field = self.fields["signs"]
        field.help_text = _("At most %(most)d more have room here. Nothing is kept in stock.") % {"most": most}
        self.most = most
        self.helper = bare_helper()

    def clean_signs(self) -> int:
        """Never more than there are entrances."""
        number: int = self.cleaned_data["signs"]
        if number > self.most:
            raise ValidationError(
                _("The building has room for %(most)d. Ask for no more than that."), params={"most": self.most}
            )
        return number

    def clean(self) -> dict[str, Any]:
        """An order is for something."""
        data = super().clean() or {}
        if data.get("signs") == 0 and data.get("stickers") == 0:
            raise ValidationError(_("Write how many signs or stickers you need."))
        return data


if TYPE_CHECKING:
    SignChoice = forms.ModelChoiceField[Sign]
else:
    SignChoice = forms.ModelChoiceField


class SignField(SignChoice):
    """A choice of signs by where they hang."""

    def label_from_instance(self, obj: Sign) -> str:
        """The stairwell and the place."""
        return obj.where


class PutUpForm(forms.Form):
    """Where a sign hangs, since when, and which damaged one it hangs instead of."""

    stairwell = forms.ModelChoiceField(label=_("At which stairwell"), queryset=Stairwell.objects.none())
    place = GuardedField(label=_("Where it hangs"), max_length=80, help_text=_("For example: beside the entrance."))
    on = forms.DateField(label=_("Put up on"), widget=forms.DateInput(attrs={"type": "date"}))
    replaces = SignField(
        label=_("Instead of a damaged one"),
        queryset=Sign.objects.none(),
        required=False,
        empty_label=_("No, it is one more"),
    )

    def __init__(self, *args: Any, building: Building, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        stairwells = cast("forms.ModelChoiceField[Stairwell]", self.fields["stairwell"])
        stairwells.queryset = Stairwell.objects.standing().filter(building=building)
        damaged = cast("SignField", self.fields["replaces"])
        damaged.queryset = Sign.objects.damaged().filter(building=building).select_related("stairwell")
        self.helper = bare_helper()

    def clean_on(self) -> Any:
        """No day to come."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet. Choose today or an earlier day."))
        return day
