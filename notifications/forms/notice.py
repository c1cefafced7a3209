"""A notice as people type it, validated and nothing else."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from buildings.access import LANDLORD, Scope
from buildings.models import Building, District, Organisation, Stairwell
from notifications import publishing
from notifications.audience import Audience
from notifications.drafts import Words
from notifications.fields import LocalTimeField, PlacesField
from notifications.forms.choices import BuildingChoice, places_of, wrong_places
from notifications.forms.texts import LANGUAGES, WordsForm
from notifications.models import Notice

SHOWN_DAYS = 7
SHOWN_AT_MOST_DAYS = SCHEDULED_AT_MOST_DAYS = 90
SHOWN_TOO_LONG = ngettext_lazy(
    "A notice can be shown for %(days)s day at most. Choose an earlier time.",
    "A notice can be shown for %(days)s days at most. Choose an earlier time.",
    "days",
)
SCHEDULED_TOO_FAR = ngettext_lazy(
    "A notice can be scheduled %(days)s day ahead at most. Choose an earlier time.",
    "A notice can be scheduled %(days)s days ahead at most. Choose an earlier time.",
    "days",
)
PLACES = ("buildings", "stairwells")


class NoticeForm(WordsForm):
    """A notice's words, urgency, audience and time.

    The districts, buildings and urgencies offered are those the writer's organisation may use; an alert
    (`act now`) is for the police alone.
    """

    district = forms.ModelChoiceField(
        label=_("District"),
        queryset=District.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("You cannot send notices to that district. Choose another.")},
    )
    whom = forms.ChoiceField(label=_("Who is it for?"), widget=forms.RadioSelect, initial="district")
    buildings = PlacesField(
        label=_("Buildings"),
        queryset=Building.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("You cannot send notices to one of the buildings. Choose again.")},
    )
    stairwells = PlacesField(
        label=_("Stairwells"),
        queryset=Stairwell.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("You cannot send notices to one of the stairwells. Choose again.")},
    )
    readers = forms.ChoiceField(
        label=_("Everyone, or contacts only?"),
        widget=forms.RadioSelect,
        initial="everyone",
        choices=[
            ("everyone", _("Everyone who has joined")),
            ("contacts", _("Only contacts (neighbours who help in the stairwell)")),
        ],
        help_text=_("A notice to contacts is read after signing in. The mail and the SMS only say that it is there."),
    )
    is_public = forms.BooleanField(
        label=_("Public: anyone can read it"),
        required=False,
        help_text=_("It is also shown to those who have not joined, on a page and in feeds that others may copy."),
    )
    not_before = LocalTimeField(
        label=_("Send at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leave it empty to send as soon as you have confirmed. Swedish time."),
        error_messages={"invalid": _("Write a date and a time, such as 2026-12-04 18:00.")},
    )
    expires_at = LocalTimeField(
        label=_("Shown until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("After this time the notice is taken down, and nobody gets it any more."),
        error_messages={"invalid": _("Write a date and a time, such as 2026-12-04 18:00.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        reach: Scope,
        initial: dict[str, Any] | None = None,
        earlier: Notice | None = None,
    ) -> None:
        self.earlier = earlier
        super().__init__(data, reach=reach, initial={"expires_at": default_expiry(), **(initial or {})})
        self.organisation = cast("Organisation", reach.organisation)
        self.districts = list(reach.districts())
        self._choice("district").queryset = reach.districts()
        self._choice("buildings").queryset = reach.buildings().filter(closed_at=None)
        self._choice("stairwells").queryset = reach.stairwells().filter(closed_at=None, building__closed_at=None)
        if self.districts:
            self.initial.setdefault("district", self.districts[0].pk)
        if len(self.districts) == 1:
            self.fields["district"].widget = forms.HiddenInput()
        if earlier:
            self.initial["readers"] = "contacts" if earlier.contacts_only else "everyone"
            self.fields["readers"].disabled = True
        whole = _("All our buildings in the district") if reach.kind == LANDLORD else _("Everyone in the district")
        self._choices("whom", [("district", whole), ("chosen", _("Buildings and stairwells I choose"))])

    def _choice(self, name: str) -> "forms.ModelChoiceField[Any]":
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def _offered(self, name: str) -> "QuerySet[Any]":
        return cast("QuerySet[Any]", self._choice(name).queryset)

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def places(self) -> Iterator[tuple[District, list[BuildingChoice]]]:
        """Every building and stairwell that can be chosen, by district. Two queries however many there are."""
        chosen = {name: {str(value) for value in self[name].value() or ()} for name in PLACES}
        return places_of(self.districts, self._offered("buildings"), self._offered("stairwells"), chosen)

    def clean_urgency(self) -> str:
        """A correction is at least as urgent as what it corrects, or it would pass by some of those told."""
        urgency = str(self.cleaned_data["urgency"])
        order = Notice.Urgency.values
        if self.earlier and order.index(urgency) < order.index(self.earlier.urgency):
            raise forms.ValidationError(_("A correction must be at least as urgent as the notice it corrects."))
        return urgency

    def clean_not_before(self) -> datetime | None:
        """A time to come, at most 90 days away, or none."""
        leaves = cast("datetime | None", self.cleaned_data["not_before"])
        if leaves is not None:
            self._clean_time(leaves, timezone.now(), SCHEDULED_TOO_FAR, SCHEDULED_AT_MOST_DAYS)
        return leaves

    def clean_expires_at(self) -> datetime:
        """A time to come, at most 90 days after the notice leaves."""
        until = cast("datetime", self.cleaned_data["expires_at"])
        leaves = cast("datetime | None", self.cleaned_data.get("not_before"))
        self._clean_time(until, leaves or timezone.now(), SHOWN_TOO_LONG, SHOWN_AT_MOST_DAYS)
        if leaves and until <= leaves:
            raise forms.ValidationError(_("This is before the notice is sent. Choose a later time."))
        return until

    @staticmethod
    def _clean_time(when: datetime, start: datetime, too_far: Any, days: int) -> None:
        if when <= timezone.now():
            raise forms.ValidationError(_("This time has already passed. Choose a time to come."))
        if when > start + timedelta(days=days):
            raise forms.ValidationError(too_far % {"days": days})

    def clean(self) -> dict[str, Any]:
        """Both or neither of a language's title and text; a choice of places when places are to be chosen."""
        data = super().clean()
        if all(name in data for name in ("whom", *PLACES)):
            wrong = wrong_places(data, is_chosen=data["whom"] != "district")
            if wrong:
                self.add_error("whom", wrong)
        if data.get("is_public"):
            self._clean_public(data)
        return data

    def _clean_public(self, data: dict[str, Any]) -> None:
        if data.get("whom") == "chosen" or data.get("readers") == "contacts":
            words = _("Only a notice to everyone in the whole district can be public. Untick this, or choose them.")
            self.add_error("is_public", words)
        for name in [f"{part}_{language}" for language in LANGUAGES for part in ("title", "body")]:
            if publishing.looks_like_vma(data.get(name) or ""):
                self.add_error(name, publishing.NOT_A_VMA)

    def audience(self) -> Audience | None:
        """Whom the notice would reach, as far as the form says; None until it says enough."""
        if self.is_bound and any(name not in self.cleaned_data for name in ("district", "whom", *PLACES)):
            return None
        is_chosen = self["whom"].value() == "chosen"
        return Audience(
            organisation=self.organisation,
            district=self.meant_district(),
            whole_district=not is_chosen,
            building_ids=self._chosen("buildings") if is_chosen else [],
            stairwell_ids=self._chosen("stairwells") if is_chosen else [],
            contacts_only=self["readers"].value() == "contacts",
            urgency=self.meant_urgency(),
            after=(self.earlier.origin_id or self.earlier.pk) if self.earlier else None,
        )

    def _chosen(self, name: str) -> list[int]:
        if self.is_bound:
            return [place.pk for place in self.cleaned_data[name]]
        return list(self[name].value() or ())

    def meant_district(self) -> District:
        """The district chosen so far, else the first."""
        typed = str(self["district"].value() or "")
        return next((district for district in self.districts if str(district.pk) == typed), self.districts[0])

    def meant_urgency(self) -> str:
        """The urgency chosen so far, else information."""
        typed = str(self["urgency"].value() or "")
        return typed if typed in Notice.Urgency.values else Notice.Urgency.INFORMATION

    def words(self) -> Words:
        """What a valid form holds."""
        data = self.cleaned_data
        return Words(
            kind=data["kind"],
            urgency=data["urgency"],
            district=data["district"],
            whole_district=data["whom"] == "district",
            buildings=data["buildings"],
            stairwells=data["stairwells"],
            contacts_only=data["readers"] == "contacts",
            is_public=data["is_public"],
            expires_at=data["expires_at"],
            not_before=data["not_before"],
            texts=self.clean_texts(),
        )


def form_data(notice: Notice, *, as_copy: bool = False) -> dict[str, Any]:
    """What a notice holds, as NoticeForm's initial values; a copy of an old one gets a new time to be shown until."""
    initial: dict[str, Any] = {
        "kind": notice.kind,
        "urgency": notice.urgency,
        "district": notice.district_id,
        "whom": "district" if notice.whole_district else "chosen",
        "buildings": list(notice.buildings.values_list("pk", flat=True)),
        "stairwells": list(notice.stairwells.values_list("pk", flat=True)),
        "readers": "contacts" if notice.contacts_only else "everyone",
        # To publish is decided anew for each notice.
        "is_public": notice.is_public and not as_copy,
        "not_before": None if as_copy else notice.not_before,
        "expires_at": default_expiry() if as_copy else notice.expires_at,
    }
    for text in notice.texts.all():
        initial |= {f"title_{text.language}": text.title, f"body_{text.language}": text.body}
    return initial


def default_expiry() -> datetime:
    """A week from now, on the hour."""
    return timezone.localtime(timezone.now() + timedelta(days=SHOWN_DAYS)).replace(minute=0, second=0, microsecond=0)
