"""What a plan starts from: nothing, the ready-made words of a kind, or a meeting that is there."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from watch.meet.ready import KINDS
from watch.models import Meeting

EVENING = time(18)


def blank_data() -> dict[str, Any]:
    """A meeting for the whole district in Swedish, with the words of an information meeting."""
    return {"whom": "district", "children_welcome": True, "languages": ["sv"], **ready_data(Meeting.Kind.INFORMATION)}


def ready_data(kind: Meeting.Kind) -> dict[str, Any]:
    """A kind's words in every language, whom it is for and the hours it takes as a rule."""
    ready = KINDS[kind]
    ends = (datetime.combine(timezone.localdate(), EVENING) + ready.duration).time()
    return {
        "kind": kind,
        "contacts_only": ready.contacts_only,
        "starts": EVENING,
        "ends": ends,
        **_words(ready.texts),
    }


def saved_data(meeting: Meeting, *, as_copy: bool = False) -> dict[str, Any]:
    """What a meeting holds, as PlanForm's initial values; a copy has no day, and a closed place is left out of it.

    Who else calls a meeting that is there PlanForm reads itself, together with whom it offers.
    """
    group = "public" if meeting.is_public else "district" if meeting.whole_district else "chosen"
    texts = {text.language: (text.title, text.agenda) for text in meeting.texts.all()}
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return {
        "kind": meeting.kind,
        **({"organisers": [one.pk for one in meeting.organisers.all()]} if as_copy else {}),
        "district": meeting.district_id,
        "whom": group,
        **({} if meeting.whole_district else _places(meeting)),
        "contacts_only": meeting.contacts_only,
        "day": None if as_copy else starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "languages": meeting.languages,
        "interpreter": meeting.interpreter,
        "seats": meeting.seats,
        "children_welcome": meeting.children_welcome,
        **_place(meeting),
        **_words(texts),
    }


def _places(meeting: Meeting) -> dict[str, list[int]]:
    return {
        "buildings": list(meeting.buildings.values_list("pk", flat=True)),
        "stairwells": list(meeting.stairwells.values_list("pk", flat=True)),
    }


def _place(meeting: Meeting) -> dict[str, Any]:
    venue = meeting.venue
    if venue is None or venue.closed_at:
        names = ("place", "address", "directions", "step_free")
        return {name: getattr(meeting, name) for name in names}
    own_directions = "" if meeting.directions == venue.directions else meeting.directions
    return {"venue": venue.pk, "place": "", "address": "", "directions": own_directions, "step_free": False}


def _words(texts: dict[str, tuple[str, str]]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for language in KINDS[Meeting.Kind.INFORMATION].texts:
        words[f"title_{language}"], words[f"agenda_{language}"] = texts.get(language, ("", ""))
    return words
