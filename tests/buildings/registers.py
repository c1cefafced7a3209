"""Register files for tests, and short ways to plan and apply them."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook

from buildings.models import Building, District, Flat, Organisation, Stairwell
from buildings.register import Plan, apply_register, plan_register, read_register

SAMPLE = Path(__file__).parents[2] / "watch" / "demo" / "register-export.csv"
HEADINGS = ["Fastighetsbeteckning", "Objektsnr", "Adress", "Postnr", "Postort", "Trapphus"]
HEADINGS += ["Lägenhetsnr", "Våning", "Objektstyp"]
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8ffff3f0005fe02fea72d"
    "991d0000000049454e44ae426082"
)


def home(number: str = "1001", thing: str = "1", address: str = "Varpgatan 1 A", **other: str) -> list[str]:
    """One row: a home in Varpen 1 unless told otherwise."""
    values = {"building": "Varpen 1", "postcode": "504 35", "city": "Borås", "entrance": "A", "floor": "BV"}
    values |= {"kind": "Bostad", **other}
    return [
        values["building"],
        thing,
        address,
        values["postcode"],
        values["city"],
        values["entrance"],
        number,
        values["floor"],
        values["kind"],
    ]


def as_csv(
    *rows: list[str], headings: list[str] | None = HEADINGS, encoding: str = "cp1252", delimiter: str = ";"
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([headings, *rows] if headings else rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: list, headings: list[str] | None = HEADINGS) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    for row in [headings, *rows] if headings else rows:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def sample_rows() -> list[list[str]]:
    """The sample without its headings."""
    with SAMPLE.open(encoding="cp1252", newline="") as lines:
        return list(csv.reader(lines, delimiter=";"))[1:]


def sample_headings() -> list[str]:
    with SAMPLE.open(encoding="cp1252", newline="") as lines:
        return next(csv.reader(lines, delimiter=";"))


def read(content: bytes, filename: str = "register.csv"):
    return read_register(io.BytesIO(content), filename)


def plan(content: bytes, landlord: Organisation, district: District, filename: str = "register.csv") -> Plan:
    return plan_register(register=read(content, filename), landlord=landlord, district=district)


def apply(content: bytes, landlord: Organisation, district: District, filename: str = "register.csv") -> Plan:
    return apply_register(register=read(content, filename), landlord=landlord, district=district)


def figures(plan: Plan) -> dict[str, tuple[int, int, int]]:
    """Buildings, stairwells and flats that are added, changed, closing and unchanged."""
    return {what: tuple(plan.counts(what).values()) for what in ("added", "changed", "closing", "unchanged")}


def said(plan: Plan) -> list[tuple[int, str]]:
    """The wrong rows and why."""
    return [(remark.row, str(remark.reason)) for remark in plan.wrong]


def state() -> list[tuple]:
    """Everything registered, without ids and times."""
    return [
        *Building.objects.order_by("designation").values_list("designation", "district__slug", "owner__slug"),
        *Stairwell.objects.order_by("key").values_list(
            "key", "name", "address", "entrance", "city", "postcode", "sort_key", "building__designation"
        ),
        *Flat.objects.order_by("stairwell__key", "number", "object_number").values_list(
            "stairwell__key", "number", "object_number", "floor"
        ),
        *(model.objects.filter(closing_proposed_at__isnull=False).count() for model in (Building, Stairwell, Flat)),
    ]
