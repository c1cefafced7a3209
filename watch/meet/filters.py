"""What lists of meetings can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from buildings.filters import own_districts
from watch.models import Meeting


class MeetingFilter(django_filters.FilterSet):
    """By kind and, for staff, by district."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Meeting.Kind.choices, empty_label=_("All"))
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=own_districts, empty_label=_("All"))

    class Meta:
        model = Meeting
        fields = ("kind", "district")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())
