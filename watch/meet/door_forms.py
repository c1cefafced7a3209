"""The form of one stairwell on a round from door to door: it validates what was typed, nothing else."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from buildings.models import Stairwell
from watch.meet.guarding import GuardedField
from watch.meet.knocking import COUNTS, Doors
from watch.meet.record_forms import CountField
from watch.models import DoorRow

MOST_DOORS = 500


class DoorForm(forms.Form):
    """A stairwell's doors. Empty is not visited yet.

    What was shown travels along hidden, so a page opened before a colleague's save writes only what was changed on it.
    """

    knocked = CountField(label=_("Doors knocked on"), most=MOST_DOORS, required=False, show_hidden_initial=True)
    opened = CountField(label=_("Doors opened"), most=MOST_DOORS, required=False, show_hidden_initial=True)
    interested = CountField(label=_("Interested"), most=MOST_DOORS, required=False, show_hidden_initial=True)
    note = GuardedField(label=_("Note without names"), max_length=300, required=False, show_hidden_initial=True)

    def __init__(self, data: Any = None, *, stairwell: Stairwell, row: DoorRow | None) -> None:
        initial = {name: getattr(row, name) for name in (*COUNTS, "note")} if row else {}
        super().__init__(data, prefix=f"s{stairwell.pk}", initial=initial)
        self.stairwell, self.row = stairwell, row

    @property
    def shown(self) -> SafeString:
        """The hidden fields that say what was shown."""
        return mark_safe("".join(field.as_hidden(only_initial=True) for field in self))  # noqa: S308 - widgets escape

    def clean(self) -> dict[str, Any]:
        """No more doors opened than knocked on, and no more interested than opened."""
        data = self.cleaned_data
        if any(name in self.errors for name in COUNTS):
            return data
        knocked, opened, interested = (data.get(name) or 0 for name in COUNTS)
        if opened > knocked:
            self.add_error("opened", _("No more doors can open than were knocked on."))
        elif interested > opened:
            self.add_error("interested", _("No more can be interested than opened."))
        return data

    @property
    def doors(self) -> Doors:
        """The form as the service takes it."""
        numbers = {name: self.cleaned_data[name] or 0 for name in COUNTS}
        return Doors(stairwell=self.stairwell, note=self.cleaned_data["note"], **numbers)
