"""The form a district's public text is written in: it validates what was typed, nothing else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from watch.meet.guarding import GuardedField
from watch.models import DistrictText


class DistrictTextForm(forms.Form):
    """All parts of a text; left empty, a part does not show."""

    introduction = GuardedField(
        label=_("About the district"),
        max_length=1500,
        rows=6,
        required=False,
        help_text=_("What you do together here. Short sentences."),
    )
    officer = GuardedField(
        label=_("The police officer here"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("Title, and name and number only if the officer wants them here. Other numbers are refused."),
    )
    meeting_points = GuardedField(
        label=_("Where to meet the officer"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("Place, day and time."),
    )
    places = GuardedField(
        label=_("Places in the district"),
        max_length=1000,
        rows=4,
        required=False,
        help_text=_("Such as the landlord's office or the house where people meet."),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, text: DistrictText) -> "DistrictTextForm":
        """The form with the text's own words in it."""
        return cls(initial={part: getattr(text, part) for part in DistrictText.PARTS} | {"seen": text.number})

    @property
    def words(self) -> dict[str, str]:
        """What was typed, part by part."""
        return {part: self.cleaned_data[part] for part in DistrictText.PARTS}
