"""A notice as people type it, validated and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from buildings.access import LANDLORD, POLICE, Scope
from buildings.models import Building, District, Organisation, Stairwell
from notifications.audience import Audience
from notifications.drafts import Words
from notifications.fields import LocalTimeField, PlacesField, TidyField, one_line, plain_lines
from notifications.forms.choices import BuildingChoice, StairwellChoice
from notifications.models import Notice
from notifications.wording import numbers_in_order

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
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class TextFields:
    """One language's pair of fields, and what stands in them now."""

    language: str
    name: str
    rtl: bool
    title: forms.BoundField
    body: forms.BoundField

    @property
    def is_used(self) -> bool:
        """Whether anything is typed or wrong in the pair."""
        return bool(self.title.value() or self.body.value() or self.title.errors or self.body.errors)


class NoticeForm(forms.Form):
    """A notice's words, urgency, audience and time.

    The districts, buildings and urgencies offered are those the writer's organisation may use; an alert
    (`act now`) is for the police alone.
    """

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose")), *Notice.Kind.choices],
        error_messages={"required": _("Choose what the notice is about.")},
    )
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        widget=forms.RadioSelect,
        initial=Notice.Urgency.INFORMATION,
        error_messages={"invalid_choice": _("Only the police can send this kind of notice. Choose another.")},
    )
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

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        reach: Scope,
        initial: dict[str, Any] | None = None,
        earlier: Notice | None = None,
    ) -> None:
        self.reach, self.earlier = reach, earlier
        super().__init__(data, initial={"expires_at": default_expiry(), **(initial or {})})
        self.organisation = cast("Organisation", reach.organisation)
        self.districts = list(reach.districts())
        self._choice("district").queryset = reach.districts()
        self._choice("buildings").queryset = reach.buildings().filter(closed_at=None)
        self._choice("stairwells").queryset = reach.stairwells().filter(closed_at=None, building__closed_at=None)
        if self.districts:
            self.initial.setdefault("district", self.districts[0].pk)
        if len(self.districts) == 1:
            self.fields["district"].widget = forms.HiddenInput()
        self._choices("urgency", self._urgencies())
        whole = _("All our buildings in the district") if reach.kind == LANDLORD else _("Everyone in the district")
        self._choices("whom", [("district", whole), ("chosen", _("Buildings and stairwells I choose"))])
        if earlier:
            self.initial["readers"] = "contacts" if earlier.contacts_only else "everyone"
            self.fields["readers"].disabled = True
        for language in LANGUAGES:
            self._add_text(language)

    def _choice(self, name: str) -> "forms.ModelChoiceField[Any]":
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def _offered(self, name: str) -> "QuerySet[Any]":
        return cast("QuerySet[Any]", self._choice(name).queryset)

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _urgencies(self) -> list[tuple[Any, Any]]:
        words = {
            Notice.Urgency.INFORMATION: _("Information – good to know"),
            Notice.Urgency.BE_AWARE: _("Be aware – something has happened, be watchful"),
            Notice.Urgency.ACT_NOW: _("Act now – people must do something at once"),
        }
        return [
            (urgency, label)
            for urgency, label in words.items()
            if urgency != Notice.Urgency.ACT_NOW or self.reach.kind == POLICE
        ]

    def _add_text(self, language: str) -> None:
        is_swedish = language == "sv"
        is_rtl = get_language_info(language)["bidi"]
        attrs = {"lang": language, "dir": "rtl" if is_rtl else "ltr"}
        self.fields[f"title_{language}"] = TidyField(
            tidy=(lambda typed: numbers_in_order(one_line(typed))) if is_rtl else one_line,
            label=_("Title"),
            max_length=90,
            required=is_swedish,
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": _("Write a title in Swedish.")},
        )
        self.fields[f"body_{language}"] = TidyField(
            tidy=(lambda typed: numbers_in_order(plain_lines(typed))) if is_rtl else plain_lines,
            label=_("Text"),
            max_length=2000,
            required=is_swedish,
            widget=forms.Textarea(attrs={**attrs, "rows": 8 if is_swedish else 6}),
            help_text=_("What has happened, where, what should people do, whom do they call?") if is_swedish else "",
            error_messages={"required": _("Write the text in Swedish.")},
        )

    def text_fields(self) -> list[TextFields]:
        """The pairs of fields, Swedish first."""
        infos = [(language, get_language_info(language)) for language in LANGUAGES]
        return [
            TextFields(language, info["name_local"], info["bidi"], self[f"title_{language}"], self[f"body_{language}"])
            for language, info in infos
        ]

    def places(self) -> Iterator[tuple[District, list[BuildingChoice]]]:
        """Every building and stairwell that can be chosen, by district. Two queries however many there are."""
        chosen = {name: {str(value) for value in self[name].value() or ()} for name in PLACES}
        stairwells: dict[int, list[StairwellChoice]] = {}
        for pk, name, building in self._offered("stairwells").values_list("pk", "name", "building_id"):
            choice = StairwellChoice(pk, name, str(pk) in chosen["stairwells"])
            stairwells.setdefault(building, []).append(choice)
        buildings: dict[int, list[BuildingChoice]] = {}
        for pk, name, district in self._offered("buildings").values_list("pk", "designation", "district_id"):
            if pk in stairwells:
                boxes = BuildingChoice(pk, name, str(pk) in chosen["buildings"], stairwells[pk])
                buildings.setdefault(district, []).append(boxes)
        for district in self.districts:
            if district.pk in buildings:
                yield district, buildings[district.pk]

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
        data = super().clean() or self.cleaned_data
        for language in LANGUAGES[1:]:
            title, body = data.get(f"title_{language}"), data.get(f"body_{language}")
            if title == "" and body:
                self.add_error(f"title_{language}", _("Write a title too, or take away the text."))
            if body == "" and title:
                self.add_error(f"body_{language}", _("Write the text too, or take away the title."))
        if all(name in data for name in ("whom", *PLACES)):
            self._clean_places(data)
        return data

    def _clean_places(self, data: dict[str, Any]) -> None:
        district = data.get("district")
        buildings, stairwells = data["buildings"], data["stairwells"].select_related("building")
        if data["whom"] == "district":
            # Boxes ticked and then forgotten must not turn into a notice to everyone.
            if buildings or stairwells:
                self.add_error("whom", _("You have ticked buildings or stairwells too. Choose them, or untick them."))
            return
        if not buildings and not stairwells:
            self.add_error("whom", _("Choose at least one building or stairwell."))
        elif district and any(
            place.district_id != district.pk for place in [*buildings, *(s.building for s in stairwells)]
        ):
            self.add_error("whom", _("All buildings and stairwells must be in the district you have chosen."))

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
            expires_at=data["expires_at"],
            not_before=data["not_before"],
            texts={
                language: (data[f"title_{language}"], data[f"body_{language}"])
                for language in LANGUAGES
                if data[f"title_{language}"]
            },
        )

    def texts(self) -> dict[str, tuple[str, str]]:
        """Title and text by language as typed now, complete or not; languages without a word are left out."""
        typed = {language: (self._tidy(f"title_{language}"), self._tidy(f"body_{language}")) for language in LANGUAGES}
        return {language: pair for language, pair in typed.items() if any(pair)}

    def _tidy(self, name: str) -> str:
        field = cast("TidyField", self.fields[name])
        return field.tidy(str(self[name].value() or ""))


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
        "not_before": None if as_copy else notice.not_before,
        "expires_at": default_expiry() if as_copy else notice.expires_at,
    }
    for text in notice.texts.all():
        initial |= {f"title_{text.language}": text.title, f"body_{text.language}": text.body}
    return initial


def default_expiry() -> datetime:
    """A week from now, on the hour."""
    return timezone.localtime(timezone.now() + timedelta(days=SHOWN_DAYS)).replace(minute=0, second=0, microsecond=0)
