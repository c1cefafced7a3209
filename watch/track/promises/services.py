"""Writing promises: saved, published, corrected, withdrawn; each a transaction of its own."""

import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from buildings.models import District, Organisation
from watch.meet.guarding import refuse_marked
from watch.models import Amendment, Commitment, CommitmentTarget, Correction, FollowUp, Promise, Situation

log = structlog.get_logger(__name__)


class PromiseError(Exception):
    """What cannot be done: `changed` meanwhile, `empty` (nothing promised), `outside` the time, `late`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Words = dict[str, dict[str, str]]


def _refuse_marked(words: Words) -> None:
    refuse_marked(*(text for said in words.values() for text in said.values()))


@transaction.atomic
def save_promise(
    *,
    promise: Promise,
    words: Words,
    districts: list[District],
    organisations: list[Organisation],
    seen: int = 0,
    why: str = "",
) -> Promise:
    """Save a new promise, or one that was `seen` at this version.

    Of a published one what it said before is kept beside it with `why`. Raises PromiseError `changed` and Marked.
    """
    _refuse_marked(words | {"why": {"why": why}})
    if promise.pk:
        held = Promise.objects.select_for_update().get(pk=promise.pk)
        if seen and held.version != seen:
            raise PromiseError("changed")
        promise.version = held.version + 1
        promise.published_at = held.published_at
        _keep_before(held, promise, words, districts, organisations, why)
    promise.words = words
    promise.save()
    promise.districts.set(districts)
    promise.organisations.set(organisations)
    return promise


def _keep_before(
    before: Promise,
    after: Promise,
    words: Words,
    districts: list[District],
    organisations: list[Organisation],
    why: str,
) -> None:
    """Keep what everyone could read, when any of it changes."""
    if not before.published_at:
        return
    who: dict[str, list[int]] = {
        "districts": sorted(before.districts.values_list("pk", flat=True)),
        "organisations": sorted(before.organisations.values_list("pk", flat=True)),
    }
    new = {"districts": sorted(one.pk for one in districts), "organisations": sorted(one.pk for one in organisations)}
    time = {"starts_on": before.starts_on, "ends_on": before.ends_on}
    if (before.words, who, time) == (words, new, {name: getattr(after, name) for name in time}):
        return
    Amendment.objects.create(promise=before, words=before.words, why=why, **who, **time)


@transaction.atomic
def publish(*, promise: Promise) -> None:
    """Let everyone read it; a second press changes nothing. Raises PromiseError `empty` without a commitment."""
    if not promise.commitments.filter(withdrawn_at=None).exists():
        raise PromiseError("empty")
    Promise.objects.filter(pk=promise.pk, published_at=None).update(published_at=timezone.now())
    log.info("promise_published", promise=promise.pk)


@transaction.atomic
def save_commitment(
    *,
    commitment: Commitment,
    words: Words,
    organisations: list[Organisation],
    targets: dict[int, int],
    why: str = "",
) -> Commitment:
    """Save what is promised, with the targets by district.

    On a published promise the words and target as they were are kept beside it with `why`. Raises PromiseError
    `changed` when its number is taken, `late` when it is withdrawn, and Marked.
    """
    _refuse_marked(words | {"why": {"why": why}})
    before = Commitment.objects.select_for_update().filter(pk=commitment.pk).first()
    if before and before.withdrawn_at:
        raise PromiseError("late")
    if before and commitment.promise.published_at:
        _correct(before, commitment, words, targets, why)
    elif commitment.promise.published_at:
        commitment.added_at = timezone.now()
    commitment.words = words
    try:
        with transaction.atomic():
            commitment.save()
    except IntegrityError:
        raise PromiseError("changed") from None
    commitment.organisations.set(organisations)
    commitment.targets.all().delete()
    CommitmentTarget.objects.bulk_create(
        CommitmentTarget(commitment=commitment, district_id=district, target=target)
        for district, target in targets.items()
    )
    return commitment


def _correct(before: Commitment, after: Commitment, words: Words, targets: dict[int, int], why: str) -> None:
    """Keep what a commitment said, when any of it changes."""
    known = {one.district_id: one.target for one in before.targets.all()}
    same = all(getattr(before, name) == getattr(after, name) for name in ("target", "measure", "deadline"))
    if same and before.words == words and known == targets:
        return
    Correction.objects.create(
        commitment=before,
        words=before.words,
        measure=before.measure,
        target=before.target,
        targets=known,
        deadline=before.deadline,
        why=why,
    )


@transaction.atomic
def withdraw(*, commitment: Commitment, why: str) -> bool:
    """Take a commitment away; whether it stays, as withdrawn, because people have read it. Raises Marked."""
    refuse_marked(why)
    if commitment.promise.published_at is None:
        commitment.delete()
        return False
    here = Commitment.objects.filter(pk=commitment.pk, withdrawn_at=None)
    here.update(withdrawn_at=timezone.now(), withdrawn_why=why)
    return True


@transaction.atomic
def record(
    *,
    commitment: Commitment,
    organisation: Organisation,
    publish: bool,
    corrects: FollowUp | None = None,
    **facts: Any,
) -> FollowUp:
    """Write down what was done. One that `corrects` another takes its place once it is public.

    Raises PromiseError `outside` when the day is outside the promise's time or to come, `late` when it was corrected
    already or the commitment is withdrawn, and Marked.
    """
    refuse_marked(facts.get("text", ""), facts.get("where", ""), facts.get("why", ""))
    if not may_be_on(commitment.promise, facts["on"]):
        raise PromiseError("outside")
    if commitment.withdrawn_at:
        raise PromiseError("late")
    now = timezone.now()
    public = bool(publish or (corrects and corrects.published_at))
    known = {"commitment": commitment, "organisation": organisation, "corrects": corrects}
    try:
        with transaction.atomic():
            return FollowUp.objects.create(**known, published_at=now if public else None, **facts)
    except IntegrityError:
        raise PromiseError("late") from None


def may_be_on(promise: Promise, day: datetime.date) -> bool:
    """Whether something done for the promise can have been done that day."""
    return promise.starts_on <= day <= min(promise.ends_on, timezone.localdate())


@transaction.atomic
def publish_follow_up(*, follow_up: FollowUp) -> None:
    """Let everyone read it; a second press changes nothing."""
    FollowUp.objects.filter(pk=follow_up.pk, published_at=None).update(published_at=timezone.now())


@transaction.atomic
def discard_follow_up(*, follow_up: FollowUp) -> None:
    """Take away one that nobody has read. Raises PromiseError `late` when it is public."""
    gone, _ = FollowUp.objects.filter(pk=follow_up.pk, published_at=None).delete()
    if not gone:
        raise PromiseError("late")


@transaction.atomic
def save_situation(*, situation: Situation, words: Words, publish: bool, seen: int = 0) -> Situation:
    """Save a situation picture, and let everyone read it if asked. Raises PromiseError `changed` and Marked."""
    _refuse_marked(words)
    if situation.pk:
        held = Situation.objects.select_for_update().get(pk=situation.pk)
        if seen and held.version != seen:
            raise PromiseError("changed")
        situation.version, situation.published_at = held.version + 1, held.published_at
    situation.words = words
    if publish and situation.published_at is None:
        situation.published_at = timezone.now()
    situation.save()
    return situation


@transaction.atomic
def merge_districts(*, gone: District, into: District) -> None:
    """What was promised for a district that has become part of another goes on for that one, in its own words."""
    for promise in Promise.objects.filter(districts=gone):
        promise.districts.add(into)
        promise.districts.remove(gone)
    FollowUp.objects.filter(district=gone).update(district=into)
    Situation.objects.filter(district=gone).update(district=into)
    for old in CommitmentTarget.objects.filter(district=gone):
        known = CommitmentTarget.objects.filter(commitment=old.commitment_id, district=into).first()
        if known is None:
            CommitmentTarget.objects.filter(pk=old.pk).update(district=into)
        else:
            CommitmentTarget.objects.filter(pk=known.pk).update(target=known.target + old.target)
            old.delete()
