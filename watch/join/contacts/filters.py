"""What the staff's lists of contacts and gaps can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.filters import own_districts
from buildings.models import Building, Contact, Stairwell


def own_buildings(request: HttpRequest | None) -> QuerySet[Building]:
    """The buildings the person asking answers for."""
    if request is None or not request.user.is_authenticated:
        return Building.objects.none()
    return scope(request.user).buildings().filter(closed_at=None)


class _Places(django_filters.FilterSet):
    """By district and by building."""

    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=own_districts, empty_label=_("All"))
    building = django_filters.ModelChoiceFilter(label=_("Building"), queryset=own_buildings, empty_label=_("All"))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())


class ContactFilter(_Places):
    """Contacts by stage, district and building; without a stage those that have not ended."""

    stage = django_filters.ChoiceFilter(
        label=_("Stage"), field_name="state", choices=Contact.State.choices, empty_label=_("All who have not ended")
    )
    district = django_filters.ModelChoiceFilter(
        label=_("District"), field_name="stairwell__building__district", queryset=own_districts, empty_label=_("All")
    )
    building = django_filters.ModelChoiceFilter(
        label=_("Building"), field_name="stairwell__building", queryset=own_buildings, empty_label=_("All")
    )

    class Meta:
        model = Contact
        fields = ("stage", "district", "building")

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave out what has ended unless it is asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("stage") else found.open()


class GapFilter(_Places):
    """Stairwells without a contact, by district and building."""

    district = django_filters.ModelChoiceFilter(
        label=_("District"), field_name="building__district", queryset=own_districts, empty_label=_("All")
    )

    class Meta:
        model = Stairwell
        fields = ("district", "building")
