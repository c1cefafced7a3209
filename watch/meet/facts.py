"""What people must know to come to a meeting, and what of it has changed since they were told."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext

from watch.meet.planning import NEIGHBOUR_MEETING, Plan
from watch.models import Meeting, Venue


@dataclass(frozen=True)
class Facts:
    """Time, place and terms, as kept with each notice about the meeting (`Telling.facts`)."""

    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    directions: str = ""
    step_free: bool = False
    children_welcome: bool = True
    interpreter: bool = False

    @classmethod
    def of(cls, meeting: Meeting | Plan) -> Self:
        """The meeting's facts now, or as they would be."""
        return cls(**{name: getattr(meeting, name) for name in cls.__dataclass_fields__})

    @classmethod
    def at(cls, venue: Venue, starts_at: datetime) -> Self:
        """Those of a contact's meeting at a shared place."""
        return cls(
            starts_at=starts_at,
            ends_at=starts_at + NEIGHBOUR_MEETING,
            place=venue.name,
            address=venue.address,
            directions=venue.directions,
            step_free=venue.step_free,
            children_welcome=venue.children_welcome,
        )

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """The facts as `kept` wrote them."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}
        return cls(**{**kept, **times})

    def kept(self) -> dict[str, Any]:
        """The facts as JSON."""
        return asdict(self) | {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    @property
    def where(self) -> str:
        """Place and address in one line."""
        return ", ".join(filter(None, (self.place, self.address)))

    @property
    def when(self) -> str:
        """Day and hours in words, in settings.TIME_ZONE and the language that is active."""
        starts, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        day, begin, end = date_format(starts, "DATE_FORMAT"), time_format(starts), time_format(ends)
        weekday = date_format(starts, "l")
        if ends.date() != starts.date():
            end = f"{date_format(ends, 'DATE_FORMAT')} {end}"
        return gettext("%(weekday)s %(day)s, %(begin)s–%(end)s") % {
            "weekday": weekday,
            "day": day,
            "begin": begin,
            "end": end,
        }


def changes(told: Facts, now: Facts) -> list[str]:
    """What has changed, a sentence each, the most important first; empty when it is all the same."""
    sentences = []
    if told.starts_at != now.starts_at:
        sentences.append(gettext("New time: %(when)s. Before: %(before)s.") % {"when": now.when, "before": told.when})
    elif told.ends_at != now.ends_at:
        sentences.append(gettext("It ends at another time: %(when)s.") % {"when": now.when})
    if told.where != now.where:
        sentences.append(
            gettext("New place: %(where)s. Before: %(before)s.") % {"where": now.where, "before": told.where}
        )
    elif told.directions != now.directions:
        sentences.append(gettext("How to get in has changed: %(directions)s") % {"directions": now.directions})
    if told.step_free != now.step_free:
        sentences.append(
            gettext("The place is step-free.") if now.step_free else gettext("The place is not step-free any more.")
        )
    if told.children_welcome != now.children_welcome:
        sentences.append(
            gettext("Children are welcome.") if now.children_welcome else gettext("This time it is for adults only.")
        )
    if told.interpreter != now.interpreter:
        sentences.append(
            gettext("You can ask for an interpreter.") if now.interpreter else gettext("There will be no interpreter.")
        )
    return sentences
