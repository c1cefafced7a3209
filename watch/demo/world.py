"""The demo's world, made in stages: each stands or falls whole, and one that stands is left as it is."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from watch.demo import (
    contacts,
    doors,
    figures,
    letters,
    meetings,
    notices,
    organisations,
    people,
    promises,
    ready,
    registers,
    texts,
    voices,
    watches,
)


@dataclass(frozen=True)
class Stage:
    """One part of the world and how to tell that it is there."""

    doing: Promise | str
    is_built: Callable[[], bool]
    build: Callable[[], None]


STAGES = (
    Stage(_("Districts, organisations and staff"), organisations.is_built, organisations.build),
    Stage(_("The registers: buildings, stairwells and flats"), registers.is_built, registers.build),
    Stage(_("Neighbours and contacts"), people.is_built, people.build),
    Stage(_("Contacts and their steps"), contacts.is_built, contacts.build),
    Stage(_("People who wait to be let in"), doors.is_built, doors.build),
    Stage(_("Letters between neighbours and contacts"), letters.is_built, letters.build),
    Stage(_("Ready-made notices"), ready.is_built, ready.build),
    Stage(_("Notices of the past weeks"), notices.is_built, notices.build),
    Stage(_("Meetings, held and to come"), meetings.is_built, meetings.build),
    Stage(_("Watches, and signs on their way"), watches.is_built, watches.build),
    Stage(_("Promises, and what came of them"), promises.is_built, promises.build),
    Stage(_("What people think"), voices.is_built, voices.build),
    Stage(_("Figures of the past months"), figures.is_built, figures.build),
    Stage(_("What is written about the districts"), texts.is_built, texts.build),
)


def load(say: Callable[[str], None]) -> bool:
    """Make what is missing, telling `say` before each stage; whether anything was missing."""
    changed = False
    for stage in STAGES:
        if stage.is_built():
            continue
        say(str(stage.doing))
        with transaction.atomic():
            stage.build()
        changed = True
    return changed
