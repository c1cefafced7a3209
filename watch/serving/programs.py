"""Which programs the settings ask for, and how each is started."""

import socket
import sys
from pathlib import Path

from django.conf import settings

from watch.serving import broker
from watch.serving.processes import Program

HERE = Path(__file__).resolve().parent
PYTHON = (sys.executable, "-u")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that the web process inherits, so that a restart never loses the port.

    Raises:
        OSError: the port is taken, or the host is none of this machine's addresses.
    """
    family, kind, _, _, address = socket.getaddrinfo(
        "127.0.0.1" if host == "localhost" else host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def wanted(listener: socket.socket, environment: dict[str, str]) -> list[Program]:
    """Web, the two workers and beat; `environment` says where broker and postbox are when they are our own."""
    if settings.DEBUG:
        # Trying things out as root in a container is common; in earnest Celery's warning is welcome.
        environment = {**environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    web = (
        *("-m", "gunicorn", "watch.wsgi:application", "--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread", "--no-control-socket", "--log-level", "warning", "--graceful-timeout", "5"),
        *("--workers", str(settings.WEB_PROCESSES), "--threads", str(settings.WEB_THREADS)),
    )
    celery = ("-m", "celery", "--quiet", "--skip-checks", "-A", "watch")
    worker = (*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    alerts = (*worker, "-n", "alerts@%h", "-Q", "alerts", "--pool", "solo")
    notices = (
        *(*worker, "-n", "notices@%h", "-Q", "notices,default"),
        *("--pool", "prefork", "--concurrency", str(settings.NOTICE_PROCESSES)),
    )
    beat = (*celery, "beat", "--loglevel", "INFO")
    return [
        Program("web", (*PYTHON, *web), settings.BASE_DIR, environment, sockets=(listener.fileno(),)),
        *(
            Program(name, (*PYTHON, *command), settings.BASE_DIR, environment)
            for name, command in (("alerts", alerts), ("notices", notices), ("beat", beat))
        ),
    ]


def postbox(folder: Path, listener: socket.socket) -> Program:
    """The demo's mail server; started as a bare script, because it needs nothing of Django."""
    command = (*PYTHON, "-P", str(HERE / "postbox.py"), str(folder), str(listener.fileno()))
    return Program("postbox", command, folder.parent, sockets=(listener.fileno(),), ends_last=True)


def embedded_broker() -> Program:
    """The Valkey that comes with the packages."""
    return broker.program(settings.RUN_DIR)
