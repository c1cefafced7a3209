"""What stands on a district's board: its buildings, how far each has come, and where a contact helps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.models import Building, Contact, District, Organisation, Stairwell, User
from buildings.models.places import BuildingQuerySet
from watch.models import Watch
from watch.track.houses import House, Well

REGISTERED = Watch.State.REGISTERED


def districts(user: User) -> QuerySet[District]:
    """Districts the person sees a board of: those they act in, and those their company has houses in."""
    reach = scope(user)
    return District.objects.filter(
        Q(pk__in=reach.districts().values("pk")) | Q(pk__in=reach.buildings().filter(closed_at=None).values("district"))
    )


def district(user: User, slug: str) -> tuple[District, bool]:
    """One of those, and whether there are others to choose; or 404."""
    known = {here.slug: here for here in districts(user)}
    if slug not in known:
        raise Http404
    return known[slug], len(known) > 1


def public_district(slug: str) -> District:
    """A district whose buildings anyone may see by state, or 404."""
    return get_object_or_404(District, slug=slug)


def buildings(user: User, here: District) -> BuildingQuerySet:
    """The standing buildings of the district that the person answers for as staff."""
    own = Building.objects.filter(pk__in=scope(user).buildings().values("pk"))
    return own.standing().filter(district=here)


def _own_owners(request: HttpRequest | None) -> QuerySet[Organisation]:
    """Who owns the buildings the person asking answers for."""
    if request is None or not request.user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=scope(request.user).buildings().values("owner"))


class BoardFilter(django_filters.FilterSet):
    """Buildings by words, state and owner, and those with a stairwell where nobody helps."""

    text = django_filters.CharFilter(
        label=_("Property or address"), method="with_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), method="in_state", choices=Watch.State.choices, empty_label=_("All")
    )
    owner = django_filters.ModelChoiceFilter(label=_("Owner"), queryset=_own_owners, empty_label=_("All"))
    without = django_filters.BooleanFilter(
        label=_("Only with a stairwell without a contact"), method="with_gaps", widget=forms.CheckboxInput
    )

    class Meta:
        model = Building
        fields = ("text", "state", "owner", "without")

    def with_words(self, found: Any, _name: str, words: str) -> QuerySet[Building]:
        """Buildings that hold every word, whatever the order."""
        narrowed: QuerySet[Building] = found.matching(words)
        return narrowed

    def in_state(self, found: QuerySet[Building], _name: str, state: str) -> QuerySet[Building]:
        """Buildings whose watch has come so far; one without a watch is registered."""
        wanted = Q(watch__state=state)
        return found.filter(wanted | Q(watch=None) if state == REGISTERED else wanted)

    def with_gaps(self, found: QuerySet[Building], _name: str, only: bool | None) -> QuerySet[Building]:
        """Buildings with a standing stairwell where nobody helps, or nobody who may be known of."""
        gaps = Stairwell.objects.standing().filter(building=OuterRef("pk")).exclude(pk__in=_helped())
        return found.filter(Exists(gaps)) if only else found

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        data: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        return any(data.values())


def _helped() -> QuerySet[Any, Any]:
    """Stairwells with a contact staff may know of: whoever hides from a threat is not counted."""
    return Contact.objects.shown().values("stairwell")


def houses(found: QuerySet[Building], here: District) -> list[House]:
    """The buildings with their stairwells, as they are drawn; three queries, however many there are."""
    met = set(Contact.objects.shown().filter(stairwell__building__district=here).values_list("stairwell", flat=True))
    standing = Stairwell.objects.standing().filter(building__in=found.order_by().values("pk"))
    wells: dict[int, list[Well]] = {}
    for pk, building, name, entrance in standing.order_by("sort_key", "pk").values_list(
        "pk", "building", "name", "entrance"
    ):
        wells.setdefault(building, []).append(Well(name, entrance, pk in met))
    rows = found.order_by("designation", "pk").values_list("pk", "designation", "owner__name", "watch__state")
    return [
        House(pk, designation, owner, state or REGISTERED, tuple(wells.get(pk, ())))
        for pk, designation, owner, state in rows
    ]


def public_houses(here: District) -> list[House]:
    """The district's buildings by state only: never a stairwell, a contact or an owner; one query."""
    standing = Building.objects.standing().filter(district=here).order_by("designation", "pk")
    rows = standing.values_list("pk", "designation", "watch__state")
    return [House(pk, designation, "", state or REGISTERED, ()) for pk, designation, state in rows]


@dataclass(frozen=True)
class Tally:
    """How many buildings have come how far."""

    state: str
    label: str
    number: int


def tallies(states: Iterable[str]) -> list[Tally]:
    """Every state in the order of the way, with how many of these buildings are in it."""
    numbers = Counter(states)
    return [Tally(state.value, str(state.label), numbers[state.value]) for state in Watch.State]


@dataclass(frozen=True)
class Place:
    """A district one may open the board of, with its buildings by state."""

    district: District
    tallies: list[Tally]

    @property
    def buildings(self) -> int:
        """How many buildings the board will show."""
        return sum(tally.number for tally in self.tallies)


def places(user: User) -> list[Place]:
    """The person's districts with how many of the buildings they answer for are in which state; two queries."""
    own = scope(user).buildings().filter(closed_at=None).order_by()
    numbers: dict[int, Counter[str]] = {}
    for here, state, number in own.values_list("district", "watch__state").annotate(number=Count("pk")):
        numbers.setdefault(here, Counter())[state or REGISTERED] += number
    return [Place(here, tallies(numbers.get(here.pk, Counter()).elements())) for here in districts(user)]
