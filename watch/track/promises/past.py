"""What a promise and its commitments said on a past day, from what they say now and what was changed since."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from buildings.models import District, Organisation
from watch.models import Amendment, Commitment, Correction, Promise
from watch.models.promises import Said


@dataclass(frozen=True)
class Terms:
    """What a commitment said: its words, how it was measured, its targets in all and by district, its deadline."""

    text: Said
    measure: str
    target: int | None
    targets: dict[int, int]
    deadline: date | None


def terms_on(commitment: Commitment, day: date) -> Terms:
    """What the commitment said at the end of a day; wants `targets` and `corrections` in hand."""
    targets = {one.district_id: one.target for one in commitment.targets.all()}
    later = [one for one in commitment.corrections.all() if timezone.localdate(one.at) > day]
    if not later:
        return Terms(commitment.text, commitment.measure, commitment.target, targets, commitment.deadline)
    # The latest stand first, so the last of them was the first change after the day.
    said: Correction = later[-1]
    if not said.measure:
        return Terms(said.text, commitment.measure, said.target, targets, commitment.deadline)
    kept = {int(pk): target for pk, target in said.targets.items()}
    return Terms(said.text, said.measure, said.target, kept, said.deadline)


def was_there(commitment: Commitment, day: date) -> bool:
    """Whether the commitment had been made by the end of a day."""
    return commitment.added_at is None or timezone.localdate(commitment.added_at) <= day


@dataclass(frozen=True)
class Then:
    """A promise as it stood: `promise` holds the words and the time of the day, and is not to be saved."""

    promise: Promise
    districts: list[District]
    amendments: list[Amendment]
    said: Amendment | None = None

    @property
    def organisations(self) -> "QuerySet[Organisation]":
        """Who promised it."""
        if self.said is None:
            return self.promise.organisations.all()
        return Organisation.objects.filter(pk__in=self.said.organisations).order_by("name")


def promise_on(promise: Promise, day: date) -> Then:
    """The promise at the end of a day, with the changes made by then."""
    changes = list(promise.amendments.all())
    later = [one for one in changes if timezone.localdate(one.at) > day]
    if not later:
        return Then(promise, list(promise.districts.all()), changes)
    said, then = later[-1], copy(promise)
    then.words, then.starts_on, then.ends_on = said.words, said.starts_on, said.ends_on
    districts = list(District.objects.filter(pk__in=said.districts).order_by("name"))
    return Then(then, districts, changes[len(later) :], said)
