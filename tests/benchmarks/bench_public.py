"""How many public pages the web serves a second, beside a bare hello of the same server.

    python -m tests.benchmarks.bench_public [--seconds 3] [--rounds 5]

One web process with four threads, as in earnest, on SQLite in a temporary folder; the hello is `/healthz`, which passes
the same middleware and asks nothing. Kept-alive connections ask for each page in turn, round after round, so that
whatever else the machine does strikes all alike; the figures are medians. Wanted: a stranger's pages at 60 % of the
hello's rate or more, a signed-in neighbour's at 15 %. Prints one `name value` a line, and which fall below that.
"""

import argparse
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.machinery import Site
from tests.faults.processes import free_port, wait_until

HOST = "trappan.example.org"
HELLO = "/healthz"
PAGES = ("/", "/grannsamverkan/", "/rad/kallare/", "/stadsdel/norrby/")
CONNECTIONS = 4
ANYONE, SIGNED_IN = 0.60, 0.15

# A district with a text and an open meeting, and a neighbour; prints the session's key.
TOWN = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from buildings.models import Building, District, Organisation, Resident, Stairwell, User
from watch.models import DistrictText, Meeting, MeetingText
norrby = District.objects.create(name="Norrby", slug="norrby")
police = Organisation.objects.create(kind="police", name="Polisen", slug="polisen")
company = Organisation.objects.create(kind="landlord", name="Provbo", slug="provbo")
for organisation in (police, company):
    organisation.districts.add(norrby)
DistrictText.objects.create(
    district=norrby, language="sv", number=1, organisation=police, introduction="Här hjälps vi åt. " * 20
)
start = timezone.now() + timedelta(days=9)
meeting = Meeting.objects.create(
    lead=police, district=norrby, state="planned", is_public=True, place="Provsalen", address="Varpgatan 2",
    starts_at=start, ends_at=start + timedelta(hours=1),
)
meeting.organisers.add(police)
MeetingText.objects.create(meeting=meeting, language="sv", title="Öppet hus", agenda="Vi pratar om lås.")
house = Building.objects.create(owner=company, district=norrby, designation="Varpen 1")
stairwell = Stairwell.objects.create(
    building=house, address="Varpgatan 2 A", entrance="A", name="Varpgatan 2 A", postcode="504 35", city="Borås",
    key="50435|varpgatan 2 a|a", sort_key="varpgatan 2 a",
)
neighbour = User.objects.create(email="granne@example.org", name="Granne")
Resident.objects.create(user=neighbour, stairwell=stairwell)
client = Client()
client.force_login(neighbour)
print(client.cookies["trappan"].value)
"""


class Line:
    """One kept-alive connection; knows as much HTTP as our own server speaks to it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._file = self._socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer, its body read to the end."""
        self._socket.sendall(request)
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        self._file.read(int(headers["content-length"]))
        return status, headers

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def request(path: str, cookies: str = "", host: str = HOST) -> bytes:
    """What a Swedish browser sends."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept-Language: sv", "Accept-Encoding: gzip, br"]
    lines += [f"Cookie: {cookies}"] if cookies else []
    return "\r\n".join([*lines, "", ""]).encode()


def rate(port: int, asked: bytes, seconds: float) -> float:
    """Answers a second over all connections."""
    counts, wrong = [], []

    def run() -> None:
        line, count, ends = Line(port), 0, time.perf_counter() + seconds
        while time.perf_counter() < ends:
            status, _headers = line.ask(asked)
            if status != 200:
                wrong.append(status)
                break
            count += 1
        line.close()
        counts.append(count)

    askers = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    if wrong or len(counts) != CONNECTIONS:
        raise RuntimeError(f"answers other than 200: {wrong}")
    return sum(counts) / (time.perf_counter() - begun)


@contextmanager
def web(site: Site, host: str = HOST) -> Iterator[int]:
    """One web process as `manage.py serve` starts it; its port."""
    port = free_port()
    options = ("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--no-control-socket", "--workers", "1")
    server = site.start("gunicorn", "watch.wsgi:application", *options, "--threads", "4", "--log-level", "warning")

    def answers() -> bool:
        try:
            return Line(port).ask(request(HELLO, host=host))[0] == 200
        except OSError:
            return False

    try:
        wait_until(answers, 30, "the web answers")
        yield port
    finally:
        site.end(server)


def measure(folder: Path, *, seconds: float, rounds: int) -> dict[str, float]:
    """Every rate, and each page's share of the hello's."""
    site = Site(folder / "site", database=f"sqlite:///{folder / 'bench.sqlite3'}", mail_port=1)
    try:
        site.run("django", "collectstatic", "--no-input", "--verbosity", "0")
        session = site.run("django", "shell", "-v0", "-c", TOWN).splitlines()[-1]
        with web(site) as port:
            cookies = f"trappan={session}"
            _status, headers = Line(port).ask(request("/", cookies))
            cookies += f"; {headers['set-cookie'].partition(';')[0]}"
            asked = {"hello": request(HELLO)}
            asked |= {f"anyone {path}": request(path) for path in PAGES}
            asked |= {f"signed_in {path}": request(path, cookies) for path in PAGES}
            rates: dict[str, list[float]] = {name: [] for name in asked}
            for _ in range(rounds):
                for name, what in asked.items():
                    rates[name].append(rate(port, what, seconds))
    finally:
        site.stop()
    figures = {f"{name} pages_a_second": statistics.median(found) for name, found in rates.items()}
    for name, found in rates.items():
        if name != "hello":
            shares = [mine / hello for mine, hello in zip(found, rates["hello"], strict=True)]
            figures[f"{name} share_of_hello"] = statistics.median(shares)
    return figures


def missed(figures: dict[str, float]) -> list[str]:
    """The shares below what is wanted."""
    wanted = {"anyone": ANYONE, "signed_in": SIGNED_IN}
    return [
        name
        for name, value in figures.items()
        if name.endswith("share_of_hello") and value < wanted[name.partition(" ")[0]]
    ]


def main() -> None:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), seconds=options.seconds, rounds=options.rounds)
    for name, value in figures.items():
        print(name, round(value, 3))  # noqa: T201
    if lacking := missed(figures):
        print("below what is wanted:", ", ".join(lacking))  # noqa: T201


if __name__ == "__main__":
    main()
