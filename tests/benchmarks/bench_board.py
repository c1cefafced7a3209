"""Whether the board of a large district is about as quick as a page whose HTML is in memory, and what it asks.

    python -m tests.benchmarks.bench_board [--stairwells 2000] [--residents 30000] [--years 5] [--times 60]

In a process of its own on SQLite in a temporary folder (DATABASE_URL names another database): a district with years of
meetings, steps and notices. The board and a page of the same site that has the same HTML in memory are asked in turn,
through the whole WSGI application, signed in as police. Prints one `name value` a line: the queries of each page, its
bytes, requests a second, and `ratio`, which is held to at least a third. Fails when it is not met.
"""

import argparse
import io
import re
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.in_process import settings_for_measuring

STAIRWELLS, RESIDENTS, YEARS, TIMES = 2_000, 30_000, 5, 60
A_HOUSE = 4
WARM = 5
LEAST, MOST_QUERIES = 1 / 3, 15
# What differs between two answers of the same page, or between two places of the same site.
OWN = re.compile(
    r'value="[A-Za-z0-9]{64}"|X-CSRFToken": "\w+"|\s*aria-current="\w+"\s*|\s(?=>)|/ur-minnet/|/oversikt/norrby/'
)


def measure(stairwells: int, residents: int, years: int, times: int) -> dict[str, float]:
    """Everything, in this process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # As in production, no list of queries is kept and templates are read once.
    settings.DEBUG = False
    settings.ROOT_URLCONF = "tests.benchmarks.remembered"
    from django.core.wsgi import get_wsgi_application

    from tests.benchmarks import remembered
    from tests.benchmarks.district import cookie_of, fill

    staff = fill(stairwells, residents, years, a_house=A_HOUSE)
    get = asker(get_wsgi_application())
    police, landlord = cookie_of(staff["police"]), cookie_of(staff["landlord"])
    board = get("/oversikt/norrby/", police)
    remembered.kept |= content_of(board)
    assert same(get("/ur-minnet/", police)) == same(board), "not the same page"
    figures: dict[str, float] = {"board_bytes": len(board.encode())}
    for name, address, cookie in (
        ("board", "/oversikt/norrby/", police),
        ("todo_police", "/att-gora/", police),
        ("todo_landlord", "/att-gora/", landlord),
        ("figures", "/oversikt/norrby/siffror/?tid=0", police),
        ("public_board", "/stadsdel/norrby/hus/", ""),
        ("memory", "/ur-minnet/", police),
    ):
        figures[f"{name}_queries"] = queries(lambda: get(address, cookie))  # noqa: B023 - asked at once
    figures |= in_turn(
        {
            "board": lambda: get("/oversikt/norrby/", police),
            "memory": lambda: get("/ur-minnet/", police),
            "figures": lambda: get("/oversikt/norrby/siffror/?tid=0", police),
            "todo_police": lambda: get("/att-gora/", police),
            "todo_landlord": lambda: get("/att-gora/", landlord),
        },
        times,
    )
    figures["ratio"] = figures["board_a_second"] / figures["memory_a_second"]
    return figures


def asker(application: Callable[..., Any]) -> Callable[[str, str], str]:
    """A function that asks the application for a page, as a server would, and reads it to the end."""

    def get(address: str, cookie: str) -> str:
        status: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address.partition("?")[0],
            "QUERY_STRING": address.partition("?")[2],
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_COOKIE": cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": None,
        }
        answer = application(environ, lambda line, _headers, *_: status.append(line))
        body = b"".join(answer)
        answer.close()
        assert status == ["200 OK"], (address, status)
        return body.decode()

    return get


def same(page: str) -> list[str]:
    """A page's words and tags without what is each answer's own."""
    return OWN.sub("", page).split()


def content_of(page: str) -> dict[str, str]:
    """A page's title and what stands in its main part."""
    title = re.search("<title>(.*) – Trappan</title>", page)
    main = re.search('(<div class="page-head.*)</main>', page, re.DOTALL)
    return {"title": title[1], "words": main[1].strip()} if title and main else {}


def queries(ask: Callable[[], Any]) -> int:
    """How many questions to the database one page costs."""
    from django.db import connection

    asked = 0

    def count(execute: Any, *call: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*call)

    with connection.execute_wrapper(count):
        ask()
    return asked


def in_turn(pages: dict[str, Callable[[], Any]], times: int) -> dict[str, float]:
    """Requests a second of each page, asked one after the other so that a slow moment meets all of them."""
    took = dict.fromkeys(pages, 0.0)
    for turn in range(WARM + times):
        for name, ask in pages.items():
            began = time.perf_counter()
            ask()
            if turn >= WARM:
                took[name] += time.perf_counter() - began
    return {f"{name}_a_second": times / seconds for name, seconds in took.items()}


def main() -> None:
    """Measure, print, and fail when the board is too slow or asks too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stairwells", type=int, default=STAIRWELLS)
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--times", type=int, default=TIMES)
    chosen = parser.parse_args()
    with settings_for_measuring():
        figures = measure(chosen.stairwells, chosen.residents, chosen.years, chosen.times)
    for name, value in figures.items():
        print(name, round(value, 3))  # noqa: T201
    assert figures["board_queries"] <= MOST_QUERIES, "the board asks too much"
    assert figures["ratio"] >= LEAST, "the board is too slow"


if __name__ == "__main__":
    main()
