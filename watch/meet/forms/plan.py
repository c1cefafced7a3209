"""A meeting as its organisers plan it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from buildings.access import LANDLORD, Scope
from buildings.models import Building, District, Organisation, Stairwell
from notifications.audience import Audience
from notifications.fields import PlacesField
from notifications.forms.choices import BuildingChoice, places_of, wrong_places
from watch.meet.forms.place import KnownChoiceField, PlaceForm
from watch.meet.forms.start import blank_data
from watch.meet.forms.texts import TextsForm
from watch.meet.forms.times import TimesForm
from watch.meet.planning import Plan
from watch.models import Meeting, Venue

PLACES = ("buildings", "stairwells")
CONTACTS = _("A meeting for contacts cannot be open to everyone. Choose another group.")


class PlanForm(TextsForm, TimesForm, PlaceForm):
    """Everything about a meeting; offers the districts, houses and places its organisation answers for.

    Someone who helps with a colleague organisation's meeting may keep the places chosen by it, and no meeting is
    moved to another organisation. What people have been told of keeps its kind, and whether it is for contacts alone.
    """

    organisers = forms.ModelMultipleChoiceField(
        label=_("Who else calls it?"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of them does not work in your districts. Choose again.")},
    )
    district = KnownChoiceField(
        label=_("District"),
        queryset=District.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("You cannot call meetings in that district. Choose another.")},
    )
    whom = forms.ChoiceField(label=_("Who is it for?"), widget=forms.RadioSelect)
    buildings = PlacesField(
        label=_("Buildings"),
        queryset=Building.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("You cannot call meetings in one of the buildings. Choose again.")},
    )
    stairwells = PlacesField(
        label=_("Stairwells"),
        queryset=Stairwell.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("You cannot call meetings in one of the stairwells. Choose again.")},
    )
    contacts_only = forms.BooleanField(
        label=_("Only for contacts (neighbours who help in the stairwell)"),
        required=False,
        help_text=_("A training and a gathering of contacts always are."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken at the meeting"), widget=forms.CheckboxSelectMultiple, required=False
    )
    interpreter = forms.BooleanField(label=_("People can ask for an interpreter"), required=False)
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("Leave it empty when there is room for everybody."),
    )

    guarded = ("place", "address", "directions")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        reach: Scope,
        initial: dict[str, Any] | None = None,
        meeting: Meeting | None = None,
    ) -> None:
        super().__init__(data, initial={**blank_data(), **(initial or {})})
        self.meeting = meeting
        self.lead = meeting.lead if meeting else cast("Organisation", reach.organisation)
        self.districts = list(self._districts(reach))
        self._offer(reach)
        if self.districts:
            self.initial.setdefault("district", self.districts[0].pk)
        if len(self.districts) == 1:
            self.fields["district"].widget = forms.HiddenInput()
        if meeting and not meeting.is_draft:
            self.fields["kind"].disabled = self.fields["contacts_only"].disabled = True
        # The error summary names the fields in the order they stand on the page.
        texts = [name for name in self.fields if name.startswith(("title_", "agenda_"))]
        self.order_fields(["kind", *texts, "day", "starts", "ends", "venue", "place", "address", "directions"])

    def _districts(self, reach: Scope) -> "QuerySet[District]":
        served = Q(pk__in=reach.districts().order_by().values("pk"))
        if self.meeting:
            served |= Q(pk=self.meeting.district_id)
        return District.objects.filter(served)

    def _offer(self, reach: Scope) -> None:
        districts = [district.pk for district in self.districts]
        kept = self.meeting.pk if self.meeting else None
        houses = Q(pk__in=reach.buildings().filter(closed_at=None).order_by().values("pk"))
        stairs = Q(pk__in=reach.stairwells().filter(closed_at=None, building__closed_at=None).order_by().values("pk"))
        houses |= Q(pk__in=Meeting.buildings.through.objects.filter(meeting=kept).values("building"))
        stairs |= Q(pk__in=Meeting.stairwells.through.objects.filter(meeting=kept).values("stairwell"))
        buildings, stairwells = Building.objects.filter(houses), Stairwell.objects.filter(stairs)
        if self.lead.kind == LANDLORD:
            # Its notices reach its own houses only, whoever helps with the meeting.
            buildings = buildings.filter(owner=self.lead)
            stairwells = stairwells.filter(building__owner=self.lead)
        venues = Q(district__in=districts)
        if self.meeting and self.meeting.venue_id:
            venues |= Q(pk=self.meeting.venue_id)
        others = Organisation.objects.filter(districts__in=districts).exclude(pk=self.lead.pk).distinct()
        self._choice("district").queryset = self._districts(reach)
        self._known("district", self.districts)
        if self.meeting and self.meeting.venue and not self.meeting.venue.closed_at:
            self._known("venue", [self.meeting.venue])
        self._choice("buildings").queryset = buildings
        self._choice("stairwells").queryset = stairwells
        self._choice("venue").queryset = Venue.objects.open().filter(venues)
        self._choice("organisers").queryset = others
        if self.meeting:
            self._tick(self.meeting, others)
        spoken = [(code, get_language_info(code)["name_translated"]) for code, _name in settings.LANGUAGES]
        self._choices("languages", spoken)
        self._choices("whom", self._groups())

    def _tick(self, meeting: Meeting, others: "QuerySet[Organisation]") -> None:
        """Offer the others and tick those who call the meeting already, in one query."""
        calling = Meeting.organisers.through.objects.filter(meeting=meeting.pk, organisation=OuterRef("pk"))
        offered = list(others.annotate(is_calling=Exists(calling)))
        self._choices("organisers", [(one.pk, str(one)) for one in offered])
        self.initial["organisers"] = [one.pk for one in offered if one.is_calling]

    def _groups(self) -> list[tuple[Any, Any]]:
        is_landlord = self.lead.kind == LANDLORD
        whole = _("All our buildings in the district") if is_landlord else _("Everyone in the district")
        public = _("Everyone in the district, and anybody else who wants to come (it is shown on the open pages)")
        return [("district", whole), ("chosen", _("Buildings and stairwells I choose")), ("public", public)]

    def _choice(self, name: str) -> "forms.ModelChoiceField[Any]":
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def _known(self, name: str, rows: Iterable[Any]) -> None:
        cast("KnownChoiceField", self.fields[name]).known = {str(row.pk): row for row in rows}

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def places(self) -> Iterator[tuple[District, list[BuildingChoice]]]:
        """Every building and stairwell that can be chosen, by district."""
        chosen = {name: {str(value) for value in self[name].value() or ()} for name in PLACES}
        buildings, stairwells = (cast("QuerySet[Any]", self._choice(name).queryset) for name in PLACES)
        return places_of(self.districts, buildings, stairwells, chosen)

    def clean(self) -> dict[str, Any]:
        """What each part asks for, and a group of people that goes together with the kind."""
        data = super().clean()
        if all(name in data for name in ("whom", *PLACES)):
            self._clean_whom(data)
        district = data.get("district")
        if district and data.get("organisers") and data["organisers"].exclude(districts=district).exists():
            self.add_error("organisers", _("One of them does not work in the district you have chosen."))
        return data

    def _clean_whom(self, data: dict[str, Any]) -> None:
        if data.get("kind") in Meeting.FOR_CONTACTS:
            data["contacts_only"] = True
        wrong = wrong_places(data, is_chosen=data["whom"] == "chosen")
        if wrong:
            self.add_error("whom", wrong)
        elif data["whom"] == "public" and data.get("contacts_only"):
            self.add_error("whom", CONTACTS)

    def audience(self) -> Audience:
        """Whom a valid form is for."""
        data = self.cleaned_data
        is_chosen = data["whom"] == "chosen"
        return Audience(
            organisation=self.lead,
            district=data["district"],
            whole_district=not is_chosen,
            building_ids=[place.pk for place in data["buildings"]] if is_chosen else [],
            stairwell_ids=[place.pk for place in data["stairwells"]] if is_chosen else [],
            contacts_only=data["contacts_only"],
        )

    def plan(self) -> Plan:
        """What a valid form holds."""
        data = self.cleaned_data
        return Plan(
            kind=data["kind"],
            lead=self.lead,
            organisers=data["organisers"],
            district=data["district"],
            whole_district=data["whom"] != "chosen",
            buildings=data["buildings"],
            stairwells=data["stairwells"],
            contacts_only=data["contacts_only"],
            is_public=data["whom"] == "public",
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            languages=data["languages"],
            interpreter=data["interpreter"],
            seats=data["seats"],
            texts=self.clean_texts(),
            **self.place_of(),
        )
