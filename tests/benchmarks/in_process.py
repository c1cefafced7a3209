"""Settings for measuring in one's own process: a folder that goes away afterwards, and no server but the database."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def settings_for_measuring(database: str = "") -> Iterator[Path]:
    """Set the environment Django reads, before it does; gives the folder.

    Without `database` it is the one DATABASE_URL names, or SQLite in the folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("REDIS_URL", "REDIS_DATABASE", "SMTP_URL"):
            os.environ.pop(name, None)
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ |= {
            **({"DATABASE_URL": database} if database else {}),
            "DJANGO_SETTINGS_MODULE": "watch.settings",
            "ENV_FILE": os.devnull,
            "RUN_DIR": folder,
            "DEBUG": "1",
            "DEMO": "0",
            "ALLOWED_HOSTS": "testserver",
            "SECRET_KEY": "only-for-benchmarks",
        }
        yield Path(folder)
