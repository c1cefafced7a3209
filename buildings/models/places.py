"""District > Building > Stairwell > Flat, and the code on a stairwell's poster."""

import secrets
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models.organisations import Organisation

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
# Resident.State without `left`, by value: people live in a module above this one.
PRESENT = ("joined", "confirmed")


def new_code() -> str:
    """A stairwell code: 8 of 32 letters and digits without 0/O and 1/I, 40 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def tidy_code(typed: str) -> str:
    """A typed code as it is stored: upper case, without spaces and hyphens."""
    return "".join(character for character in typed.upper() if character.isalnum())


def counted(places: QuerySet[Any], path: str, only: Q) -> Coalesce:
    """How many rows at the end of `path` below each of `places` fit `only`, in a query of its own for each number."""
    here = places.model._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    number = here.annotate(number=Count(path, filter=only)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


class District(models.Model):
    """A part of the city (stadsdel) that a promise and its police officers are for.

    `officer` is the police's named officer there (kommunpolis); the police choose. `contacts_gathered_on` is the day
    the police or the city last gathered the district's contacts, which they do once a year, and
    `gathering_reminded_on` the day their staff were reminded of the next time.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    officer = models.ForeignKey(
        "StaffMember", models.SET_NULL, null=True, blank=True, editable=False, related_name="officer_of"
    )
    contacts_gathered_on = models.DateField(null=True, blank=True, editable=False)
    gathering_reminded_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class BuildingQuerySet(models.QuerySet["Building"]):
    """Reads of buildings."""

    def standing(self) -> Self:
        """Buildings that are not closed."""
        return self.filter(closed_at=None)

    def with_counts(self) -> Self:
        """Each with how many stairwells and flats stand in it and how many people have joined."""
        return self.annotate(
            stairwell_count=counted(self, "stairwells", Q(stairwells__closed_at=None)),
            flat_count=counted(self, "stairwells__flats", Q(stairwells__flats__closed_at=None)),
            people_count=counted(self, "stairwells__residents", Q(stairwells__residents__state__in=PRESENT)),
        )

    def matching(self, words: str) -> Self:
        """Buildings whose designation, or an address in them, holds each of the words."""
        found = self
        for word in words.split()[:8]:
            # SQLite folds the case of a to z only, so keys, which are folded, stand in for addresses.
            inside = Stairwell.objects.filter(building=OuterRef("pk"), key__contains=word.casefold())
            found = found.filter(
                Q(designation__icontains=word) | Q(designation__icontains=word.capitalize()) | Exists(inside)
            )
        return found


class Building(models.Model):
    """One property (fastighet) of a housing company, known by its designation, such as "Varpen 1"."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="buildings", verbose_name=_("owner"))
    district = models.ForeignKey(District, models.PROTECT, related_name="buildings", verbose_name=_("district"))
    designation = models.CharField(_("property designation"), max_length=80)
    closing_proposed_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ("designation", "pk")
        constraints = [models.UniqueConstraint(fields=["owner", "designation"], name="designation_once_an_owner")]

    def __str__(self) -> str:
        return self.designation


class StairwellQuerySet(models.QuerySet["Stairwell"]):
    """Reads of stairwells."""

    def in_public(self) -> Self:
        """Stairwells anybody may know of and ask to join: they and their buildings stand."""
        return self.filter(closed_at=None, building__closed_at=None)

    def at_street(self, words: str) -> Self:
        """Stairwells whose address holds each of the words, in any case."""
        found = self
        for word in words.split()[:8]:
            # SQLite folds the case of a to z only, so keys, which are folded, stand in for addresses.
            found = found.filter(key__contains=word.casefold())
        return found

    def standing(self) -> Self:
        """Stairwells that are not closed."""
        return self.filter(closed_at=None)

    def with_counts(self) -> Self:
        """Each with how many flats stand in it and how many people have joined."""
        return self.annotate(
            flat_count=counted(self, "flats", Q(flats__closed_at=None)),
            people_count=counted(self, "residents", Q(residents__state__in=PRESENT)),
        )


class Stairwell(models.Model):
    """A stairwell (trappuppgång): the place tenants join.

    `key` identifies it wherever it is registered: postcode, address and entrance in one normal form,
    so that "12A" and "12 A" are one and two companies cannot both claim it.
    """

    building = models.ForeignKey(Building, models.PROTECT, related_name="stairwells", verbose_name=_("building"))
    address = models.CharField(_("address"), max_length=120)
    entrance = models.CharField(_("entrance"), max_length=10, blank=True)
    name = models.CharField(_("name"), max_length=140)
    postcode = models.CharField(_("postcode"), max_length=10)
    city = models.CharField(_("postal town"), max_length=60)
    key = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    closing_proposed_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = StairwellQuerySet.as_manager()

    class Meta:
        verbose_name = _("stairwell")
        verbose_name_plural = _("stairwells")
        ordering = ("sort_key", "pk")
        constraints = [models.UniqueConstraint(fields=["key"], condition=Q(closed_at=None), name="stairwell_once")]

    def __str__(self) -> str:
        return self.name


class FlatQuerySet(models.QuerySet["Flat"]):
    """Reads of flats."""

    def standing(self) -> Self:
        """Flats that are not closed."""
        return self.filter(closed_at=None)

    def written_to(self) -> Self:
        """Flats that get a letter when all do: standing in a standing stairwell, and the household takes part."""
        found = self.standing().filter(declined_at=None, stairwell__closed_at=None)
        return found.select_related("stairwell")


class Flat(models.Model):
    """A home, by its number on the door (Lantmäteriet's four digits) and the company's own object number.

    `declined_at` says that the household does not want to take part; it is about a door and names nobody.
    """

    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="flats", verbose_name=_("stairwell"))
    number = models.CharField(_("flat number"), max_length=10)
    object_number = models.CharField(_("object number"), max_length=30, blank=True)
    floor = models.CharField(_("floor"), max_length=10, blank=True)
    declined_at = models.DateTimeField(null=True, editable=False)
    closing_proposed_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = FlatQuerySet.as_manager()

    class Meta:
        verbose_name = _("flat")
        verbose_name_plural = _("flats")
        ordering = ("number", "pk")
        constraints = [
            models.UniqueConstraint(fields=["stairwell", "number"], condition=Q(closed_at=None), name="flat_once")
        ]
        indexes = [models.Index(fields=["object_number"])]

    def __str__(self) -> str:
        return self.number


class JoinCodeQuerySet(models.QuerySet["JoinCode"]):
    """Reads of join codes."""

    def valid(self) -> Self:
        """Codes a tenant can join with: not retired, and the stairwell and its building stand."""
        return self.filter(retired_at=None, stairwell__closed_at=None, stairwell__building__closed_at=None)


class JoinCode(models.Model):
    """The code on a stairwell's poster. A leaked one is retired; its row stays, so an old poster gets a kind page."""

    stairwell = models.ForeignKey(Stairwell, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = JoinCodeQuerySet.as_manager()

    class Meta:
        ordering = (F("retired_at").asc(nulls_first=True), "-created_at")
        constraints = [
            models.UniqueConstraint(fields=["stairwell"], condition=Q(retired_at=None), name="one_valid_code")
        ]

    def __str__(self) -> str:
        return f"code of stairwell {self.stairwell_id}"

    @property
    def spaced(self) -> str:
        """The code as posters print it: two groups of four."""
        return f"{self.code[:4]} {self.code[4:]}"
