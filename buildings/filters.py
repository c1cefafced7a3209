"""What the list of buildings can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.models import Building, District


def own_districts(request: HttpRequest | None) -> QuerySet[District]:
    """The districts the person asking can see buildings in."""
    if request is None or not request.user.is_authenticated:
        return District.objects.none()
    return District.objects.filter(pk__in=scope(request.user).buildings().values("district"))


class BuildingFilter(django_filters.FilterSet):
    """Buildings by words in their designation and addresses, and by district."""

    text = django_filters.CharFilter(
        label=_("Property or address"), method="with_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=own_districts, empty_label=_("All"))

    class Meta:
        model = Building
        fields = ("text", "district")

    def with_words(self, buildings: Any, _name: str, words: str) -> QuerySet[Building]:
        """Buildings that hold every word, whatever the order."""
        found: QuerySet[Building] = buildings.matching(words)
        return found

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())
