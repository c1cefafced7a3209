"""A company takes its own register home, and no spreadsheet runs anything in it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.export import FORMULA_STARTS, escape_cell
from buildings.models import JoinCode
from tests import factories as make
from tests.buildings.registers import SAMPLE, apply, as_csv, home, plan


def download(client) -> bytes:
    response = client.get("/register/export.csv")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_export_holds_the_own_homes_and_nobody_elses(landlord, company, norrby):
    apply(as_csv(home(thing="0001")), company, norrby)
    apply(as_csv(home(address="Rivalgatan 1")), make.OrganisationFactory(districts=[norrby]), norrby)
    assert rows(download(landlord))[1:] == [
        ["Varpen 1", "0001", "Varpgatan 1 A", "504 35", "Borås", "A", "1001", "BV", "Bostad", "Norrby"]
    ]


def test_no_code_leaves_in_an_export(landlord, company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    content = download(landlord).decode()
    assert not any(code in content for code in JoinCode.objects.values_list("code", flat=True))


def test_uploading_an_export_changes_nothing(landlord, company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    apply(as_csv(*[home("=1+1", "-5", "=cmd|' /C calc'!A0", building="@Åsen 1", floor="-1")]), company, norrby)
    apply(SAMPLE.read_bytes(), company, norrby)
    again = plan(download(landlord), company, norrby)
    assert again.wrong == []
    assert again.counts("added")["flats"] == again.counts("closing")["flats"] == 0


def test_a_formula_in_a_cell_is_exported_as_text(landlord, company, norrby):
    apply(as_csv(home(address="=cmd|' /C calc'!A0", floor="-1", thing="+46")), company, norrby)
    row = rows(download(landlord))[1]
    assert row[1:3] == ["'+46", "'=cmd|' /C calc'!A0"]
    assert row[7] == "'-1"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_whatever_would_start_a_formula_is_escaped(start):
    assert escape_cell(f"{start}1+1") == f"'{start}1+1"


@given(st.text())
def test_an_escaped_cell_never_starts_a_formula_and_keeps_its_text(text):
    escaped = escape_cell(text)
    assert not escaped.startswith(FORMULA_STARTS)
    assert escaped.endswith(text)


@pytest.mark.parametrize("homes", [1, 100])
def test_an_export_takes_the_same_queries_for_1_and_100_homes(
    landlord, company, norrby, homes, django_assert_num_queries
):
    apply(as_csv(*[home(str(number), str(number)) for number in range(homes)]), company, norrby)
    with django_assert_num_queries(5):
        download(landlord)
