"""How fast a notice travels, beside what people would otherwise pick; all in one run on one machine.

    python -m tests.benchmarks.bench_delivery [--quick] [--only NAME ...] [--json FILE]

Prints one `name value` a line. Each comparison is repeated, the sides taking turns; every round is printed, and ratios
are of each side's best. What each side is set up with stands in `cluster`, `machinery` and `peers`; what is held to
what in docs/benchmarks.md. Wants PostgreSQL's programs and Postfix's smtp-sink and smtp-source on this machine.
"""

import argparse
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import psutil

from tests.benchmarks.cluster import DurableCluster
from tests.benchmarks.machinery import ROOT, Memory, Missing, Site, mail_sink, program, timed
from tests.faults.postgres import binaries
from tests.faults.processes import Process, free_port, wait_until

STARTED = 4.0
# Read about listmonk in the issue this page answers to; measured elsewhere, on two cores. Not measured here.
LISTMONK = {"listmonk_published_low_per_second": 5_200, "listmonk_published_high_per_second": 8_000}
LISTMONK |= {"listmonk_published_memory_mb_at_100000": 3_000}


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    people: tuple[int, ...]
    rounds: tuple[int, ...]
    peer: tuple[int, ...]
    many: int
    few: int
    newsletter: int
    texted: int
    on_sqlite: int


FULL = Sizes((10_000, 100_000), (3, 2), (10_000, 100_000), 1_000_000, 10_000, 100_000, 5_000, 10_000)
QUICK = Sizes((2_000, 5_000), (2, 1), (1_000, 1_000), 20_000, 2_000, 15_000, 600, 1_000)


@dataclass
class Findings:
    """What was measured, printed as it comes."""

    values: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """Print a figure and keep it."""
        self.values[name] = round(value, 3)
        print(name, self.values[name], flush=True)  # noqa: T201

    def best(self, name: str, values: list[float]) -> float:
        """Print every round and keep the best."""
        for number, value in enumerate(values, 1):
            self.note(f"{name}_round_{number}", value)
        self.note(name, max(values))
        return max(values)


@dataclass
class Ground:
    """What all measurements share: a cluster, a mail server, a folder."""

    folder: Path
    cluster: DurableCluster
    mail_port: int
    sizes: Sizes
    findings: Findings
    _names: Iterator[str] = field(default_factory=lambda: map("bench{}".format, count(1)))

    def database(self) -> str:
        """A new, empty database."""
        name = next(self._names)
        self.cluster.create(name)
        return self.cluster.url(name)

    @contextmanager
    def site(self, database: str = "", **settings: str) -> Iterator[Site]:
        """A site on PostgreSQL, or on the database named."""
        address = database or self.database()
        made = Site(self.folder / next(self._names), database=address, mail_port=self.mail_port, **settings)
        try:
            yield made
        finally:
            made.stop()

    def mails(self, site: Site) -> Path:
        """A file with the mails that the peers send."""
        path = site.folder / "mails.json"
        path.write_text(json.dumps(site.ask("samples")))
        return path


@contextmanager
def workers(site: Site, processes: int, *, warm: bool = True, **settings: str) -> Iterator[Process]:
    """The worker for notices and beat, as after a while: each process has sent something. Gives the worker."""
    worker, beat = site.worker("notices", processes, **settings), site.beat()
    try:
        time.sleep(STARTED)
        if warm:
            site.ask("warm_up")
        yield worker
    finally:
        site.end(worker, beat)


def rate(site: Site, people: int, *arguments: object) -> float:
    """Recipients a second, from confirm to the last row booked."""
    told = site.ask("send", *arguments)
    if (told["sent"], told["not_sent"], told["tried_again"]) != (people, 0, 0):
        raise RuntimeError(f"Not everybody was told at the first try: {told}")
    return people / float(told["seconds"])


def loop_rate(ground: Ground, site: Site, mails: Path, number: int) -> float:
    """A bare smtplib loop over one kept connection."""
    seconds = site.run("tests.benchmarks.peers", "smtplib_loop", str(mails), str(ground.mail_port), str(number))
    return number / float(seconds)


def source_rate(ground: Ground, mails: Path, number: int) -> float:
    """Postfix's smtp-source over one kept connection, with mails of the same mean size."""
    contents = [mail["bytes"] for mail in json.loads(mails.read_text())["mails"]]
    size = sum(contents) // len(contents)
    options = ["-d", "-s", "1", "-m", str(number), "-l", str(size), "-f", "anslag@trappan.example.org"]
    command = [program("smtp-source"), *options, "-t", "granne@example.org", f"127.0.0.1:{ground.mail_port}"]
    return number / timed(lambda: subprocess.run(command, check=True, cwd=ROOT))


def post_office_rate(ground: Ground, site: Site, mails: Path, number: int, database: str, processes: int) -> float:
    """django-post-office."""
    arguments = (str(mails), str(ground.mail_port), str(number), database, str(processes))
    return number / float(site.run("tests.benchmarks.peers", "post_office", *arguments))


def mail(ground: Ground) -> None:
    """A whole notice by mail, two worker processes, beside the three others."""
    notes, sizes, peers_database = ground.findings, ground.sizes, ground.database()
    for people, rounds, peer in zip(sizes.people, sizes.rounds, sizes.peer, strict=True):
        ours, loop, source, theirs = [], [], [], []
        with ground.site() as site:
            site.ask("fill", people)
            mails = ground.mails(site)
            with workers(site, 2) as worker, Memory(worker) as memory:
                for number in range(rounds):
                    ours.append(rate(site, people))
                    loop.append(loop_rate(ground, site, mails, people))
                    source.append(source_rate(ground, mails, people))
                    if number == 0 or people == min(sizes.people):
                        theirs.append(post_office_rate(ground, site, mails, peer, peers_database, 2))
        best = notes.best(f"mail_{people}_per_second", ours)
        notes.note(f"mail_{people}_worker_memory_mb", memory.peak)
        others = {"post_office": theirs, "smtplib_loop": loop, "smtp_source": source}
        for name, values in others.items():
            notes.note(f"mail_{people}_of_{name}", best / notes.best(f"{name}_{people}_per_second", values))
    for name, value in LISTMONK.items():
        notes.note(name, value)


def rows(ground: Ground) -> None:
    """Rows by one statement, a worker's memory and the statements a notice takes."""
    notes, sizes = ground.findings, ground.sizes
    peaks = []
    for people in (sizes.few, sizes.many):
        with ground.site() as site:
            site.ask("fill", people)
            told = site.ask("expanded")
            notes.note(f"rows_{people}_insert_seconds", told["insert_seconds"])
            notes.note(f"rows_{people}_start_seconds", told["start_seconds"])
            begun = time.time()
            with workers(site, 2, warm=False) as worker, Memory(worker) as memory:
                followed = site.ask("follow", told["notice"], begun)
            notes.note(f"rows_{people}_sent_per_second", people / followed["seconds"])
            notes.note(f"rows_{people}_worker_memory_mb", memory.peak)
            peaks.append(memory.peak)
            if people == sizes.few:
                counted = site.ask("statements")
                notes.note("statements_per_10000_recipients", counted["statements"] * 10_000 / counted["rows"])
    notes.note("worker_memory_growth_mb", peaks[1] - peaks[0])


class Reader(threading.Thread):
    """The sender, who looks at the notice's page again and again: seconds for each answer."""

    EVERY = 0.25

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self._address, self._over = address, threading.Event()
        self._headers = {"Host": "trappan.example.org", "Cookie": cookie}
        self.seconds: list[float] = []

    def run(self) -> None:
        """Look."""
        with httpx.Client(headers=self._headers, timeout=30, follow_redirects=True) as client:
            while not self._over.wait(self.EVERY):
                self.seconds.append(timed(lambda: client.get(self._address).raise_for_status()))

    def look_once(self) -> float:
        """Seconds for one answer."""
        return timed(lambda: httpx.get(self._address, headers=self._headers, timeout=30).raise_for_status())

    def stop(self) -> list[float]:
        """The seconds, sorted."""
        self._over.set()
        self.join()
        return sorted(self.seconds)


@contextmanager
def web(site: Site) -> Iterator[str]:
    """The web processes as `manage.py serve` starts them; their address."""
    site.run("django", "collectstatic", "--no-input", "--verbosity", "0")
    port = free_port()
    options = ("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--no-control-socket", "--workers", "2")
    gunicorn = site.start("gunicorn", "watch.wsgi:application", *options, "--threads", "4", "--log-level", "warning")
    address = f"http://127.0.0.1:{port}"
    headers = {"Host": "trappan.example.org"}

    def answers() -> bool:
        try:
            return httpx.get(f"{address}/healthz", headers=headers).is_success
        except httpx.HTTPError:
            return False

    try:
        wait_until(answers, 30, "the web answers")
        yield address
    finally:
        site.end(gunicorn)


def rush(ground: Ground) -> None:
    """A newsletter under way: how soon alerts leave, and how soon the sender's page answers."""
    notes, people = ground.findings, ground.sizes.newsletter
    with ground.site() as site:
        site.ask("fill", people)
        stamps, port = site.folder / "stamps", free_port()
        stamps.touch()
        site.start("tests.benchmarks.stamping_mail", str(port), str(stamps))
        site.worker("alerts", 1, SMTP_URL=f"smtp://127.0.0.1:{port}")
        drafts = [site.ask("draft", "act_now", 4) for _ in range(3)]
        newsletter = site.ask("draft")
        with web(site) as address, workers(site, 2):
            reader = Reader(address + newsletter["page"], newsletter["cookie"])
            sent: list[float] = []
            sending = threading.Thread(target=lambda: sent.append(rate(site, people, newsletter["notice"])))
            sending.start()
            reader.start()
            delays = [_alert(site, draft["notice"], stamps) for draft in drafts if sending.is_alive()]
            under_way = sending.is_alive()
            sending.join()
            answers = reader.stop()
            quiet = reader.look_once()
    notes.note("alerts_all_left_during_the_newsletter", under_way and len(delays) == len(drafts))
    for number, delay in enumerate(delays, 1):
        notes.note(f"alert_{number}_first_mail_seconds", delay)
    notes.note("alert_first_mail_seconds", max(delays))
    notes.note("newsletter_beside_alerts_per_second", sent[0])
    notes.note("page_quiet_seconds", quiet)
    notes.note("page_during_newsletter_median_seconds", answers[len(answers) // 2])
    notes.note("page_during_newsletter_slowest_seconds", answers[-1])


def _alert(site: Site, notice: int, stamps: Path) -> float:
    """Seconds from the end of its take-back window to the first mail of an alert at the server."""
    before = len(stamps.read_text().splitlines())
    site.environment["TAKE_BACK_SECONDS"] = "2"
    try:
        leaves_at = site.ask("let_go", notice)["leaves_at"]
    finally:
        site.environment["TAKE_BACK_SECONDS"] = "0"
    wait_until(lambda: len(stamps.read_text().splitlines()) > before, 60, "the alert arrives")
    wait_until(lambda: time.time() > leaves_at + 2.5, 10, "the alert is over")
    return float(stamps.read_text().splitlines()[before]) - float(leaves_at)


def provider(ground: Ground) -> None:
    """SMS and push against a provider that takes 50 ms: requests in flight from one worker process, and 429."""
    elks = {"ELKS_USERNAME": "elk", "ELKS_PASSWORD": "moose"}
    _provided(ground, "sms", "ELKS_URL", elks)
    with ground.site() as site:
        carrier = site.ask("transports")["webpush"]
        push = carrier.endswith("WebPushTransport")
        key = site.run("tests.benchmarks.push_key") if push else ""
    if push:
        # Only a try-out may be told of a push service on this machine.
        _provided(ground, "webpush", "PUSH_TEST_ORIGIN", {"VAPID_PRIVATE_KEY": key, "DEBUG": "1"})
    else:
        print("webpush is carried by", carrier, "and not measured", flush=True)  # noqa: T201


def _provided(ground: Ground, channel: str, address_setting: str, settings: dict[str, str]) -> None:
    notes, people = ground.findings, ground.sizes.texted
    for resting in (False, True):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        with ground.site(**settings, **{address_setting: address}) as site:
            rest_after = [str(people // 2)] if resting else []
            site.start("tests.benchmarks.provider", str(port), *rest_after)
            site.ask("fill", people, channel, address)
            with workers(site, 1):
                told = site.ask("send")
            counted = httpx.get(f"{address}/count").json()
        if told["sent"] != people:
            raise RuntimeError(f"{channel}: {told}")
        if resting:
            notes.note(f"{channel}_429_too_early", counted["too_early"])
            notes.note(f"{channel}_429_told_to_wait", counted["told_to_wait"])
            continue
        notes.note(f"{channel}_per_second_one_process", people / told["seconds"])
        notes.note(f"{channel}_most_in_flight", counted["most_in_flight"])
        notes.note(f"{channel}_requests_per_connection", people / counted["connections"])


def on_sqlite(ground: Ground) -> None:
    """SQLite, the embedded Valkey and one worker process, beside django-post-office on SQLite with one process."""
    notes, people = ground.findings, ground.sizes.on_sqlite
    ours, theirs = [], []
    for number in range(2):
        file = ground.folder / f"sqlite{number}.sqlite3"
        with ground.site(f"sqlite:///{file}", NOTICE_PROCESSES="1") as site:
            site.ask("fill", people)
            with workers(site, 1):
                ours.append(rate(site, people))
            mails = ground.mails(site)
            database = f"sqlite:///{file}.peer"
            theirs.append(post_office_rate(ground, site, mails, people, database, 1))
    best = notes.best(f"sqlite_{people}_per_second", ours)
    notes.note(f"sqlite_{people}_of_post_office", best / notes.best(f"sqlite_post_office_{people}_per_second", theirs))


MEASUREMENTS: dict[str, Callable[[Ground], None]] = {
    "mail": mail,
    "rows": rows,
    "rush": rush,
    "provider": provider,
    "sqlite": on_sqlite,
}


def measure(sizes: Sizes, wanted: list[str]) -> dict[str, float]:
    """Everything wanted, one after the other."""
    found = binaries()
    if found is None:
        raise Missing("PostgreSQL's programs (initdb, postgres) are missing: apt-get install postgresql")
    program("smtp-source")
    notes = Findings()
    notes.note("cores", psutil.cpu_count() or 0)
    with tempfile.TemporaryDirectory(prefix="trappan-bench-") as name:
        folder = Path(name)
        cluster = DurableCluster(found)
        try:
            with mail_sink(folder) as port:
                ground = Ground(folder, cluster, port, sizes, notes)
                for name in wanted:
                    took = timed(lambda what=MEASUREMENTS[name]: what(ground))
                    notes.note(f"measuring_{name}_took_seconds", took)
        finally:
            cluster.stop()
    return notes.values


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small numbers, to try it out")
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS))
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    try:
        values = measure(QUICK if options.quick else FULL, options.only)
    except Missing as missing:
        raise SystemExit(str(missing)) from missing
    if options.json:
        options.json.write_text(json.dumps(values, indent=2))


if __name__ == "__main__":
    main()
