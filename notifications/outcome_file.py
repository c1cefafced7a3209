"""A notice's outcome as CSV: how many deliveries by stairwell, way and state; no people and no addresses."""

import csv
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext

from buildings.export import escape_cell
from notifications import audience, outcomes
from notifications.models import Endpoint, Notice, OutboxState

CHUNK = 2000


def outcome_lines(notice: Notice, language: str) -> Iterator[str]:
    """Line by line, words in this language: UTF-8 with its mark and semicolons, as Excel opens it here.

    Stairwells that are not told on their own (`outcomes.too_few`) come last, together; when even together they are
    too few, not at all. The count itself is one query, read in chunks.
    """
    # A stream is read after the request's own language has gone.
    with translation.override(language):
        headings = [gettext("Stairwell"), gettext("Way"), gettext("State"), gettext("Number")]
        together = gettext("Stairwells with few people, together")
        ways = {channel.value: str(channel.label) for channel in Endpoint.Channel}
        states = {state.value: str(state.label) for state in OutboxState}
    writer: Any = csv.writer(_Line(), delimiter=";")
    yield f"\ufeff{writer.writerow(map(escape_cell, headings))}"
    people = outcomes.people_by_stairwell(notice)
    hidden = outcomes.too_few(people)
    rest: Counter[tuple[str, str]] = Counter()
    for pk, name, channel, state, count in _counts(notice).iterator(chunk_size=CHUNK):
        if pk in hidden:
            rest[channel, state] += count
        elif pk in people:
            yield writer.writerow([escape_cell(name), escape_cell(ways[channel]), escape_cell(states[state]), count])
    if sum(people[pk] for pk in hidden) >= settings.SMALLEST_GROUP:
        for (channel, state), count in sorted(rest.items()):
            yield writer.writerow(
                [escape_cell(together), escape_cell(ways[channel]), escape_cell(states[state]), count]
            )


def _counts(notice: Notice) -> Any:
    deliveries, stairwell = outcomes.by_stairwell(notice, audience.places(notice).order_by().values("pk"))
    by = (f"{stairwell}__sort_key", stairwell, "channel", "state")
    rows = deliveries.order_by(*by).values_list(stairwell, f"{stairwell}__name", "channel", "state")
    return rows.annotate(rows=Count("pk", distinct=True))


class _Line:
    """A file that hands each written line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line
