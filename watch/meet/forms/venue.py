"""A place to meet, as staff describe it."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from buildings.models import District
from notifications.fields import one_line
from notifications.wording import check, published_numbers
from watch.models import Venue

WORDS = ("name", "address", "directions")


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything about a place; people read all of it, so nothing in it may point a person out."""

    class Meta:
        model = Venue
        fields = ("district", *WORDS, "step_free", "children_welcome", "for_contacts")
        help_texts = {
            "directions": _("For example: ring the bell marked Samlingslokal. No codes to doors: everybody reads it."),
            "for_contacts": _("Contacts choose among these places when they call a neighbour meeting."),
        }

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        districts: "QuerySet[District]",
        instance: Venue | None = None,
    ) -> None:
        super().__init__(data, instance=instance)
        choice = cast("forms.ModelChoiceField[District]", self.fields["district"])
        choice.queryset, choice.empty_label = districts, None
        self.fields["district"].error_messages["invalid_choice"] = _("Choose one of your own districts.")

    def clean(self) -> dict[str, Any]:
        """Words on one line, which the guard lets pass, and a name once in a district."""
        data = super().clean() or self.cleaned_data
        published = published_numbers()
        for name in WORDS:
            data[name] = one_line(data.get(name) or "")
            for finding in check(data[name], published):
                found = {"found": finding.text, "reason": finding.reason}
                self.add_error(name, _now("“%(found)s”: %(reason)s") % found)
        same = Venue.objects.open().filter(district=data.get("district"), name=data.get("name", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is a place with this name in the district already."))
        return data
