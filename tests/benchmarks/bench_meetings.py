"""Whether planning, inviting to, changing and cancelling a meeting costs the same for many invitees as for few.

    python -m tests.benchmarks.bench_meetings [--few 20] [--many 20000]

In a process of its own on SQLite in a temporary folder. Prints one `name value` a line: for each step the queries of
the press for few and for many, and its milliseconds for many; then the rows the fan-out made and how long it took.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

FEW, MANY = 20, 20_000


def measure(few: int, many: int) -> dict[str, float]:
    """Everything, in this process."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from notifications.models import Delivery, Notice
    from notifications.outbox import expand
    from tests import factories as make
    from tests.meetings import at
    from watch.meet import inviting, planning
    from watch.meet.planning import Plan

    def town(people: int) -> tuple[Any, Plan]:
        stairwell = make.StairwellFactory()
        district = stairwell.building.district
        city = make.OrganisationFactory(kind="municipality", districts=[district])
        settle(stairwell, people)
        plan = Plan(
            kind="information",
            lead=city,
            organisers=[city],
            district=district,
            place="Provlokalen",
            address="Provgatan 1",
            starts_at=at(18, days=20),
            ends_at=at(18, days=20) + timedelta(hours=1),
            texts={"sv": ("Träff om trygghet", "Vi pratar om lås.")},
        )
        return make.StaffFactory(organisation=city).user, plan

    figures: dict[str, float] = {}
    for size, people in (("few", few), ("many", many)):
        user, plan = town(people)

        def press(step: str, do: Callable[[], Any], size: str = size) -> Any:
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                found = do()
            figures[f"{step}_queries_{size}"] = len(asked)
            figures[f"{step}_ms_{size}"] = (time.perf_counter() - began) * 1000
            return found

        meeting = press("plan", lambda: planning.save(plan=plan, user=user))  # noqa: B023 - called at once
        press("invite", lambda: inviting.invite(meeting=meeting, user=user))  # noqa: B023
        figures[f"fan_out_seconds_{size}"] = fanned_out(expand.start_due)
        figures[f"rows_{size}"] = Delivery.objects.filter(notice__organisation=plan.lead).count()
        Delivery.objects.filter(notice__organisation=plan.lead).update(state="sent")
        Notice.objects.filter(organisation=plan.lead).update(state="sent")
        moved = replace(plan, place="Skolan")
        press("change", lambda: inviting.change(meeting=meeting, plan=moved, user=user))  # noqa: B023
        fanned_out(expand.start_due)
        Delivery.objects.filter(notice__organisation=plan.lead).update(state="sent")
        press("cancel", lambda: inviting.cancel(meeting=meeting, user=user))  # noqa: B023
        fanned_out(expand.start_due)
    return figures


def fanned_out(start_due: Callable[[str], None]) -> float:
    """Seconds until a due notice is rows."""
    began = time.perf_counter()
    start_due("notices")
    return time.perf_counter() - began


def settle(stairwell: Any, people: int) -> None:
    """So many neighbours, each with a mail address."""
    from buildings.models import Resident, User
    from notifications.models import Endpoint

    known = User.objects.count()
    users = User.objects.bulk_create(
        [User(email=f"inbjuden{known + number}@example.org", password="!") for number in range(people)]
    )
    Resident.objects.bulk_create([Resident(user=user, stairwell=stairwell) for user in users])
    Endpoint.objects.bulk_create(
        [
            Endpoint(user=user, channel="email", address=user.email, token=f"t{user.pk:021}", show_words=True)
            for user in users
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "watch.settings",
            "ENV_FILE": os.devnull,
            "DEBUG": "1",
            "RUN_DIR": str(Path(folder)),
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "TAKE_BACK_SECONDS": "0",
        }
        for name, value in measure(chosen.few, chosen.many).items():
            print(f"{name} {value:.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
