"""Target against done, as it was at the end of any day, from what had been published or had happened by then."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from buildings.models import Contact, ContactStep, District
from watch.models import Commitment, Correction, DayCount, FollowUp, Meeting, Promise, WatchStep
from watch.models.promises import Said
from watch.track.promises.past import Terms, promise_on, terms_on, was_there

Measure = Commitment.Measure
# By district; None is what was done for all of them together.
Counts = dict[int | None, int]


@dataclass(frozen=True)
class Part:
    """A commitment's progress in one district; `done` is None where the number would tell of too few people."""

    district: District
    done: int | None
    target: int | None


@dataclass(frozen=True)
class Progress:
    """How far a commitment has come. `is_in_numbers` is False when it is followed in words only."""

    commitment: Commitment
    done: int | None
    parts: list[Part]
    is_in_numbers: bool
    day: date

    @cached_property
    def terms(self) -> Terms:
        """What was promised, in the words and numbers of that day."""
        return terms_on(self.commitment, self.day)

    @property
    def target(self) -> int | None:
        """What was to be reached in all, that day."""
        return self.terms.target

    @property
    def text(self) -> Said:
        """What was promised, in the words of that day."""
        return self.terms.text

    @property
    def is_added(self) -> bool:
        """Whether it came to a promise that was public already."""
        return self.commitment.added_at is not None

    @property
    def corrections(self) -> "list[Correction]":
        """Corrections made by that day."""
        return [one for one in self.commitment.corrections.all() if timezone.localdate(one.at) <= self.day]

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn by that day."""
        at = self.commitment.withdrawn_at
        return at is not None and timezone.localdate(at) <= self.day

    @property
    def share(self) -> int:
        """Done of the target in per cent, at most 100; 0 without a target."""
        if not self.target or self.done is None:
            return 0
        return min(100, 100 * self.done // self.target)

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached."""
        return self.target is not None and self.done is not None and self.done >= self.target

    @property
    def is_late(self) -> bool:
        """Whether the deadline passed before it was."""
        deadline = self.terms.deadline
        return deadline is not None and deadline < self.day and not self.is_reached

    @property
    def in_words(self) -> str:
        """How far it has come, in one sentence; also what a picture says to who cannot see it."""
        if self.is_withdrawn:
            return _("Withdrawn.")
        if not self.is_in_numbers:
            return _("Followed in words, not in numbers.")
        if self.done is None:
            return _("Some, but so few that we do not say how many.")
        if self.target is None:
            return _("%(done)d so far.") % {"done": self.done}
        return _("%(done)d of %(target)d.") % {"done": self.done, "target": self.target}


def progress_of(promise: Promise, day: date | None = None, *, in_public: bool = True) -> list[Progress]:
    """Each commitment's progress at the end of `day` (today when none is named), withdrawn ones too.

    At most eleven queries. In public, contacts are told of in whole groups of settings.SMALLEST_GROUP and never by
    district: nobody may work out who helps the police.
    """
    as_on = day or timezone.localdate()
    then = promise_on(promise, as_on)
    made = promise.commitments.prefetch_related("organisations", "targets", "corrections")
    commitments = {one: terms_on(one, as_on) for one in made if was_there(one, as_on)}
    counts = _counted(commitments, as_on)
    measures = {terms.measure for terms in commitments.values()}
    computed = {
        measure: count(then.promise, then.districts, as_on)
        for measure, count in COUNTERS.items()
        if measure in measures
    }
    return [
        _progress(one, computed.get(Measure(terms.measure), counts[one.pk]), then.districts, as_on, in_public=in_public)
        for one, terms in commitments.items()
    ]


def _progress(
    commitment: Commitment, found: Counts, districts: Iterable[District], day: date, *, in_public: bool
) -> Progress:
    terms = terms_on(commitment, day)
    hidden = in_public and terms.measure == Measure.CONTACTS
    done: int | None = sum(found.values())
    if hidden and done:
        # In whole groups, so that no two days differ by one person.
        done = done // settings.SMALLEST_GROUP * settings.SMALLEST_GROUP or None
    parts = [
        Part(district, found.get(district.pk, 0), terms.targets.get(district.pk))
        for district in districts
        if not hidden
    ]
    return Progress(commitment, done, parts, terms.measure != Measure.WORDS, day)


def _counted(commitments: Iterable[Commitment], day: date) -> dict[int, Counts]:
    """What was entered by hand and public by then; what was cancelled counts for nothing."""
    counts: dict[int, Counts] = defaultdict(dict)
    entered = FollowUp.objects.published(day).filter(commitment__in=commitments, is_cancelled=False, on__lte=day)
    sums = entered.order_by().values_list("commitment", "district").annotate(Sum("number"))
    for commitment, district, number in sums:
        counts[commitment][district] = number
    return counts


def _meetings(promise: Promise, districts: list[District], day: date) -> Counts:
    """Information meetings held in the districts and written down by then, by the district that was invited."""
    held = Meeting.objects.held().filter(kind=Meeting.Kind.INFORMATION, district__in=districts)
    held = held.filter(starts_at__date__range=_time(promise, day), held_at__date__lte=day)
    return dict(held.order_by().values_list("district").annotate(Count("pk")))


def _watches(promise: Promise, districts: list[District], day: date) -> Counts:
    """Buildings that reached active, first time or again, each once a period."""
    steps = WatchStep.objects.reaching_active(districts, *_time(promise, day))
    return dict(steps.order_by().values_list("watch__building__district").annotate(Count("watch", distinct=True)))


def _contacts(promise: Promise, districts: list[District], day: date) -> Counts:
    """Contacts trained in the period and noted as such by then, whatever became of them since; erased ones too."""
    noted = ContactStep.objects.filter(contact=OuterRef("pk"), state=Contact.State.TRAINED, at__date__lte=day)
    trained = Contact.objects.filter(Exists(noted), trained_on__range=_time(promise, day))
    here = trained.filter(stairwell__building__district__in=districts)
    found = Counter(dict(here.order_by().values_list("stairwell__building__district").annotate(Count("pk"))))
    erased = DayCount.objects.filter(district__in=districts, day__range=_time(promise, day), trained_erased__gt=0)
    found.update(dict(erased.order_by().values_list("district").annotate(Sum("trained_erased"))))
    return dict(found)


def _time(promise: Promise, day: date) -> tuple[date, date]:
    """The promise's time up to a day, both ends included."""
    return promise.starts_on, min(promise.ends_on, day)


COUNTERS = {Measure.MEETINGS: _meetings, Measure.WATCHES: _watches, Measure.CONTACTS: _contacts}
