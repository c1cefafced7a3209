"""How fast a large register is planned and applied, and how far memory grows with it.

    python -m tests.benchmarks.bench_register --flats 50000 [--format csv|xlsx] [--json FILE]

Measures in a process of its own, on a database of its own that is dropped afterwards: SQLite in a
temporary folder, or on the PostgreSQL server of DATABASE_URL. Prints one `name value` a line.
"""

import argparse
import contextlib
import csv
import gc
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

FLATS_A_STAIRWELL = 16
STAIRWELLS_A_BUILDING = 3
HEADINGS = ["Fastighetsbeteckning", "Objektsnr", "Adress", "Postnr", "Postort", "Trapphus"]
HEADINGS += ["Lägenhetsnr", "Våning", "Objektstyp", "Rum", "Yta", "Upplåtelseform"]


def rows(flats: int) -> Iterator[list[str]]:
    """A register of so many homes, in the shape of the sample."""
    for flat in range(flats):
        stairwell, number = divmod(flat, FLATS_A_STAIRWELL)
        building, entrance = divmod(stairwell, STAIRWELLS_A_BUILDING)
        letter = "ABC"[entrance]
        yield [
            f"Varpen {building + 1}",
            f"{flat:06}",
            f"Vävaregatan {building + 1}{' ' if flat % 7 else ''}{letter}",
            "504 35",
            "Borås",
            letter,
            f"1{number // 4}0{number % 4 + 1}",
            str(number // 4 + 1),
            "Bostad",
            "3",
            "71,5",
            "Hyresrätt",
        ]


def write(path: Path, flats: int) -> None:
    """The register as a file, by its ending."""
    if path.suffix == ".csv":
        with path.open("w", encoding="cp1252", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerows([HEADINGS, *rows(flats)])
        return
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in [HEADINGS, *rows(flats)]:
        sheet.append(row)
    workbook.save(path)


def memory(which: str) -> float:
    """VmRSS (now) or VmHWM (the most so far) of this process, in MB. Linux only."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == which:
            return int(value.split()[0]) / 1024
    raise OSError(f"/proc/self/status has no {which}")


def measure(folder: Path, path: Path, flats: int) -> dict[str, float]:
    """Plan and apply in this process, after a small register has warmed everything up."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # As in production, no list of queries is kept.
    settings.DEBUG = False
    from buildings.models import District, Flat, Organisation
    from buildings.register import apply_register, plan_register, read_register

    district = District.objects.create(name="Norrby", slug="norrby")
    landlord = Organisation.objects.create(kind="landlord", name="Provbostäder", slug="provbostader")
    warm = folder / f"warm{path.suffix}"
    write(warm, 100)
    with warm.open("rb") as file:
        apply_register(register=read_register(file, warm.name), landlord=landlord, district=district)
    Flat.objects.all().delete()
    gc.collect()
    before = memory("VmRSS")

    def timed(carry: Any) -> float:
        start = time.perf_counter()
        with path.open("rb") as file:
            plan = carry(
                register=read_register(io.BufferedReader(file), path.name), landlord=landlord, district=district
            )
        assert not plan.wrong, str(plan.wrong[0].reason)
        return time.perf_counter() - start

    planned, applied = timed(plan_register), timed(apply_register)
    assert Flat.objects.count() == flats
    again = timed(apply_register)
    return {
        "flats": flats,
        "plan_seconds": planned,
        "plan_rows_per_second": flats / planned,
        "apply_seconds": applied,
        "apply_rows_per_second": flats / applied,
        "import_seconds": planned + applied,
        "again_seconds": again,
        "memory_growth_mb": memory("VmHWM") - before,
    }


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of a database of our own, dropped afterwards."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith(("postgres://", "postgresql://", "psql://")):
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    name, parts = f"trappan_bench_{os.getpid()}", urlsplit(server)
    maintenance = parts._replace(scheme="postgresql", path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(flats: int, kind: str) -> dict[str, float]:
    """The figures, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="trappan-bench-") as name:
        folder = Path(name)
        path = folder / f"register.{kind}"
        write(path, flats)
        with database(folder) as url:
            surroundings = {
                **os.environ,
                "RUN_DIR": name,
                "DATABASE_URL": url,
                "ENV_FILE": os.devnull,
                "DEBUG": "1",
                "DEMO": "",
                "REDIS_URL": "",
                "DJANGO_SETTINGS_MODULE": "watch.settings",
            }
            child = [sys.executable, "-m", "tests.benchmarks.bench_register", "--measure", str(path)]
            done = subprocess.run(
                [*child, "--flats", str(flats)], env=surroundings, check=True, stdout=subprocess.PIPE, text=True
            )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flats", type=int, default=50_000)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure.parent, options.measure, options.flats)))  # noqa: T201
        return
    figures = run(options.flats, options.format)
    for name, value in figures.items():
        print(name, round(value, 2))  # noqa: T201
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
