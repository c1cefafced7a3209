"""Drawing a building as a small house: one column a stairwell, a pattern for how far its watch has come.

A house's markup is kept under everything it is drawn from, so that it is drawn once and is never out of date.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from watch.models import Watch

# A colour never speaks alone: each state has a pattern (in `track/partials/patterns.html`), an icon and a word.
ICONS = {
    Watch.State.REGISTERED: "house",
    Watch.State.PRESENTED: "info",
    Watch.State.FORMING: "people",
    Watch.State.ACTIVE: "shield-check",
    Watch.State.DORMANT: "wait",
    Watch.State.CLOSED: "stop",
}
# In the drawing's own units.
COLUMN, EDGE, ROOF, WALL, LETTERS = 18, 3, 12, 38, 11
SCALE = 1.5
# Some thousand bytes each, in every worker's memory.
KEPT = 8192


class Well(NamedTuple):
    """A stairwell: one column of the house."""

    name: str
    entrance: str
    has_contact: bool


class House(NamedTuple):
    """A building and all that its picture and its row in the table tell."""

    pk: int
    designation: str
    owner: str
    state: str
    wells: tuple[Well, ...]

    @property
    def state_label(self) -> str:
        """How far it has come, in the reader's language."""
        return str(Watch.State(self.state).label)

    @property
    def icon(self) -> str:
        """The icon beside that word."""
        return ICONS[Watch.State(self.state)]

    @property
    def met(self) -> list[str]:
        """Stairwells with a contact at work."""
        return [well.name for well in self.wells if well.has_contact]

    @property
    def unmet(self) -> list[str]:
        """Stairwells where nobody helps yet."""
        return [well.name for well in self.wells if not well.has_contact]

    @property
    def columns(self) -> list[tuple[int, int, Well]]:
        """Where each stairwell's column begins, where its letter stands in the middle, and the stairwell."""
        return [(EDGE + COLUMN * n, EDGE + COLUMN * n + COLUMN // 2, well) for n, well in enumerate(self.wells)]

    @property
    def width(self) -> int:
        """How wide the drawing is; a house without stairwells has the width of two."""
        return 2 * EDGE + COLUMN * (len(self.wells) or 2)

    @property
    def drawn_width(self) -> int:
        """How wide it stands on the page, in pixels."""
        return int(self.width * SCALE)

    @property
    def drawn_height(self) -> int:
        """How high it stands on the page, in pixels."""
        return int(self.height * SCALE)

    @property
    def inner_width(self) -> int:
        """How wide the wall is."""
        return self.width - 2 * EDGE

    @property
    def height(self) -> int:
        """How high the drawing is; letters stand under houses with stairwells."""
        return ROOF + WALL + 2 + (LETTERS if self.wells else 0)

    @property
    def roof(self) -> str:
        """The outline of the roof."""
        return f"M0 {ROOF} 8 2H{self.width - 8}L{self.width} {ROOF}z"


def _part(template: str) -> Callable[[Iterable[House]], SafeString]:
    @lru_cache(maxsize=KEPT)
    def drawn(house: House, language: str) -> str:
        return render_to_string(template, {"house": house})

    def all_of(houses: Iterable[House]) -> SafeString:
        language = get_language() or ""
        return mark_safe("".join(drawn(house, language) for house in houses))  # noqa: S308 - each from a template

    return all_of


pictures = _part("track/partials/house.html")
rows = _part("track/partials/house_row.html")
public_pictures = _part("track/partials/public_house.html")
