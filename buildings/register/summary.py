"""A plan as data: for `import_register --json`, and for the page that shows it and its place in the history."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buildings.register.plan import LEVELS, Change, Closing, Plan
from buildings.register.reasons import Remark

FIELDS = {
    "building": gettext_lazy("property"),
    "stairwell": gettext_lazy("stairwell"),
    "number": gettext_lazy("flat number"),
    "object_number": gettext_lazy("object number"),
    "floor": gettext_lazy("floor"),
    "city": gettext_lazy("postal town"),
    "name": gettext_lazy("name"),
}
# How much of each list is kept in an upload's row; the command's --json prints all of it.
MOST_LISTED = 500
MOST_STAIRWELLS = 5000


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan for a program to read: counts, and every row that was skipped or wrong with its reason."""
    none = dict.fromkeys(LEVELS, 0)
    return {
        **{what: plan.counts(what) for what in ("added", "changed", "closing", "unchanged")},
        "skipped": {
            **none,
            "flats": len(plan.skipped) - plan.blank,
            "blank": plan.blank,
            "rows": [_spoken(remark) for remark in plan.skipped],
        },
        "wrong": [_spoken(remark) for remark in plan.wrong],
    }


def _spoken(remark: Remark) -> dict[str, Any]:
    return {"row": remark.row, "reason": str(remark.reason)}


def summarise(plan: Plan) -> dict[str, Any]:
    """The plan to keep with its upload: figures and, up to a bound, lists. Reasons stay in no language."""
    changed = [change for level in LEVELS for change in getattr(plan, level).changed]
    return {
        "counts": {what: plan.counts(what) for what in ("added", "changed", "closing", "unchanged", "waiting")},
        "skipped": len(plan.skipped),
        "wrong": len(plan.wrong),
        "houses": _houses(plan),
        "changed": [[list(change.path), change.words] for change in changed[:MOST_LISTED]],
        "closing": [list(closing.path) for closing in _topmost_closings(plan)[:MOST_LISTED]],
        "skipped_rows": [remark.as_data() for remark in plan.skipped[:MOST_LISTED]],
        "wrong_rows": [remark.as_data() for remark in plan.wrong[:MOST_LISTED]],
    }


def _houses(plan: Plan) -> list[dict[str, Any]]:
    """The buildings and stairwells that get something new, with how many flats."""
    flats: dict[str, int] = defaultdict(int)
    rows = {row.key: row for row in plan.stairwells.added}
    for home in plan.flats.added:
        flats[home.stairwell.key] += 1
        rows.setdefault(home.stairwell.key, home.stairwell)
    new_buildings = {row.key for row in plan.buildings.added}
    new_stairwells = {row.key for row in plan.stairwells.added}
    houses: dict[str, dict[str, Any]] = {}
    for row in list(rows.values())[:MOST_STAIRWELLS]:
        house = houses.setdefault(
            row.building.key,
            {"name": row.building.designation, "new": row.building.key in new_buildings, "stairwells": []},
        )
        house["stairwells"].append([plan.names[row.key], row.key in new_stairwells, flats[row.key]])
    return list(houses.values())


def _topmost_closings(plan: Plan) -> list[Closing]:
    """Closings without those inside a place that closes as well."""
    seen: set[tuple[str, ...]] = set()
    top = []
    for level in LEVELS:
        for closing in getattr(plan, level).closing:
            if not any(closing.path[:depth] in seen for depth in range(1, len(closing.path))):
                top.append(closing)
            seen.add(closing.path)
    return top


def words_of(change: Sequence[Sequence[str]]) -> str:
    """What is new about a place, such as "floor: 2 → 3"."""
    parts = []
    for field, old, new in change:
        if field == "closing_proposed_at":
            parts.append(_("no longer proposed for closing"))
        elif field == "closed_at":
            parts.append(_("opened again"))
        else:
            parts.append(f"{FIELDS[field]}: {old or '–'} → {new or '–'}")
    return ", ".join(parts)


def path_of(path: Sequence[str]) -> str:
    """A place from the building down, such as "Varpen 1 › Varpgatan 1 A › 1001"."""
    return " › ".join(path)


def change_lines(plan: Plan) -> list[str]:
    """Every changed place in words."""
    changes: list[Change] = [change for level in LEVELS for change in getattr(plan, level).changed]
    return [f"{path_of(change.path)}: {words_of(change.words)}" for change in changes]


def closing_lines(plan: Plan) -> list[str]:
    """Every place that would be proposed for closing, the outermost only."""
    return [path_of(closing.path) for closing in _topmost_closings(plan)]
