"""How a notice fares, for its sender: numbers and reasons, and nobody singled out.

Where fewer than settings.SMALLEST_GROUP people are meant, a number is a person: such a notice is told in totals only,
and such a stairwell not at all. Were one small stairwell alone left out, it could be worked out from the rest, so the
next smallest are left out with it until together they are enough people.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from buildings.models import Contact, Resident, Stairwell
from notifications import audience
from notifications.counted import counted
from notifications.models import Delivery, Endpoint, Fate, Notice, OutboxState, Outcome
from notifications.models.endpoints import channel_name, wants_for
from notifications.outbox.budget import SMS_CEILING
from notifications.reasons import summed, waits_in_words

STAIRWELLS_A_PAGE = 25
ARRIVED = (OutboxState.SENT, OutboxState.DELIVERED)
GIVEN_UP = (OutboxState.FAILED, OutboxState.SKIPPED)
# Fates a sender reads as "not reached", in the order they are told.
MISSED = (Fate.REFUSED, Fate.SET_ASIDE, Fate.SAID_NO, Fate.EXPIRED, Fate.CALLED_OFF, Fate.LEFT)


@dataclass(frozen=True)
class OutOfReach:
    """People meant who have no row, by why there is no way to reach them, as their endpoints say now."""

    no_address: int = 0
    set_aside: int = 0
    wants_less: int = 0

    @classmethod
    def of(cls, notice: Notice) -> "OutOfReach":
        """Count now; one query, or none when everyone could be reached when the notice started."""
        if not notice.unreachable:
            return cls()
        ways = Endpoint.objects.filter(user=OuterRef("pk"))
        told = Delivery.objects.filter(notice=notice, endpoint__user=OuterRef("pk"))
        broken = ways.filter(wants__in=wants_for(notice.urgency), set_aside_at__isnull=False)
        people = audience.out_of_reach(notice).filter(~Exists(told), created_at__lte=_started(notice))
        asked = people.annotate(has_way=Exists(ways), is_broken=Exists(broken))
        found = asked.aggregate(
            no_address=Count("pk", filter=Q(has_way=False)),
            set_aside=Count("pk", filter=Q(is_broken=True)),
            wants_less=Count("pk", filter=Q(has_way=True, is_broken=False)),
        )
        return cls(**found)


@dataclass(frozen=True)
class Picture:
    """A notice's rows by channel and what became of the people meant."""

    outcome: Outcome = field(default_factory=Outcome)
    fates: Mapping[Fate, int] = field(default_factory=dict)
    out_of_reach: OutOfReach = field(default_factory=OutOfReach)

    @classmethod
    def of(cls, notice: Notice) -> "Picture":
        """Count now; three queries."""
        return cls(Delivery.objects.outcome(notice), Delivery.objects.fates(notice), OutOfReach.of(notice))

    @property
    def channels(self) -> "list[tuple[str | Promise, Any]]":
        """The name of each channel used, and its tally."""
        return [(channel_name(channel), tally) for channel, tally in self.outcome.by_channel.items()]

    @property
    def missed(self) -> list[tuple[Fate, int]]:
        """People who had a way to be reached and were not, by why."""
        return [(fate, self.fates[fate]) for fate in MISSED if self.fates.get(fate)]

    @property
    def not_reached(self) -> int:
        """People not reached, whatever the reason."""
        reach = self.out_of_reach
        without = reach.no_address + reach.set_aside + reach.wants_less
        return without + sum(count for _fate, count in self.missed)

    @property
    def failures(self) -> list[tuple[str, int]]:
        """Why deliveries failed, in words."""
        return summed(self.outcome.failed)

    @property
    def waits(self) -> list[dict[str, Any]]:
        """What is held: in words why, how many deliveries, and when the last of them may leave."""
        return [
            {
                "words": waits_in_words(reason),
                "count": wait.count,
                "until": wait.until,
                "is_ceiling": reason == SMS_CEILING,
            }
            for reason, wait in sorted(self.outcome.held.items())
        ]


def picture(notice: Notice) -> Picture:
    """How the notice fares, counted now or, when counting is slow, lately (`notifications.counted`)."""
    return counted(f"notice-picture:{notice.pk}:{notice.state}", partial(Picture.of, notice))


def is_small(notice: Notice) -> bool:
    """Whether so few people are meant that a number by reason or way would be about somebody in particular."""
    return notice.people < settings.SMALLEST_GROUP


def fingerprint_of(*parts: object) -> str:
    """The same for the same figures."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


class StairwellRow(NamedTuple):
    """One stairwell: how many people are meant and what became of them; `is_hidden` when they are too few to tell."""

    stairwell: Stairwell
    is_hidden: bool
    people: int = 0
    reached: int = 0
    waiting: int = 0

    @property
    def missed(self) -> int:
        """People not reached, whatever the reason."""
        return self.people - self.reached - self.waiting


@dataclass(frozen=True)
class StairwellPage:
    """A page of the stairwells meant."""

    page: "Page[Stairwell]"
    rows: list[StairwellRow]

    @property
    def has_hidden(self) -> bool:
        """Whether any row is left empty."""
        return any(row.is_hidden for row in self.rows)


def stairwells(notice: Notice, number: str | None = None) -> StairwellPage:
    """A page of stairwells and how the notice fares in each; the same few queries however large the notice is."""
    page = Paginator(audience.places(notice), STAIRWELLS_A_PAGE).get_page(number)
    people = people_by_stairwell(notice)
    hidden = too_few(people)
    shown = [stairwell.pk for stairwell in page if stairwell.pk in people and stairwell.pk not in hidden]
    fared = _fared(notice, shown) if shown else {}
    rows = []
    for stairwell in page:
        is_hidden = stairwell.pk in hidden
        reached, alive = fared.get(stairwell.pk, (0, 0))
        counts = () if is_hidden else (people.get(stairwell.pk, 0), reached, alive - reached)
        rows.append(StairwellRow(stairwell, is_hidden, *counts))
    return StairwellPage(page, rows)


def people_by_stairwell(notice: Notice) -> dict[int, int]:
    """How many people were meant in each stairwell when the notice started and still are; stairwells without left out.

    A person with two homes counts in both. One query, kept when it is slow.
    """
    return counted(f"notice-stairwells:{notice.pk}", partial(_people_by_stairwell, notice))


def _people_by_stairwell(notice: Notice) -> dict[int, int]:
    homes: QuerySet[Any] = audience.homes(notice).filter(user__is_active=True)
    if not notice.contacts_only:
        homes = homes.filter(joined_at__lte=_started(notice))
    found = homes.order_by().values_list("stairwell").annotate(people=Count("pk"))
    return dict(found)


def too_few(people: Mapping[int, int]) -> frozenset[int]:
    """The stairwells whose numbers are not told.

    Those with too few people, and with them the next smallest until those left out are together no longer too few.
    """
    left_out: set[int] = set()
    together = 0
    for pk, count in sorted(people.items(), key=lambda item: (item[1], item[0])):
        if count >= settings.SMALLEST_GROUP and not 0 < together < settings.SMALLEST_GROUP:
            break
        left_out.add(pk)
        together += count
    return frozenset(left_out)


def by_stairwell(notice: Notice, stairwells: Collection[int] | QuerySet[Any]) -> tuple[QuerySet[Delivery], str]:
    """The notice's deliveries to people in these stairwells, and the name of the field that tells which one."""
    path = "endpoint__user__contact_roles" if notice.contacts_only else "endpoint__user__residencies"
    at_home: dict[str, Any] = {f"{path}__stairwell__in": stairwells}
    if notice.contacts_only:
        at_home[f"{path}__state"] = Contact.State.ACTIVE
    else:
        at_home[f"{path}__state__in"] = (Resident.State.JOINED, Resident.State.CONFIRMED)
        at_home[f"{path}__joined_at__lte"] = _started(notice)
    found = Delivery.objects.filter(notice=notice, endpoint__user__is_active=True, **at_home)
    return found, f"{path}__stairwell"


def _fared(notice: Notice, shown: Collection[int]) -> dict[int, tuple[int, int]]:
    """People reached, and people reached or still to be, in each of these stairwells."""
    deliveries, stairwell = by_stairwell(notice, shown)
    found = deliveries.order_by().values_list(stairwell)
    counts = found.annotate(
        reached=Count("endpoint__user", distinct=True, filter=Q(state__in=ARRIVED)),
        alive=Count("endpoint__user", distinct=True, filter=~Q(state__in=GIVEN_UP)),
    )
    return {pk: (reached, alive) for pk, reached, alive in counts}


def _started(notice: Notice) -> Any:
    return notice.started_at or timezone.now()
