"""A register file as rows of text: which encoding, which delimiter, which row holds the headings.

CSV in UTF-8, UTF-16 with its mark, or else cp1252, parted by semicolons, commas or tabs; or an Excel
workbook (.xlsx). Rows are streamed; nothing is ever evaluated, so a formula in a cell stays its text.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from buildings.register import headings
from buildings.register.headings import Columns

DELIMITERS = ";,\t"
# Titles and dates above the headings are common; more than this is some other kind of file.
HEADING_ROWS = 30
MOST_ROWS = 250_000
MOST_COLUMNS = 200
# What an .xlsx may unpack to, in bytes; 50 000 flats need about a tenth. Shared strings are held in memory.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_SHARED_STRINGS = 32 * 1024 * 1024
_CHUNK = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Row = tuple[int, Sequence[str]]
Rows = Generator[Row, None, None]
Reading = Callable[[], Rows]


class UnreadableError(ValueError):
    """The file cannot be read as a register; the text says why and what to do, to the person who sent it."""


@dataclass(frozen=True)
class Table:
    """The columns of a file, and its rows below the headings, numbered as the file counts them."""

    columns: Columns
    rows: Iterator[Row]


def open_table(stream: BinaryIO, filename: str) -> Table:
    """The table in a seekable file. Raises UnreadableError, at the start or while the rows are read."""
    stream.seek(0)
    start = stream.read(_CHUNK)
    stream.seek(0)
    if not start.strip():
        raise UnreadableError(_("The file is empty."))
    if start.startswith(_OLE):
        raise UnreadableError(_("This is an old Excel file. Save it as an Excel workbook (.xlsx) or as CSV."))
    if start.startswith(_ZIP):
        return _headed(_sheets(stream))
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise UnreadableError(_("The file is called .xlsx but is no Excel workbook. Save the register again."))
    encoding = _encoding(stream, start)
    return _headed([partial(_parted, stream, encoding, delimiter) for delimiter in DELIMITERS])


def _headed(readings: Sequence[Reading]) -> Table:
    """The reading whose first rows name most columns, from below its headings."""
    found = [headings.best(_first(reading)) for reading in readings]
    (at, columns), reading = max(zip(found, readings, strict=True), key=lambda pair: len(pair[0][1].places))
    if columns.missing:
        raise UnreadableError(columns.complaint())
    return Table(columns, _bounded(row for row in reading() if row[0] > at))


def _first(reading: Reading) -> list[Row]:
    """The rows the headings may be in; the reading is closed, as the next one may share its stream."""
    with closing(reading()) as rows:
        return list(islice(rows, HEADING_ROWS))


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if row[0] > MOST_ROWS:
            raise UnreadableError(_("The file has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
        yield row


def _encoding(stream: BinaryIO, start: bytes) -> str:
    """UTF-16 by its mark, UTF-8 when all of the file is, else cp1252, which older Windows programs write."""
    utf16 = start.startswith(_UTF16)
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        if _decodes(stream, encoding):
            return encoding
    raise UnreadableError(
        _("This is not a table but something else, perhaps a picture. Save the register as CSV or Excel (.xlsx).")
    )


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _parted(stream: BinaryIO, encoding: str, delimiter: str) -> Rows:
    """The rows of a CSV file. The stream is taken from its start and left open for the next reading."""
    stream.seek(0)
    lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            yield number, cells[:MOST_COLUMNS]
    except csv.Error as error:
        raise UnreadableError(_("The file cannot be read as a table. Save the register again.")) from error
    finally:
        lines.detach()


def _sheets(stream: BinaryIO) -> list[Reading]:
    """The sheets of a workbook that is not suspiciously large inside."""
    with _workbook_trouble():
        _refuse_bombs(stream)
        workbook = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
        if not workbook.worksheets:
            raise UnreadableError(_("The Excel workbook has no sheet with rows."))
        return [partial(_sheet, sheet) for sheet in workbook.worksheets]


def _sheet(sheet: Any) -> Rows:
    with _workbook_trouble():
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            yield number, [_cell(value) for value in cells]


@contextmanager
def _workbook_trouble() -> Iterator[None]:
    """A damaged workbook trips openpyxl, zlib and the XML parser in more ways than can be named."""
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(_("The Excel workbook is damaged or is none. Save the register again.")) from error


def _refuse_bombs(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
        if sum(part.file_size for part in parts) > MOST_UNPACKED or strings > MOST_SHARED_STRINGS:
            raise UnreadableError(_("The Excel workbook is far too large inside. Save the register as CSV."))
        for part in parts:
            with archive.open(part) as content:
                if b"<!DOCTYPE" in content.read(1024):
                    raise UnreadableError(_("The Excel workbook is damaged or is none. Save the register again."))


def _cell(value: object) -> str:
    """A cell as text; a spreadsheet's 1203.0 is the 1203 somebody typed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
