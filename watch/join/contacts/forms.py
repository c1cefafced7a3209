"""Forms about contacts: they validate what was typed, nothing else."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.access import LANDLORD
from buildings.models import Contact, Disclosure, District, StaffMember

EARLIEST = datetime.date(2000, 1, 1)
Why = Contact.EndedWhy
DECLINES = {True: (Why.NOT_A_TENANT, Why.MOVED, Why.ENOUGH, Why.OTHER), False: (Why.ENOUGH, Why.NO_ANSWER, Why.OTHER)}
ENDS = {True: (Why.MOVED, Why.NOT_A_TENANT), False: (Why.NO_ANSWER, Why.ENOUGH, Why.OTHER)}


class PastDateField(forms.DateField):
    """A day that has been."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"})
        wrong = {"required": _("Choose a day."), "invalid": _("Write the day as 2026-12-31.")}
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], error_messages=wrong, **kwargs)

    def clean(self, value: Any) -> Any:
        """The day, which is not to come and not from another age."""
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not been yet."), code="future")
        if day and day < EARLIEST:
            raise ValidationError(_("This day is too long ago."), code="past")
        return day


class DayForm(forms.Form):
    """When something was held."""

    on = PastDateField(label=_("Day"))


class TrainForm(forms.Form):
    """When and how a contact was trained."""

    on = PastDateField(label=_("Day of the training"))
    training = forms.ChoiceField(
        label=_("How"),
        choices=Contact.Training.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a meeting or a course.")},
    )


class WhyForm(forms.Form):
    """Why a role is declined or ended: one of a few reasons, never words about a person."""

    why = forms.ChoiceField(
        label=_("Why"), widget=forms.RadioSelect, error_messages={"required": _("Choose a reason.")}
    )

    def __init__(self, *args: Any, kind: str, ends: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = (ENDS if ends else DECLINES)[kind == LANDLORD]
        self.fields["why"].choices = [(why.value, why.label) for why in reasons]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """What kind of contact somebody is."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Contact.Role.choices,
        widget=forms.RadioSelect,
        help_text=_("A lead contact is the link to a whole building's contacts."),
    )


class ReasonForm(forms.Form):
    """Why staff want to see something of a person's."""

    reason = forms.CharField(
        label=_("Why you need it"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person can read this. At least ten letters."),
        error_messages={
            "required": _("Write why you need it."),
            "min_length": _("Write a little more: the person can read it."),
            "max_length": _("Write at most 300 letters."),
        },
    )


class RevealForm(ReasonForm):
    """What staff want to see of a contact's, and why."""

    what = forms.ChoiceField(
        label=_("What you need to see"),
        choices=Disclosure.What.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose name or number.")},
    )
    field_order = ("what", "reason")


class SuccessorForm(forms.Form):
    """Which of those who have applied takes over."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over"),
        queryset=Contact.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose who takes over."), "invalid_choice": _("Choose who takes over.")},
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Contact.objects.open().filter(stairwell=contact.stairwell_id, hidden_at=None)
        field: Any = self.fields["successor"]
        field.queryset = others.exclude(user=contact.user_id).select_related("stairwell").order_by("applied_at", "pk")
        field.label_from_instance = _label


class OfficerForm(forms.Form):
    """Who is a district's named officer."""

    officer = forms.ModelChoiceField(
        label=_("Named officer"), queryset=StaffMember.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, district: District, organisation: Any, **kwargs: Any) -> None:
        kwargs |= {"initial": {"officer": district.officer_id}, "auto_id": f"{district.pk}-%s"}
        super().__init__(*args, **kwargs)
        self.district = district
        field: Any = self.fields["officer"]
        colleagues = StaffMember.objects.current().filter(organisation=organisation, districts=district)
        field.queryset = colleagues.select_related("user").order_by("user__email", "pk")
        field.label_from_instance = lambda member: member.user.email


def _label(contact: Contact) -> str:
    from_day = timezone.localdate(contact.applied_at)
    return f"{contact.alias}, {contact.get_state_display()} ({from_day:%Y-%m-%d})"
