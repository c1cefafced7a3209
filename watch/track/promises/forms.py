"""What people write of promises: the same few words in every language, then days, districts and numbers."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from buildings.access import Scope, scope
from buildings.models import District, Organisation, User
from watch.meet.guarding import GuardedField
from watch.models import Commitment, FollowUp, Promise, Situation, SurveyRound
from watch.track.forms import bare_helper
from watch.track.promises.services import Words, may_be_on

LANGUAGES = [code for code, _name in settings.LANGUAGES]
DAY: dict[str, Any] = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class WordsForm(forms.Form):
    """Fields for words in every language, named `title_sv` and so on; Swedish ones are asked for.

    `parts` names each text with its label, length and rows; a row count of 0 is one line.
    """

    parts: tuple[tuple[str, Any, int, int], ...] = ()

    def __init__(self, *args: Any, words: Words | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = self._said(words or {}) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        for language in LANGUAGES:
            for name, label, length, rows in self.parts:
                field = GuardedField(label=label, max_length=length, rows=rows, required=language == "sv")
                bidi = get_language_info(language)["bidi"]
                field.widget.attrs |= {"lang": language, "dir": "rtl" if bidi else "ltr"}
                self.fields[f"{name}_{language}"] = field

    @staticmethod
    def _said(words: Words) -> dict[str, str]:
        return {f"{name}_{language}": text for language, said in words.items() for name, text in said.items()}

    def in_languages(self) -> list[dict[str, Any]]:
        """Each language with its own name, its fields, and whether one of them is wrong."""
        found = []
        for language in LANGUAGES:
            fields = [self[f"{name}_{language}"] for name, *_rest in self.parts]
            has_errors = any(field.errors for field in fields)
            name = get_language_info(language)["name_local"]
            found.append({"language": language, "name": name, "fields": fields, "has_errors": has_errors})
        return found

    def others(self) -> list[forms.BoundField]:
        """The fields that are not words."""
        of_words = {f"{name}_{language}" for name, *_rest in self.parts for language in LANGUAGES}
        return [self[name] for name in self.fields if name not in of_words]

    def clean(self) -> dict[str, Any]:
        """A language is there with all its words or not at all."""
        data = super().clean() or self.cleaned_data
        for language in LANGUAGES:
            typed = [bool(data.get(f"{name}_{language}")) for name, *_rest in self.parts]
            if any(typed) and not typed[0]:
                self.add_error(f"{self.parts[0][0]}_{language}", _("Write this too, or take away the rest."))
        return data

    def clean_words(self) -> Words:
        """The words of a valid form, by language; empty languages are left out."""
        data = self.cleaned_data
        found = {
            language: {name: data[f"{name}_{language}"] for name, *_rest in self.parts if data[f"{name}_{language}"]}
            for language in LANGUAGES
        }
        return {language: said for language, said in found.items() if said}


def why_changed() -> GuardedField:
    """Why something public is changed."""
    help_text = _("Everyone reads this, with what it said before.")
    return GuardedField(label=_("Why you change it"), max_length=200, help_text=help_text)


class PromiseForm(WordsForm):
    """A promise: words, time, where, and who."""

    parts = (
        ("title", _("Title"), 90, 0),
        ("summary", _("What is promised, in a few sentences"), 800, 4),
        ("why", _("Why this is promised"), 800, 4),
    )

    starts_on = forms.DateField(label=_("From"), **DAY)
    ends_on = forms.DateField(label=_("To, this day included"), **DAY)
    districts = forms.ModelMultipleChoiceField(
        District.objects.none(), label=_("Districts"), widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Who promises"), widget=forms.CheckboxSelectMultiple
    )
    follows = forms.ModelChoiceField(Promise.objects.none(), label=_("Goes on from"), required=False)
    situation = forms.ModelChoiceField(Situation.objects.none(), label=_("Situation picture"), required=False)
    survey = forms.ModelChoiceField(SurveyRound.objects.none(), label=_("Safety survey"), required=False)

    def __init__(self, *args: Any, user: User, promise: Promise, **kwargs: Any) -> None:
        self.promise = promise
        if promise.pk:
            names = ("starts_on", "ends_on", "follows", "situation", "survey")
            kwargs["initial"] = {name: getattr(promise, name) for name in names}
            kwargs["initial"] |= {"districts": promise.districts.all(), "organisations": promise.organisations.all()}
        super().__init__(*args, words=promise.words, **kwargs)
        reach: Scope = scope(user)
        served = reach.districts()
        known = Q(pk__in=served.values("pk"))
        if promise.pk:
            known |= Q(pk__in=promise.districts.values("pk"))
        districts = District.objects.filter(known)
        self._choices("districts", districts)
        self._choices("organisations", Organisation.objects.filter(districts__in=districts).distinct())
        self._choices("follows", Promise.objects.published().exclude(pk=promise.pk))
        published = Situation.objects.exclude(published_at=None).select_related("district")
        self._choices("situation", published.filter(district__in=districts))
        self._choices("survey", SurveyRound.objects.filter(district__in=districts))
        self._label("follows", lambda one: one.title.text)
        self._label("situation", lambda one: f"{one.district}, {one.on}")
        if promise.published_at:
            self.fields["why_changed"] = why_changed()

    def _choices(self, name: str, found: Any) -> None:
        self.fields[name].queryset = found  # type: ignore[attr-defined]

    def _label(self, name: str, label: Any) -> None:
        self.fields[name].label_from_instance = label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """It ends after it starts, and keeps what has been written down within its time."""
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It would end before it starts. Choose a later day."))
        elif starts and ends and self.promise.pk:
            outside = FollowUp.objects.filter(commitment__promise=self.promise).exclude(on__range=(starts, ends))
            if outside.exists():
                self.add_error("ends_on", _("Something has been followed up outside this time. Choose other days."))
        return data

    def filled(self) -> Promise:
        """The promise with what was typed."""
        data = self.cleaned_data
        for name in ("starts_on", "ends_on", "follows", "situation", "survey"):
            setattr(self.promise, name, data[name])
        if not self.promise.pk:
            self.promise.slug = free_slug(data["title_sv"], data["starts_on"].year)
        return self.promise


def free_slug(title: str, year: int) -> str:
    """A short name nobody has yet, from the title and the year."""
    start = f"{slugify(title)[:48].strip('-') or 'lofte'}-{year}"
    taken = set(Promise.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    names = [start, *(f"{start}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


class CommitmentForm(WordsForm):
    """One thing promised, and how it is measured, in all and in each district."""

    parts = (("text", _("What is promised"), 400, 3),)

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=99)
    measure = forms.ChoiceField(
        label=_("How it is measured"), choices=Commitment.Measure.choices, widget=forms.RadioSelect
    )
    target = forms.IntegerField(
        label=_("Target in all"),
        required=False,
        min_value=1,
        error_messages={"min_value": _("A target is at least 1. Leave it empty if there is none.")},
    )
    deadline = forms.DateField(label=_("Done by"), required=False, **DAY)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Who does it"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        self.commitment, promise = commitment, commitment.promise
        names = ("number", "measure", "target", "deadline")
        kwargs["initial"] = {name: getattr(commitment, name) for name in names}
        if commitment.pk:
            kwargs["initial"]["organisations"] = commitment.organisations.all()
        super().__init__(*args, words=commitment.words, **kwargs)
        self.fields["organisations"].queryset = promise.organisations.all()  # type: ignore[attr-defined]
        known = {one.district_id: one.target for one in commitment.targets.all()} if commitment.pk else {}
        self.districts = list(promise.districts.all())
        for district in self.districts:
            label = _("Target in %(district)s") % {"district": district.name}
            error = {"min_value": _("A target is at least 1. Leave it empty if there is none.")}
            self.fields[f"target_in_{district.pk}"] = forms.IntegerField(
                label=label, required=False, min_value=1, initial=known.get(district.pk), error_messages=error
            )
        if commitment.pk and promise.published_at:
            self.fields["why_changed"] = why_changed()

    def clean_number(self) -> int:
        """A number of its own."""
        number: int = self.cleaned_data["number"]
        others = Commitment.objects.filter(promise=self.commitment.promise, number=number)
        if others.exclude(pk=self.commitment.pk).exists():
            raise ValidationError(_("Another commitment has this number. Choose a free one."))
        return number

    def clean_deadline(self) -> Any:
        """Within the promise's time."""
        day, promise = self.cleaned_data["deadline"], self.commitment.promise
        if day and not promise.starts_on <= day <= promise.ends_on:
            raise ValidationError(_("That day is outside the promise's time."))
        return day

    def filled(self) -> Commitment:
        """The commitment with what was typed."""
        for name in ("number", "measure", "target", "deadline"):
            setattr(self.commitment, name, self.cleaned_data[name])
        return self.commitment

    def targets(self) -> dict[int, int]:
        """The targets by district's pk."""
        data = self.cleaned_data
        return {one.pk: data[f"target_in_{one.pk}"] for one in self.districts if data.get(f"target_in_{one.pk}")}


class WithdrawForm(forms.Form):
    """Why a commitment is taken away."""

    why = GuardedField(label=_("Why it is withdrawn"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class FollowUpForm(forms.Form):
    """Something done for a commitment; short enough for a phone."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=FollowUp.Kind.choices, widget=forms.RadioSelect)
    district = forms.ModelChoiceField(District.objects.none(), label=_("District"), required=False)
    on = forms.DateField(label=_("Day"), **DAY)
    where = GuardedField(label=_("Where"), max_length=80, required=False)
    number = forms.IntegerField(label=_("How many"), min_value=0, max_value=10_000)
    text = GuardedField(label=_("In a few words"), max_length=300, rows=2, required=False)
    evidence = forms.URLField(
        label=_("Link that shows it"),
        required=False,
        assume_scheme="https",
        help_text=_("For example a page of the city's. It must begin with https."),
    )
    is_cancelled = forms.BooleanField(label=_("It was planned and is cancelled"), required=False)
    why = GuardedField(label=_("Why"), max_length=200, required=False)
    publish = forms.BooleanField(label=_("Let everyone read it now"), required=False)

    def __init__(self, *args: Any, promise: Promise, corrects: FollowUp | None = None, **kwargs: Any) -> None:
        names = ("kind", "district", "on", "where", "number", "text", "evidence", "is_cancelled")
        first = {name: getattr(corrects, name) for name in names} if corrects else {}
        districts = list(promise.districts.all())
        known = {"on": min(timezone.localdate(), promise.ends_on), "number": 1, "kind": FollowUp.Kind.PRESENCE}
        if len(districts) == 1:
            known["district"] = districts[0]
        kwargs.setdefault("initial", known | first)
        super().__init__(*args, **kwargs)
        self.promise, self.corrects = promise, corrects
        self.fields["district"].queryset = promise.districts.all()  # type: ignore[attr-defined]
        self.fields["district"].empty_label = _("All of them")  # type: ignore[attr-defined]
        if corrects:
            self.fields["why"].label, self.fields["why"].required = _("Why you correct it"), True
            del self.fields["publish"]
        self.helper = bare_helper()

    def clean_on(self) -> Any:
        """A day within the promise's time that has come."""
        day = self.cleaned_data["on"]
        if not may_be_on(self.promise, day):
            raise ValidationError(_("That day is outside the promise's time, or has not come yet."))
        return day

    def clean_evidence(self) -> str:
        """An address that nobody on the way can change."""
        link: str = self.cleaned_data["evidence"]
        if link:
            URLValidator(schemes=["https"], message=_("The link must begin with https."))(link)
        return link

    def clean(self) -> dict[str, Any]:
        """Who cancels says why."""
        data = super().clean() or {}
        if data.get("is_cancelled") and not data.get("why"):
            self.add_error("why", _("Say in a few words why it was cancelled."))
        return data


class SituationForm(WordsForm):
    """How a district looks on a day."""

    parts = (("title", _("Title"), 90, 0), ("summary", _("How it looks"), 3000, 8))

    district = forms.ModelChoiceField(District.objects.none(), label=_("District"))
    on = forms.DateField(label=_("Day"), **DAY)
    publish = forms.BooleanField(label=_("Let everyone read it now"), required=False)

    def __init__(self, *args: Any, user: User, situation: Situation, **kwargs: Any) -> None:
        known: dict[str, Any] = {"on": situation.on or timezone.localdate()}
        if situation.pk:
            known |= {"district": situation.district_id, "publish": situation.published_at is not None}
        super().__init__(*args, words=situation.words, initial=known, **kwargs)
        self.situation = situation
        self.fields["district"].queryset = scope(user).districts()  # type: ignore[attr-defined]
