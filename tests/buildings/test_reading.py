"""Files as companies send them: every encoding, delimiter and spreadsheet, and those that are no register."""

import io
import zipfile

import pytest

from buildings.register import UnreadableError, headings
from tests.buildings.registers import (
    HEADINGS,
    PICTURE,
    SAMPLE,
    as_csv,
    as_xlsx,
    home,
    read,
    sample_headings,
    sample_rows,
)


def homes(content: bytes, filename: str = "register.csv") -> list[tuple[str, ...]]:
    """The homes a file holds, as one line each."""
    return [
        (
            flat.stairwell.building.designation,
            flat.object_number,
            flat.stairwell.address,
            flat.stairwell.postcode,
            flat.stairwell.city,
            flat.stairwell.entrance,
            flat.number,
            flat.floor,
        )
        for flat in read(content, filename).flats
    ]


ONE = [("Åsen 1", "04000", "Åsgatan 1 A", "504 35", "Borås", "A", "1001", "BV")]
ROW = home(building="Åsen 1", address="Åsgatan 1 A", thing="04000")


def test_the_sample_is_understood_to_the_last_row():
    register = read(SAMPLE.read_bytes())
    assert (len(register.flats), len(register.stairwells), len(register.buildings)) == (1387, 86, 35)
    assert (len(register.skipped), register.blank, register.wrong) == (13, 1, [])
    assert {str(remark.reason) for remark in register.skipped} == {
        "Not a home: Lokal.",
        "Not a home: Förråd.",
        "Not a home: Tvättstuga.",
        "Blank row.",
    }
    assert [remark.row for remark in register.skipped][:3] == [20, 39, 40]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_homes(encoding, delimiter):
    assert homes(as_csv(ROW, encoding=encoding, delimiter=delimiter)) == ONE


def test_an_excel_workbook_gives_the_same_homes():
    assert homes(as_xlsx(ROW), "register.xlsx") == ONE


def test_the_whole_sample_as_a_workbook_holds_the_same_homes():
    content = as_xlsx(*sample_rows(), headings=sample_headings())
    assert homes(content, "register.xlsx") == homes(SAMPLE.read_bytes())


def test_numbers_that_a_spreadsheet_made_decimal_are_whole_again():
    row = ["Åsen 1", 4000.0, "Åsgatan 1 A", 50435, "Borås", "A", 1203.0, 2.0, "Bostad"]
    assert homes(as_xlsx(row), "register.xlsx")[0][1:] == (
        "4000", "Åsgatan 1 A", "504 35", "Borås", "A", "1203", "2"
    )  # fmt: skip


def test_the_register_may_be_on_the_second_sheet():
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.active.append(["Om filen", "Skapad av fastighetssystemet"])
    sheet = workbook.create_sheet("Objekt")
    sheet.append(HEADINGS)
    sheet.append(ROW)
    content = io.BytesIO()
    workbook.save(content)
    assert homes(content.getvalue(), "register.xlsx") == ONE


def test_titles_above_the_headings_and_empty_columns_do_not_matter():
    content = as_csv(
        ["Objektlista AB Bostäder"], [], ["Utskriven 2026-11-01"], [*HEADINGS, "", ""], [*ROW, "", ""], headings=None
    )
    register = read(content)
    assert len(register.flats) == 1
    assert register.flats[0].row == 5


def test_columns_are_found_by_name_in_any_order_and_spelling():
    table = {
        "LGH NR": "1001",
        "gatuadress": "Åsgatan 1 A",
        "Ort": "Borås",
        "Post nr": "50435",
        "objekttyp": "Lägenhet",
        "Uppgång": "A",
        "FASTIGHET": "Åsen 1",
        "Vaning": "BV",
        "Objekt-nr.": "04000",
        "Hyresgäst": "someone",
    }
    assert homes(as_csv(list(table.values()), headings=list(table))) == ONE


def test_english_headings_are_known_too():
    columns = headings.Columns.recognise(
        ["Property", "Street address", "Postal code", "City", "Entrance", "Apartment number", "Object type", "Floor"]
    )
    assert columns.missing == []


def test_quoted_cells_may_hold_the_delimiter_and_line_ends():
    content = as_csv(home(address='Åsgatan "gården"; 1 A', city="Borås\nstad"))
    assert homes(content)[0][2:5] == ('Åsgatan "gården"; 1 A', "504 35", "Borås stad")


def test_a_formula_stays_the_text_it_is():
    formula = "=cmd|' /C calc'!A0"
    assert homes(as_csv(home(address=formula)))[0][2] == formula
    assert homes(as_xlsx(home(address="=1+1")), "register.xlsx")[0][2] == "=1+1"


def test_invisible_signs_and_control_characters_are_left_out():
    content = as_csv(home(address="Varp\u200bgatan\x07 1\u202e A"), encoding="utf-8")
    assert homes(content)[0][2] == "Varpgatan 1 A"


def test_rows_left_blank_below_the_list_are_not_counted():
    content = as_csv(home("1001"), [""] * 9, home("1002", "2"), [""] * 9, [""] * 9)
    register = read(content)
    assert (len(register.flats), register.blank) == (2, 1)


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "register.csv", "empty"),
        (b" \r\n\r\n", "register.csv", "empty"),
        (b"", "register.xlsx", "empty"),
        (PICTURE, "register.csv", "something else, perhaps a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 50, "register.csv", "something else, perhaps a picture"),
        (PICTURE, "register.xlsx", "no Excel workbook"),
        (as_csv(ROW), "register.xlsx", "no Excel workbook"),
        (b"PK\x03\x04 and then nothing of the kind", "register.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "register.xls", "old Excel file"),
        (as_csv(), "register.csv", "no rows below"),
        (as_csv(["a", "b"], headings=None), "register.csv", "No headings were recognised"),
        (as_csv(ROW)[:60] + b"\x00" + as_csv(ROW)[60:], "register.csv", "something else"),
    ],
)
def test_what_is_no_register_is_refused_with_a_reason(content, filename, words):
    with pytest.raises(UnreadableError, match=words):
        read(content, filename)


def test_a_missing_column_is_named_with_those_that_were_understood():
    without = [heading for heading in HEADINGS if heading not in ("Lägenhetsnr", "Objektstyp")]
    with pytest.raises(UnreadableError) as refusal:
        read(as_csv(ROW, headings=without))
    assert str(refusal.value) == (
        "These headings were understood: Fastighetsbeteckning, Objektsnr, Adress, Postnr, Postort, Trapphus, Våning. "
        "These are missing: Lägenhetsnr, Objektstyp."
    )


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet1.xml", "w") as part:
        for _ in range(201):
            part.write(bytes(1024 * 1024))
    assert len(content.getvalue()) < 1024 * 1024
    with pytest.raises(UnreadableError, match="far too large inside"):
        read(content.getvalue(), "register.xlsx")


def test_a_workbook_that_defines_entities_is_refused():
    good, content = io.BytesIO(as_xlsx(ROW)), io.BytesIO()
    with zipfile.ZipFile(good) as original, zipfile.ZipFile(content, "w") as archive:
        for name in original.namelist():
            part = original.read(name)
            if name.endswith("sheet1.xml"):
                part = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part
            archive.writestr(name, part)
    with pytest.raises(UnreadableError, match="damaged"):
        read(content.getvalue(), "register.xlsx")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_workbook_cut_short_is_refused(cut):
    content = as_xlsx(*[ROW] * 50)
    with pytest.raises(UnreadableError):
        read(content[: int(len(content) * cut)], "register.xlsx")


def test_a_damaged_workbook_is_refused_wherever_the_damage_is():
    good = as_xlsx(*[home(str(1000 + n), str(n)) for n in range(40)])
    for place in range(0, len(good), 97):
        damaged = bytearray(good)
        damaged[place] ^= 0xFF
        try:
            read(bytes(damaged), "register.xlsx")
        except UnreadableError:
            continue


def test_far_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("buildings.register.read.MOST_ROWS", 5)
    with pytest.raises(UnreadableError, match="more than 5 rows"):
        read(as_csv(*[home(str(number), str(number)) for number in range(9)]))


def test_a_cell_of_megabytes_is_refused():
    with pytest.raises(UnreadableError):
        read(as_csv(home(address="x" * 3_000_000)))
