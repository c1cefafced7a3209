"""The form of the minutes: it works with no JavaScript, keeps what was typed, and validates nothing but that."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Organisation
from watch.meet.guarding import GuardedField
from watch.meet.holding import WORDS, Minutes, Promise
from watch.models import Action, Meeting, Record, Reopening

MOST_PEOPLE = 2_000
# What one meeting agrees on; more than this is no agreement but a wish.
MOST_ACTIONS = 30


class CountField(forms.IntegerField):
    """A number of people or doors: zero is an answer, nothing is none."""

    def __init__(self, *, most: int = MOST_PEOPLE, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "dir": "ltr"})
        words = {
            "required": _("Write a number. Zero is an answer."),
            "invalid": _("Write a whole number."),
            "min_value": _("It cannot be fewer than none."),
            "max_value": _("That is too many. Look at the number again."),
        }
        super().__init__(min_value=0, max_value=most, widget=widget, error_messages=words, **kwargs)


class DayField(forms.DateField):
    """A day to come, as a phone's own calendar gives it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"})
        wrong = {"required": _("Choose a day."), "invalid": _("Write the day as 2026-12-31.")}
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], error_messages=wrong, **kwargs)


class HeadcountForm(forms.Form):
    """How many came; all that the contact who called a meeting writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    adults = CountField(label=_("Adults who came"))
    children = CountField(label=_("Children who came"), help_text=_("Zero is an answer."))

    @classmethod
    def first(cls, record: Record | None) -> dict[str, Any]:
        """What the form shows of a record."""
        if record is None:
            return {"version": 0}
        names = ("version", "adults", "children", *WORDS)
        there = {f"from_{one.organisation_id}": one.people for one in record.presences.all()}
        return there | {name: getattr(record, name) for name in names}

    @property
    def minutes(self) -> Minutes:
        """The form as the service takes it."""
        return Minutes(adults=self.cleaned_data["adults"], children=self.cleaned_data["children"])


class MinutesForm(HeadcountForm):
    """Everything about the meeting but its agreed actions."""

    good = GuardedField(label=_("What is good here?"), max_length=2000, rows=3, required=False)
    unsafe = GuardedField(label=_("What feels unsafe?"), max_length=2000, rows=3, required=False)
    wishes = GuardedField(label=_("What should be done first?"), max_length=2000, rows=3, required=False)
    decisions = GuardedField(label=_("Decisions"), max_length=2000, rows=3, required=False)

    def __init__(self, *args: Any, organisers: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisers = list(organisers)
        for organisation in self.organisers:
            label = _("From %(organisation)s") % {"organisation": organisation.name}
            self.fields[f"from_{organisation.pk}"] = CountField(label=label, required=False, most=200)
        self.order_fields(["version", "adults", "children", *(f"from_{one.pk}" for one in self.organisers)])

    @property
    def minutes(self) -> Minutes:
        """The form as the service takes it, its actions left out."""
        data = self.cleaned_data
        return Minutes(
            adults=data["adults"],
            children=data["children"],
            words={name: data[name] for name in WORDS},
            presences={one.pk: data[f"from_{one.pk}"] or 0 for one in self.organisers},
        )


class ActionForm(forms.Form):
    """One agreed action; a row in which nothing is written counts as none."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = GuardedField(label=_("What"), max_length=300, error_messages={"required": _("Write what is to be done.")})
    organisation = forms.ModelChoiceField(
        label=_("Which organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose which organisation does it."),
            "invalid_choice": _("Choose which organisation does it."),
        },
    )
    due_on = DayField(label=_("Done by"))
    remove = forms.BooleanField(label=_("Take this action away"), required=False)

    def __init__(
        self, *args: Any, choices: list[tuple[Any, Any]], known: dict[uuid.UUID, Action], **kwargs: Any
    ) -> None:
        kwargs |= {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, **kwargs)
        self.known = known
        field: Any = self.fields["organisation"]
        # Read once for all rows.
        field.queryset = Organisation.objects.filter(pk__in=[pk for pk, _name in choices if pk])
        field.choices = choices
        self.known_as = self._known_as()
        self.is_saved = self.known_as in known
        saved: Any = self.known.get(self.known_as) if self.known_as else None
        if saved is None or saved.is_reopened:
            del self.fields["remove"]

    def _known_as(self) -> uuid.UUID | None:
        try:
            return uuid.UUID(str(self["key"].value()))
        except ValueError:
            return None

    def has_changed(self) -> bool:
        """Whether anything is written in it; the key is always there."""
        return self.is_saved or any(self[name].data for name in ("what", "organisation", "due_on"))

    def clean_due_on(self) -> Any:
        """A day that has not passed, unless it was agreed on before."""
        day = self.cleaned_data["due_on"]
        before = self.known.get(self.known_as) if self.known_as else None
        if day < timezone.localdate() and not (before and before.due_on == day):
            raise ValidationError(_("This day has passed. Choose a day to come."), code="past")
        return day

    @property
    def promise(self) -> Promise:
        """The row as the service takes it."""
        data = self.cleaned_data
        return Promise(
            key=data["key"],
            what=data["what"],
            organisation=data["organisation"],
            due_on=data["due_on"],
            is_removed=data.get("remove", False),
        )


class ActionRows:
    """The rows of agreed actions of one form: those saved and open, then those being written, then empty ones.

    A Django formset would tell saved rows from new ones by their place, which changes while two people write.
    """

    PREFIX = "action"

    def __init__(self, meeting: Meeting, data: QueryDict | None = None) -> None:
        reopened = Exists(Reopening.objects.filter(action=OuterRef("pk")))
        saved = Action.objects.open().filter(meeting=meeting).annotate(is_reopened=reopened)
        self.known = {action.public_id: action for action in saved}
        offered = Organisation.objects.filter(districts=meeting.district_id).order_by("name")
        self.choices: list[tuple[Any, Any]] = [("", _("Choose")), *((one.pk, one.name) for one in offered)]
        self.forms = self._shown() if data is None else [self._form(row, data) for row in self._numbers(data)]

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.forms)

    @property
    def has_room(self) -> bool:
        """Whether one more may be added."""
        return self.total < MOST_ACTIONS

    @property
    def blank(self) -> ActionForm:
        """The row a script copies; it writes a number and a key of its own into it."""
        return self._form("__number__", initial={"key": uuid.UUID(int=0)})

    def add(self) -> None:
        """One more empty row after those typed, and no word yet on what is wrong in them."""
        self.forms = [
            self._form(number, initial={name: form[name].data for name in form.fields})
            for number, form in enumerate(self.forms)
        ]
        if self.has_room:
            self.forms.append(self._form(self.total, initial={"key": uuid.uuid4()}))

    def is_valid(self) -> bool:
        """Whether every row is empty or whole; each is asked, so that all errors show at once."""
        return not [form for form in self.forms if not form.is_valid()]

    @property
    def written(self) -> list[Promise]:
        """The rows in which something stands."""
        return [form.promise for form in self.forms if form.has_changed()]

    @property
    def errors(self) -> list[ActionForm]:
        """The rows with something wrong."""
        return [form for form in self.forms if form.is_bound and form.errors]

    @staticmethod
    def _numbers(data: QueryDict) -> range:
        total = data.get("rows", "0")
        return range(min(int(total), MOST_ACTIONS) if total.isdecimal() and len(total) < 5 else 0)

    def _shown(self) -> list[ActionForm]:
        names = ("what", "organisation_id", "due_on")
        rows = [
            {"key": key} | {name.removesuffix("_id"): getattr(action, name) for name in names}
            for key, action in self.known.items()
        ]
        rows.append({"key": uuid.uuid4()})
        return [self._form(number, initial=row) for number, row in enumerate(rows)]

    def _form(self, number: int | str, data: QueryDict | None = None, **kwargs: Any) -> ActionForm:
        prefix = f"{self.PREFIX}_{number}"
        return ActionForm(data, prefix=prefix, choices=self.choices, known=self.known, **kwargs)
