"""Several meetings in one form: one for each building or stairwell, or the same meeting on several days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from buildings.access import Scope
from buildings.models import Stairwell
from notifications.fields import TidyField, plain_lines
from watch.meet.forms.plan import PlanForm
from watch.meet.forms.times import to_come
from watch.meet.planning import Plan
from watch.models import MeetingText

MOST = 200
TITLE = MeetingText._meta.get_field("title").max_length or 80
TOO_MANY = _("You can plan %(most)s meetings at a time. Choose fewer.")
PLACES, STAIRWELLS, DAYS = "places", "stairwells", "days"


class SeriesForm(PlanForm):
    """A meeting's plan, and how many meetings come of it (`plans`); each is a draft of its own afterwards."""

    way = forms.ChoiceField(
        label=_("How do you want to plan them?"),
        widget=forms.RadioSelect,
        initial=PLACES,
        choices=[
            (PLACES, _("One meeting for each building or stairwell I tick")),
            (STAIRWELLS, _("One meeting for every stairwell of the buildings I tick")),
            (DAYS, _("The same meeting on several days")),
        ],
    )
    step = forms.IntegerField(
        label=_("Time from one meeting to the next"),
        min_value=1,
        max_value=1440,
        required=False,
        help_text=_("For one meeting each: the first starts at the time above, the next so much later."),
    )
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=[("minutes", _("minutes")), ("days", _("days"))], initial="days", required=False
    )
    more_days = TidyField(
        tidy=plain_lines,
        label=_("The other days"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-11"}),
        help_text=_("For several days: write one day a line, such as 2026-12-11. The hours are the same."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, reach: Scope, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, reach=reach, initial=initial)
        self._hours: list[tuple[datetime, datetime]] = []

    def clean(self) -> dict[str, Any]:
        """What a plan asks for, and times for every meeting of the series."""
        data = super().clean()
        if "starts_at" not in data or "ends_at" not in data or self.errors:
            return data
        try:
            days = self._days_typed(data) if data["way"] == DAYS else self._days_for_places(data)
        except forms.ValidationError as error:
            self.add_error("more_days" if data["way"] == DAYS else "step", error)
            return data
        self._hours = self._hours or [self._on(day, data) for day in days]
        return data

    def _clean_whom(self, data: dict[str, Any]) -> None:
        if data.get("way") in (PLACES, STAIRWELLS):
            data["whom"] = "chosen"
        super()._clean_whom(data)
        if data.get("way") == STAIRWELLS and "buildings" in data:
            inside = Stairwell.objects.standing().filter(building__in=data["buildings"])
            ticked = Q(pk__in=[one.pk for one in data["stairwells"]])
            # Each stairwell has one meeting, whether its building is ticked or it is itself.
            data["stairwells"] = list(Stairwell.objects.filter(ticked | Q(pk__in=inside)).order_by("sort_key", "pk"))
            data["buildings"] = []

    def _ticked(self, data: dict[str, Any]) -> int:
        return len(data["buildings"]) + len(data["stairwells"])

    def _days_for_places(self, data: dict[str, Any]) -> list[date]:
        many, step = self._ticked(data), cast("int | None", data.get("step"))
        if many > MOST:
            raise forms.ValidationError(
                _("You can plan %(most)s meetings at a time. Tick fewer."), params={"most": MOST}
            )
        if many > 1 and not step:
            raise forms.ValidationError(_("Say how long it is from one meeting to the next."))
        if data.get("unit") == "minutes":
            self._hours = self._one_evening(data, many, timedelta(minutes=step or 0))
            return []
        return [data["day"] + timedelta(days=(step or 0) * number) for number in range(many)]

    def _one_evening(self, data: dict[str, Any], many: int, step: timedelta) -> list[tuple[datetime, datetime]]:
        length = data["ends_at"] - data["starts_at"]
        if many > 1 and step < length:
            minutes = int(length.total_seconds() // 60)
            overlap = ngettext(
                "Each meeting takes %(minutes)s minute, so they would overlap. Let more time pass.",
                "Each meeting takes %(minutes)s minutes, so they would overlap. Let more time pass.",
                minutes,
            )
            raise forms.ValidationError(overlap, params={"minutes": minutes})
        hours = [(data["starts_at"] + step * number, data["ends_at"] + step * number) for number in range(many)]
        if any(timezone.localtime(ends).date() != data["day"] for _starts, ends in hours):
            raise forms.ValidationError(_("The last meeting would end after midnight. Tick fewer, or count in days."))
        return hours

    def _days_typed(self, data: dict[str, Any]) -> list[date]:
        days = {data["day"]}
        for line in filter(None, map(str.strip, data["more_days"].splitlines())):
            try:
                days.add(forms.DateField().to_python(line))
            except forms.ValidationError:
                wrong = _now("“%(line)s” is not a day. Write it like 2026-12-11.") % {"line": line}
                raise forms.ValidationError(wrong) from None
        if len(days) > MOST:
            raise forms.ValidationError(TOO_MANY, params={"most": MOST})
        if len(days) == 1:
            raise forms.ValidationError(_("Write the other days too, one a line."))
        return sorted(days)

    def _on(self, day: date, data: dict[str, Any]) -> tuple[datetime, datetime]:
        """The hours on that day; one that cannot be taken is told beside the field, and its hours do not matter."""
        try:
            return to_come(day, data["starts"]), to_come(day, data["ends"])
        except forms.ValidationError as error:
            words = {"day": day.isoformat(), "reason": " ".join(error.messages)}
            name = "more_days" if data["way"] == DAYS else "step"
            self.add_error(name, _now("%(day)s: %(reason)s") % words)
            return data["starts_at"], data["ends_at"]

    def plans(self) -> list[Plan]:
        """One plan for each meeting of a valid form."""
        plan, data = self.plan(), self.cleaned_data
        if data["way"] == DAYS:
            return [replace(plan, starts_at=starts, ends_at=ends) for starts, ends in self._hours]
        groups: list[tuple[str, dict[str, Any]]] = [
            (house.designation, {"buildings": [house], "stairwells": []}) for house in data["buildings"]
        ]
        groups += [(stairs.name, {"buildings": [], "stairwells": [stairs]}) for stairs in data["stairwells"]]
        return [
            replace(
                plan, **group, starts_at=starts, ends_at=ends, texts=named(plan, place) if groups[1:] else plan.texts
            )
            for (place, group), (starts, ends) in zip(groups, self._hours, strict=True)
        ]


def named(plan: Plan, place: str) -> dict[str, tuple[str, str]]:
    """The plan's texts with the place in every title that does not name it, so that its meetings are told apart."""
    return {
        language: (title if place in title else _with_place(language, title, place), agenda)
        for language, (title, agenda) in plan.texts.items()
    }


def _with_place(language: str, title: str, place: str) -> str:
    # An address stays in its own order in a text that is read from the right.
    end = f": \u2068{place}\u2069" if get_language_info(language)["bidi"] else f": {place}"
    return shorten(title, TITLE - len(end), placeholder="…") + end
