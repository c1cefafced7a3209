"""Where a meeting is held: a place from the list, or another one written out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.fields import TidyField, one_line
from watch.meet.forms.texts import TOO_LONG
from watch.models import Meeting, Venue


class KnownChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice that does not ask the database again for the rows that are `known`, by their keys as text."""

    known: Mapping[str, Any] = {}

    def to_python(self, value: Any) -> Any:
        """The row chosen."""
        return self.known.get(str(value)) or super().to_python(value)


class PlaceForm(forms.Form):
    """The fields of a place, and what they come to (`place_of`)."""

    venue = KnownChoiceField(
        label=_("Place from the list"),
        queryset=Venue.objects.none(),
        required=False,
        empty_label=_("Another place, or none"),
        error_messages={"invalid_choice": _("That place is not on your list any more. Choose another.")},
    )
    place = TidyField(
        tidy=one_line,
        label=_("Name of another place"),
        max_length=80,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    address = TidyField(
        tidy=one_line, label=_("Its address"), max_length=120, required=False, error_messages={"max_length": TOO_LONG}
    )
    directions = TidyField(
        tidy=one_line,
        label=_("How to get in"),
        max_length=200,
        required=False,
        help_text=_("For example: ring the bell marked Samlingslokal. Leave it empty for what the list says."),
        error_messages={"max_length": TOO_LONG},
    )
    step_free = forms.BooleanField(label=_("The other place is step-free"), required=False)
    children_welcome = forms.BooleanField(label=_("Children are welcome"), required=False)

    def clean(self) -> dict[str, Any]:
        """Either a place from the list or another; none only for a round from door to door."""
        data = super().clean() or self.cleaned_data
        venue, place, address = data.get("venue"), data.get("place"), data.get("address")
        if any(name in self.errors for name in ("venue", "place", "address")):
            return data
        if venue and (place or address):
            self.add_error("venue", _("You have chosen a place from the list and written another. Keep one of them."))
        elif place and not address:
            self.add_error("address", _("Write the address too, so that people find the way."))
        elif not (venue or address) and data.get("kind") != Meeting.Kind.DOOR_KNOCK:
            self.add_error("venue", _("Say where it is: choose a place from the list, or write another."))
        return data

    def place_of(self) -> dict[str, Any]:
        """The place's part of a Plan, from a valid form; a place from the list brings its own address and steps."""
        data = self.cleaned_data
        venue: Venue | None = data["venue"]
        found = {name: data[name] for name in ("venue", "place", "address", "directions", "step_free")}
        if venue:
            found |= {"place": venue.name, "address": venue.address, "step_free": venue.step_free}
            found["directions"] = data["directions"] or venue.directions
        return {**found, "children_welcome": data["children_welcome"]}
