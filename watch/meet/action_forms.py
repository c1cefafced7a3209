"""Forms about agreed actions: they validate what was typed, nothing else; and what their list is narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.filters import own_districts
from buildings.models import Organisation
from watch.meet.guarding import GuardedField
from watch.meet.record_forms import DayField
from watch.models import Action


class CloseForm(forms.Form):
    """What was done, or why it was not."""

    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(Action.State.DONE, _("It is done")), (Action.State.DROPPED, _("It will not be done"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is done.")},
    )
    result = GuardedField(
        label=_("In a few words"),
        max_length=300,
        rows=2,
        required=False,
        help_text=_("Those who were at the meeting read it. Name nobody."),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever does not do what was promised says why."""
        data = self.cleaned_data
        if data.get("state") == Action.State.DROPPED and not data.get("result") and "result" not in self.errors:
            self.add_error("result", _("Write why it will not be done."))
        return data


class MoveForm(forms.Form):
    """Another day."""

    due_on = DayField(label=_("Done by"))

    def clean_due_on(self) -> Any:
        """A day that has not passed."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose a day to come."), code="past")
        return day


class ReopenForm(MoveForm):
    """Why it is to be done after all, and by when."""

    word = GuardedField(
        label=_("Why is it opened again?"),
        max_length=300,
        rows=2,
        help_text=_("Colleagues who follow it up read it. Name nobody."),
        error_messages={"required": _("Write why it is opened again.")},
    )
    field_order = ("word", "due_on")


def nearby_organisations(request: HttpRequest | None) -> QuerySet[Organisation]:
    """The organisations that answer for districts the person asking works in."""
    if request is None or not request.user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(districts__in=scope(request.user).districts()).distinct()


class ActionFilter(django_filters.FilterSet):
    """Actions by organisation, district and state."""

    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=nearby_organisations, empty_label=_("All")
    )
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=own_districts, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=Action.State.choices, empty_label=_("All"))

    class Meta:
        model = Action
        fields = ("organisation", "district", "state")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())
