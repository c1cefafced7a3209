"""From which state a watch may go where, who takes the step, and what must be true first. Pure: no database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from buildings.access import MUNICIPALITY, POLICE
from watch.models import Watch, WatchStep

State, Why = Watch.State, WatchStep.Why


@dataclass(frozen=True)
class Facts:
    """What is so at a building; days in settings.TIME_ZONE, shares in per cent.

    `trained` counts stairwells with a contact who is trained or at work, `helped` those with a contact who has come
    forward, `working` those with one at work. `met_on` is the last meeting for those who live there, `told_at_doors`
    the last day doors opened on a round, `started_on` the last start-up meeting with the police.
    """

    stairwells: int = 0
    helped: int = 0
    trained: int = 0
    working: int = 0
    met_on: date | None = None
    told_at_doors: date | None = None
    started_on: date | None = None
    covered_share: int = 50
    met_since: date = date.min

    @property
    def was_told(self) -> bool:
        """Whether the people there have been told of the model, at a meeting or at their doors."""
        return self.met_on is not None or self.told_at_doors is not None

    @property
    def needed(self) -> int:
        """How many stairwells must have a trained contact: the district's share, rounded up, at least one."""
        return max(1, -(-self.stairwells * self.covered_share // 100))

    @property
    def is_covered(self) -> bool:
        """Whether trained contacts cover that many."""
        return self.trained >= self.needed

    @property
    def met_lately(self) -> bool:
        """Whether there was a meeting within the district's months."""
        return self.met_on is not None and self.met_on >= self.met_since

    @property
    def is_asleep(self) -> bool:
        """Whether an active watch there should be asked about: no meeting for too long, or no contact left.

        A trained contact who waits for the last yes is one, or a watch would be asked about the night it began.
        """
        return not self.met_lately or not self.trained


# Who moves a watch (design: police and city, in their own districts); a landlord moves none.
MOVERS = (POLICE, MUNICIPALITY)


@dataclass(frozen=True)
class Guard:
    """One step: what must be true, what the history says it rests on, and which kinds of organisation take it."""

    may: Callable[[Facts], bool]
    why: Callable[[Facts], str]
    by: tuple[str, ...] = MOVERS


def _as_told(facts: Facts) -> str:
    return Why.MEETING if facts.met_on else Why.DOORS


def _as_asleep(facts: Facts) -> str:
    return Why.NO_MEETING if not facts.met_lately else Why.NO_CONTACT


def _always(_facts: Facts) -> bool:
    return True


# Every step staff can take. A watch ends with its building as well (`closing`), from wherever it stands.
STEPS: dict[tuple[str, str], Guard] = {
    (State.REGISTERED, State.PRESENTED): Guard(lambda facts: facts.was_told, _as_told),
    (State.REGISTERED, State.DORMANT): Guard(_always, lambda _facts: Why.BEFORE),
    (State.PRESENTED, State.FORMING): Guard(lambda facts: facts.helped > 0, lambda _facts: Why.CONTACT),
    (State.FORMING, State.ACTIVE): Guard(
        lambda facts: facts.is_covered and facts.started_on is not None, lambda _facts: Why.STARTED
    ),
    (State.ACTIVE, State.DORMANT): Guard(lambda facts: facts.is_asleep, _as_asleep),
    (State.DORMANT, State.ACTIVE): Guard(
        lambda facts: facts.is_covered and facts.met_lately and facts.working > 0, lambda _facts: Why.RESUMED
    ),
    (State.DORMANT, State.CLOSED): Guard(_always, lambda _facts: Why.OTHER),
}
# The way up the stairs, in the order they are climbed.
STAIRS = (State.REGISTERED, State.PRESENTED, State.FORMING, State.ACTIVE)


def exists(before: str, after: str) -> bool:
    """Whether there is such a step at all."""
    return (before, after) in STEPS


def may(before: str, after: str, facts: Facts) -> bool:
    """Whether the step exists and its facts are there."""
    guard = STEPS.get((before, after))
    return guard is not None and guard.may(facts)


def takes(kind: str, before: str, after: str) -> bool:
    """Whether staff of this kind of organisation take the step."""
    guard = STEPS.get((before, after))
    return guard is not None and kind in guard.by


def steps_from(before: str) -> list[str]:
    """Where one can go from here, the way up first."""
    return [after for start, after in STEPS if start == before]
