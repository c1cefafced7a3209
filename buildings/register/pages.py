"""An upload's plan as a page shows it, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from buildings.models import RegisterUpload
from buildings.register.plan import LEVELS
from buildings.register.reasons import Remark
from buildings.register.summary import path_of, words_of
from buildings.register.words import spoken_counts

NONE: Mapping[str, int] = dict.fromkeys(LEVELS, 0)


class PlanPage:
    """Reads an upload's summary; an upload without one counts as empty."""

    def __init__(self, upload: RegisterUpload, *, is_kept: bool) -> None:
        self.upload, self.is_kept = upload, is_kept
        self.summary: dict[str, Any] = upload.summary

    def _counts(self, what: str) -> Mapping[str, int]:
        counts: Mapping[str, int] = self.summary.get("counts", {}).get(what, NONE)
        return counts

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to say yes or no."""
        return self.upload.applied_at is None and not self.is_discarded and not self.is_forgotten

    @property
    def is_discarded(self) -> bool:
        """Whether somebody said no."""
        return bool(self.summary.get("discarded"))

    @property
    def is_forgotten(self) -> bool:
        """Whether the file was dropped because nobody answered in time."""
        return self.upload.applied_at is None and not self.is_discarded and not self.is_kept

    @property
    def table(self) -> list[tuple[str, list[int]]]:
        """What happens to how many buildings, stairwells and flats."""
        names = {
            "added": _("New"),
            "changed": _("Changed"),
            "closing": _("Proposed for closing"),
            "unchanged": _("Unchanged"),
            "waiting": _("Proposed for closing since before"),
        }
        rows = [(name, [self._counts(what)[level] for level in LEVELS]) for what, name in names.items()]
        return [row for row in rows if row[0] != names["waiting"] or any(row[1])]

    @property
    def figures(self) -> list[tuple[int, str]]:
        """The few numbers that matter most, each with its words."""
        return [
            (self._counts("added")["flats"], _("new flats")),
            (sum(self._counts("changed").values()), _("changed places")),
            (sum(self._counts("closing").values()), _("proposed for closing")),
            (self.wrong_count, _("wrong rows")),
        ]

    @property
    def does_nothing(self) -> bool:
        """Whether applying it would change nothing."""
        return not any(sum(self._counts(what).values()) for what in ("added", "changed", "closing"))

    @property
    def added(self) -> str:
        """What is new, in words."""
        return spoken_counts(self._counts("added"))

    @property
    def only_adds(self) -> bool:
        """Whether nothing that is there is touched."""
        return not any(sum(self._counts(what).values()) for what in ("changed", "closing"))

    @property
    def skipped_count(self) -> int:
        """Rows that are not homes or blank."""
        return int(self.summary.get("skipped", 0))

    @property
    def wrong_count(self) -> int:
        """Rows that cannot be registered as they are."""
        return int(self.summary.get("wrong", 0))

    @property
    def houses(self) -> list[dict[str, Any]]:
        """Buildings that get something new."""
        houses: list[dict[str, Any]] = self.summary.get("houses", [])
        return houses

    @cached_property
    def changed(self) -> list[tuple[str, str]]:
        """Changed places and what is new about them, as many as are kept."""
        return [(path_of(path), words_of(words)) for path, words in self.summary.get("changed", [])]

    @cached_property
    def closing(self) -> list[str]:
        """Places proposed for closing, as many as are kept."""
        return [path_of(path) for path in self.summary.get("closing", [])]

    @cached_property
    def skipped(self) -> list[Remark]:
        """Skipped rows and why, as many as are kept."""
        return [Remark.from_data(data) for data in self.summary.get("skipped_rows", [])]

    @cached_property
    def wrong(self) -> list[Remark]:
        """Wrong rows and why, as many as are kept."""
        return [Remark.from_data(data) for data in self.summary.get("wrong_rows", [])]
