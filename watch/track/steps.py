"""What the page of a watch says: where it stands, the next step, who takes it, and what is missing for it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from buildings.models import Building
from watch.models import Watch
from watch.models.watches import state_of
from watch.track.states import STAIRS, Facts, may, steps_from, takes

State = Watch.State


@dataclass(frozen=True)
class Step:
    """A step that exists from here: where it leads, what the button says, and whether its facts are there."""

    to: str
    button: str
    may: bool


@dataclass(frozen=True)
class Stair:
    """One stair of the way up."""

    label: str
    is_done: bool
    is_now: bool


def steps_of(building: Building, facts: Facts, kind: str) -> list[Step]:
    """The steps staff of this kind of organisation take from here, the way up first."""
    here = state_of(building)
    return [Step(to, _button(here, to), may(here, to, facts)) for to in steps_from(here) if takes(kind, here, to)]


def stairs_of(building: Building) -> list[Stair]:
    """The way up drawn as stairs; a watch that sleeps or has ended stands on none of them."""
    here = state_of(building)
    at = STAIRS.index(State(here)) if here in STAIRS else -1
    return [Stair(str(State(state).label), n < at, n == at) for n, state in enumerate(STAIRS)]


def _button(here: str, to: str) -> str:
    if (here, to) == (State.REGISTERED, State.DORMANT):
        return _("It had neighbourhood watch before")
    return {
        State.PRESENTED: _("The model has been presented"),
        State.FORMING: _("People are getting together"),
        State.ACTIVE: _("The watch is active again") if here == State.DORMANT else _("The watch is active"),
        State.DORMANT: _("The watch is dormant"),
        State.CLOSED: _("The watch has ended"),
    }[State(to)]


def next_step(building: Building, *, is_proposed: bool = False) -> tuple[str, str]:
    """What comes next and who takes it, in two sentences; `is_proposed` says that it looks asleep."""
    if is_proposed:
        return (
            _("Decide: wake it with a meeting and a contact, or say that it is dormant."),
            _("The police or the city decide."),
        )
    return {
        State.REGISTERED: (
            _("Present neighbourhood watch to those who live there: hold a meeting, or go from door to door."),
            _("The police or the city invite; the housing company knows the house."),
        ),
        State.PRESENTED: (
            _("Find somebody in the house who wants to be a contact."),
            _("The housing company asks, and says that the person lives there."),
        ),
        State.FORMING: (
            _("Train the contacts, and hold a start-up meeting with the police."),
            _("The police or the city train; the police come to the meeting."),
        ),
        State.ACTIVE: (
            _("Keep it going: meet at least once a year, and tell people what happens."),
            _("The contacts meet their neighbours; the police and the city inform."),
        ),
        State.DORMANT: (
            _("Wake it: meet the neighbours, and see that there are trained contacts."),
            _("The police or the city invite to a meeting."),
        ),
        State.CLOSED: (_("Nothing: it has ended."), ""),
    }[State(state_of(building))]


def facts_in_words(facts: Facts) -> list[tuple[bool, str]]:
    """Each fact the steps rest on, and whether it is there."""
    return [
        (facts.was_told, _told(facts)),
        (
            facts.helped > 0,
            ngettext(
                "A contact has come forward in %(number)d stairwell.",
                "Contacts have come forward in %(number)d stairwells.",
                facts.helped,
            )
            % {"number": facts.helped},
        ),
        (
            facts.is_covered,
            ngettext(
                "%(trained)d of %(all)d stairwell has a trained contact. At least %(needed)d is needed.",
                "%(trained)d of %(all)d stairwells have a trained contact. At least %(needed)d are needed.",
                facts.stairwells,
            )
            % {"trained": facts.trained, "all": facts.stairwells, "needed": facts.needed},
        ),
        (
            facts.started_on is not None,
            _("A start-up meeting with the police was held.")
            if facts.started_on
            else _("No start-up meeting with the police has been held."),
        ),
        (
            facts.met_lately,
            _("There has been a meeting lately.") if facts.met_lately else _("There has been no meeting for long."),
        ),
    ]


def _told(facts: Facts) -> str:
    if facts.met_on:
        return _("Those who live there have been invited to a meeting that was held.")
    if facts.told_at_doors:
        return _("Neighbours were told at their doors.")
    return _("Nobody has told those who live there yet.")
