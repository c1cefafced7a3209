"""Whether time tells who is known: the same pages asked for known and unknown people, shuffled.

    python -m tests.benchmarks.bench_enumeration [--times 300]

In a process of its own on SQLite in a temporary folder. Prints one `name value` a line: the medians in milliseconds,
and their ratio (known / unknown), which should be near 1.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TIMES = 300
SEED = 2018
# Asked for first and not measured, of people of their own.
WARM = 20


def compared(ask: Callable[[bool, int], None], times: int, dice: random.Random) -> dict[str, float]:
    """The medians of asking `times` times for somebody known and as often for somebody unknown, in a mixed order."""
    turns = [(is_known, number) for number in range(times) for is_known in (True, False)]
    dice.shuffle(turns)
    took: dict[bool, list[float]] = {True: [], False: []}
    for warm in range(WARM):
        ask(bool(warm % 2), times + warm)
    for is_known, number in turns:
        began = time.perf_counter()
        ask(is_known, number)
        took[is_known].append(time.perf_counter() - began)
    known, unknown = (statistics.median(took[which]) * 1000 for which in (True, False))
    return {"known_ms": known, "unknown_ms": unknown, "ratio": known / unknown}


def measure(times: int) -> dict[str, float]:
    """Everything, in this process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    call_command("migrate", verbosity=0)
    # As in production, no list of queries is kept.
    settings.DEBUG = False
    from notifications.models import Relay
    from tests import factories as make
    from watch.join.relay import services

    stairwell = make.StairwellFactory(code="KATTHUND")
    contact = make.ContactFactory(stairwell=stairwell)
    tokens = []
    for number in range(times + WARM):
        user = make.UserFactory(
            email=f"known{number:04}@example.org", phone=f"+4670{1740000 + number}", phone_verified=True
        )
        make.ResidentFactory(stairwell=stairwell, user=user)
        cache.clear()
        services.write(contact=contact, user=user, text="Hej")
        tokens.append(Relay.objects.get(neighbour=user).contact_token)
    sign_in, first = reverse("account_request_login_code"), reverse("join:stairwell", args=["KATTHUND"])

    def ask(url: str, data: dict[str, str], status: int) -> None:
        cache.clear()
        response = Client().post(url, data)
        assert response.status_code == status, (url, response.status_code)

    def by_mail(url: str) -> Callable[[bool, int], None]:
        return lambda known, number: ask(url, {"login": f"{'' if known else 'un'}known{number:04}@example.org"}, 302)

    def by_number(known: bool, number: int) -> None:
        ask(sign_in, {"login": f"+4670{1740000 + number + (0 if known else 5000)}"}, 302)

    def by_link(known: bool, number: int) -> None:
        token = tokens[number] if known else f"{number:032x}"
        ask(reverse("relay:reply", args=[token]), {"text": "Jag ringer."}, 200)

    dice = random.Random(SEED)
    asked: dict[str, Callable[[bool, int], None]] = {
        "sign_in_by_mail": by_mail(sign_in),
        "sign_in_by_number": by_number,
        "join": by_mail(first),
        "relay_link": by_link,
    }
    return {
        f"{name}_{what}": value for name, way in asked.items() for what, value in compared(way, times, dice).items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        for name in ("REDIS_URL", "REDIS_DATABASE", "SMTP_URL", "DATABASE_URL"):
            os.environ.pop(name, None)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="watch.settings",
            ENV_FILE=os.devnull,
            RUN_DIR=folder,
            DEBUG="1",
            DEMO="0",
            ALLOWED_HOSTS="testserver",
            SECRET_KEY="only-for-benchmarks",
            DATABASE_URL=f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
        )
        for name, value in measure(times).items():
            print(name, round(value, 3))  # noqa: T201


if __name__ == "__main__":
    main()
