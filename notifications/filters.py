"""What a list of notices can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import Notice, NoticeTemplate, Posting


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
        return _is_narrowed(self)


class TemplateFilter(django_filters.FilterSet):
    """Ready-made notices by kind, and whose they are."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Notice.Kind.choices, empty_label=_("All"))
    whose = django_filters.ChoiceFilter(
        label=_("Whose"),
        method="belonging",
        choices=[("own", _("Our own")), ("all", _("Everyone's"))],
        empty_label=_("All"),
    )

    class Meta:
        model = NoticeTemplate
        fields = ("kind", "whose")

    def belonging(self, templates: QuerySet[NoticeTemplate], _name: str, whose: str) -> QuerySet[NoticeTemplate]:
        """Those of an organisation, or those without one."""
        return templates.filter(organisation__isnull=whose == "all")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return _is_narrowed(self)


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
        return _is_narrowed(self)


def _is_narrowed(asked: django_filters.FilterSet) -> bool:
    data: dict[str, Any] = asked.form.cleaned_data if asked.form.is_valid() else {}
    return any(data.values())
