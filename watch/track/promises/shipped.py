"""The promise of 2018, which comes with Trappan: read from its file and made once."""

import tomllib
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction

from buildings.models import District, Organisation
from watch.models import Commitment, FollowUp, Promise

FILE = Path(__file__).with_name("promise_2018.toml")
LANGUAGES = ("sv", "en", "ar", "so")


class MissingError(Exception):
    """There is nobody to have promised it, or no district: says which kind is missing."""


def slug() -> str:
    """Its short name."""
    return str(_held()["slug"])


def _held() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load(*, districts: list[District]) -> Promise:
    """Make the promise for these districts, published; one that is there already is left as it is.

    Its organisations are those of each kind that serve the districts. Raises MissingError.
    """
    held = _held()
    if known := Promise.objects.filter(slug=held["slug"]).first():
        return known
    if not districts:
        raise MissingError("district")
    served = Organisation.objects.filter(districts__in=districts).order_by("pk")
    promisers = {kind: served.filter(kind=kind).first() for kind in Organisation.Kind.values}
    if missing := [kind for kind, found in promisers.items() if found is None]:
        raise MissingError(missing[0])
    # When it was made public then: progress on any day since counts it.
    public = datetime.combine(held["starts_on"], time(12), tzinfo=UTC)
    promise = Promise.objects.create(
        slug=held["slug"],
        starts_on=held["starts_on"],
        ends_on=held["ends_on"],
        words=held["words"],
        published_at=public,
    )
    promise.districts.set(districts)
    promise.organisations.set([found for found in promisers.values() if found])
    for row in held["commitments"]:
        _commitment(promise, row, promisers)
    for row in held["follow_ups"]:
        _follow_up(promise, row)
    return promise


def _commitment(promise: Promise, row: dict[str, Any], promisers: dict[str, Organisation | None]) -> None:
    facts = {name: row[name] for name in ("number", "measure", "target", "deadline") if name in row}
    words = {language: {"text": row[language]} for language in LANGUAGES}
    commitment = Commitment.objects.create(promise=promise, words=words, **facts)
    commitment.organisations.set([found for kind in row["organisations"] if (found := promisers[kind])])


def _follow_up(promise: Promise, row: dict[str, Any]) -> None:
    at = datetime.combine(row["on"], time(12), tzinfo=UTC)
    facts = {name: row[name] for name in ("number", "on", "kind", "text")}
    commitment = promise.commitments.get(number=row["commitment"])
    FollowUp.objects.create(commitment=commitment, recorded_at=at, published_at=at, **facts)
