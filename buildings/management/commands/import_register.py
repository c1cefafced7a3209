"""`import_register FILE --landlord SLUG --district SLUG [--apply] [--json]`: plan a register, or apply it."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buildings.models import District, Organisation
from buildings.register import Plan, Register, UnreadableError, apply_register, plan_register, read_register
from buildings.register.plan import LEVELS
from buildings.register.reasons import Remark
from buildings.register.summary import as_json, change_lines, closing_lines

SOME_WRONG = 1
UNREADABLE = 2
MOST_LINES = 100
ROWS = {
    "added": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "closing": gettext_lazy("Proposed for closing"),
    "unchanged": gettext_lazy("Unchanged"),
}
COLUMNS = {
    "buildings": gettext_lazy("buildings"),
    "stairwells": gettext_lazy("stairwells"),
    "flats": gettext_lazy("flats"),
}


class Command(BaseCommand):
    """Prints what a register would change; with --apply it also changes it."""

    help = (
        "Plan a housing company's register (CSV or .xlsx), or apply it. "
        "Exit status: 0 every row was understood, 1 some rows were wrong, 2 the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, landlord and district; `--apply` and `--json`."""
        parser.add_argument("file")
        parser.add_argument("--landlord", required=True, metavar="SLUG", help="the housing company's short name")
        parser.add_argument("--district", required=True, metavar="SLUG", help="the short name of the district")
        parser.add_argument("--apply", action="store_true", help="apply it; without this nothing is saved")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan or apply, print."""
        try:
            landlord = _landlord(options["landlord"])
            district = _district(landlord, options["district"])
            register = _read(options["file"])
        except UnreadableError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            raise CommandError(str(error), returncode=UNREADABLE) from error
        carry = apply_register if options["apply"] else plan_register
        plan = carry(register=register, landlord=landlord, district=district)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(plan), ensure_ascii=False))
        else:
            self._tell(plan, applied=options["apply"])
        if plan.wrong:
            sys.exit(SOME_WRONG)

    def _tell(self, plan: Plan, *, applied: bool) -> None:
        """The plan for people."""
        self.stdout.write(
            _("Register of %(landlord)s in %(district)s") % {"landlord": plan.landlord, "district": plan.district}
        )
        self.stdout.write("")
        for line in _table(plan):
            self.stdout.write(line)
        self._list(_("Changed"), change_lines(plan))
        self._list(_("Proposed for closing"), closing_lines(plan))
        self._list(_("Skipped rows"), _remarks(plan.skipped))
        self._list(_("Wrong rows"), _remarks(plan.wrong))
        self.stdout.write("")
        self.stdout.write(_("Applied.") if applied else _("This is a plan: nothing is saved. Add --apply to apply it."))

    def _list(self, heading: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        self.stdout.write("")
        self.stdout.write(f"{heading} ({len(lines)})")
        for line in lines[:MOST_LINES]:
            self.stdout.write(f"  {line}")
        if len(lines) > MOST_LINES:
            more = _("and %(count)s more; --json lists every row") % {"count": len(lines) - MOST_LINES}
            self.stdout.write(f"  {more}")


def _landlord(slug: str) -> Organisation:
    known = Organisation.objects.landlords()
    landlord = known.filter(slug=slug).first()
    if landlord:
        return landlord
    raise UnreadableError(
        _("There is no housing company “%(slug)s”. There are: %(known)s.") % {"slug": slug, "known": _slugs(known)}
    )


def _district(landlord: Organisation, slug: str) -> District:
    district = landlord.districts.filter(slug=slug).first()
    if district:
        return district
    raise UnreadableError(
        _("%(landlord)s has no district “%(slug)s”. It has: %(known)s.")
        % {"landlord": landlord, "slug": slug, "known": _slugs(landlord.districts)}
    )


def _slugs(known: Any) -> str:
    return ", ".join(known.order_by("slug").values_list("slug", flat=True)) or _("none")


def _read(path: str) -> Register:
    try:
        with open(path, "rb") as stream:
            return read_register(stream, path)
    except OSError as error:
        raise UnreadableError(
            _("The file %(path)s cannot be opened: %(error)s.") % {"path": path, "error": error.strerror}
        ) from error


def _remarks(remarks: Sequence[Remark]) -> list[str]:
    return [
        _("row %(row)s: %(reason)s")
        % {"row": str(remark.row).rjust(len(str(remarks[-1].row))), "reason": remark.reason}
        for remark in remarks
    ]


def _table(plan: Plan) -> list[str]:
    """Figures under headings, every column as wide as its widest cell."""
    cells = [["", *(str(COLUMNS[level]) for level in LEVELS)]]
    cells += [[str(name), *(str(plan.counts(what)[level]) for level in LEVELS)] for what, name in ROWS.items()]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in cells
    ]
