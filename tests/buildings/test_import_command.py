"""`manage.py import_register`: a plan by default, one JSON object when asked for, three exit statuses."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from buildings.models import Building, Flat
from tests.buildings.registers import HEADINGS, PICTURE, SAMPLE, as_csv, as_xlsx, home


def run(path, *options: str, landlord: str = "ab-bostader", district: str = "norrby") -> tuple[int, str]:
    """The exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command("import_register", str(path), *options, landlord=landlord, district=district, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def some_wrong(tmp_path):
    path = tmp_path / "some-wrong.csv"
    path.write_bytes(as_csv(home("1001", "1"), home("", "2"), home("1003", "3")))
    return path


def test_without_apply_it_only_prints_the_plan(company):
    status, printed = run(SAMPLE)
    assert status == 0
    assert "row   20: Not a home: Lokal." in printed
    assert "nothing is saved" in printed
    assert [line.split() for line in printed.splitlines() if line.startswith("New")] == [["New", "35", "86", "1387"]]
    assert not Building.objects.exists()


def test_with_apply_it_is_done(company):
    assert run(SAMPLE, "--apply")[0] == 0
    assert Flat.objects.count() == 1387


def test_json_is_one_object_with_every_count_and_row(company):
    status, printed = run(SAMPLE, "--json")
    data = json.loads(printed)
    assert status == 0
    assert set(data) == {"added", "changed", "closing", "unchanged", "skipped", "wrong"}
    assert data["added"] == {"buildings": 35, "stairwells": 86, "flats": 1387}
    assert data["changed"] == data["closing"] == data["unchanged"] == {"buildings": 0, "stairwells": 0, "flats": 0}
    assert (data["skipped"]["flats"], data["skipped"]["blank"], len(data["skipped"]["rows"])) == (12, 1, 13)
    assert data["skipped"]["rows"][0] == {"row": 20, "reason": "Not a home: Lokal."}
    assert data["wrong"] == []


def test_json_after_applying_says_unchanged(company):
    run(SAMPLE, "--apply")
    data = json.loads(run(SAMPLE, "--apply", "--json")[1])
    assert data["unchanged"] == {"buildings": 35, "stairwells": 86, "flats": 1387}
    assert data["added"]["flats"] == data["changed"]["flats"] == data["closing"]["flats"] == 0


def test_some_wrong_rows_are_status_1_and_the_others_are_applied(company, some_wrong):
    status, printed = run(some_wrong, "--apply", "--json")
    assert status == 1
    assert json.loads(printed)["wrong"] == [{"row": 3, "reason": "The flat number is missing."}]
    assert set(Flat.objects.values_list("number", flat=True)) == {"1001", "1003"}


def test_wrong_rows_are_listed_for_people_too(company, some_wrong):
    status, printed = run(some_wrong)
    assert status == 1
    assert "Wrong rows (1)" in printed
    assert "row 3: The flat number is missing." in printed


def test_changes_and_proposals_are_listed(company, tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(as_csv(home("1001", "1"), home("1002", "2")))
    run(path, "--apply")
    path.write_bytes(as_csv(home("1001", "1", floor="3")))
    printed = run(path)[1]
    assert "Varpen 1 › Varpgatan 1 A › 1001: floor: BV → 3" in printed
    assert "Varpen 1 › Varpgatan 1 A › 1002" in printed


def test_a_workbook_is_read_as_well(company, tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(as_xlsx(home()))
    assert json.loads(run(path, "--json")[1])["added"]["flats"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (PICTURE, "perhaps a picture"),
        (as_csv(home(), headings=HEADINGS[:-1]), "These are missing: Objektstyp."),
    ],
)
def test_a_file_that_cannot_be_read_is_status_2(company, tmp_path, content, words):
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    status, printed = run(path, "--apply")
    assert status == 2
    assert words in printed


def test_a_file_that_is_not_there_is_status_2(company, tmp_path):
    status, printed = run(tmp_path / "nowhere.csv")
    assert status == 2
    assert "cannot be opened" in printed


def test_an_unreadable_file_is_one_json_object_as_well(company, tmp_path, capsys):
    path = tmp_path / "register.csv"
    path.write_bytes(b"")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_register", str(path), "--json", landlord="ab-bostader", district="norrby", stdout=out)
    assert json.loads(out.getvalue()) == {"error": "The file is empty."}


def test_unknown_companies_and_districts_are_answered_with_those_there_are(company):
    status, printed = run(SAMPLE, landlord="nobody")
    assert (status, printed) == (2, "There is no housing company “nobody”. There are: ab-bostader.")
    status, printed = run(SAMPLE, district="nowhere")
    assert (status, printed) == (2, "AB Bostäder has no district “nowhere”. It has: hulta, norrby.")
