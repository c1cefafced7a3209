"""What a list of notices can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import Notice, Posting


class OutboxFilter(django_filters.FilterSet):
    """An organisation's notices by state, kind and words."""

    text = django_filters.CharFilter(
        label=_("Words in the notice"), method="with_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=Notice.State.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Notice.Kind.choices, empty_label=_("All"))

    class Meta:
        model = Notice
        fields = ("text", "state", "kind")

    def with_words(self, notices: QuerySet[Notice], _name: str, words: str) -> QuerySet[Notice]:
        """Notices that hold every word in one of their texts' title or body, whatever the order."""
        for word in words.split()[:8]:
            holds = Q(texts__title__icontains=word) | Q(texts__body__icontains=word)
            notices = notices.filter(pk__in=Notice.objects.filter(holds).values("pk"))
        return notices

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())


class BoardFilter(django_filters.FilterSet):
    """Pages for boards, by the stairwell's address."""

    text = django_filters.CharFilter(
        label=_("Address"), method="at_address", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Posting
        fields = ("text",)

    def at_address(self, postings: QuerySet[Posting], _name: str, words: str) -> QuerySet[Posting]:
        """Pages for stairwells whose address holds every word, whatever the order."""
        for word in words.split()[:8]:
            # Keys are folded; SQLite folds the case of a to z only.
            postings = postings.filter(stairwell__key__contains=word.casefold())
        return postings

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.form.is_valid() and self.form.cleaned_data["text"])
