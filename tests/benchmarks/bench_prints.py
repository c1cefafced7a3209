"""How long the letters to a house of 1 500 flats take, from the press to the file.

    python -m tests.benchmarks.bench_prints [--flats 1500]

In a process of its own on SQLite in a temporary folder (DATABASE_URL names another database), through the whole view,
signed in as the owner's staff: codes, pictures and pages. Prints one `name value` a line. Fails when the file takes
longer than half a minute or does not hold a page for each flat.
"""

import argparse
import time

from tests.benchmarks.in_process import settings_for_measuring

FLATS, A_STAIRWELL, MOST_SECONDS = 1_500, 25, 30.0


def measure(flats: int) -> dict[str, float]:
    """Everything, in this process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.DEBUG = False
    from django.test import Client

    from buildings.models import Flat
    from tests import factories as make
    from tests.pdfs import pages_of

    building = make.BuildingFactory()
    for number in range(-(-flats // A_STAIRWELL)):
        stairwell = make.StairwellFactory(building=building)
        count = min(A_STAIRWELL, flats - number * A_STAIRWELL)
        Flat.objects.bulk_create(Flat(stairwell=stairwell, number=str(1001 + door)) for door in range(count))
    client = Client()
    client.force_login(make.StaffFactory(organisation=building.owner).user)
    began = time.perf_counter()
    answer = client.post(f"/hus/{building.pk}/brev/")
    seconds = time.perf_counter() - began
    pages = len(pages_of(answer.content))
    return {"flats": flats, "seconds": seconds, "megabytes": len(answer.content) / 1e6, "pages": pages}


def main() -> None:
    """Measure, print, and fail when it takes too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flats", type=int, default=FLATS)
    flats = parser.parse_args().flats
    with settings_for_measuring():
        figures = measure(flats)
    for name, value in figures.items():
        print(name, round(value, 1))  # noqa: T201
    assert figures["pages"] == flats, "not a page for each flat"
    assert figures["seconds"] <= MOST_SECONDS, "the letters take too long"


if __name__ == "__main__":
    main()
