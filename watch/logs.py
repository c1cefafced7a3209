"""What the programme writes about itself: readable under DEBUG, JSON lines otherwise, never who somebody is."""

import logging
import os
import re
import sys
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

MAIL_ADDRESS = re.compile(r"[^\s@<>\"'(=]+@[^\s@<>\"'),]+\.\w+")
LONG_NUMBER = re.compile(r"(?<![\w-])\+?\d(?:[ -]?\d){6,}(?![\w-])")


def without_people(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Mail addresses and long numbers (phones, identity numbers) masked in every text, tracebacks included."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = LONG_NUMBER.sub("<number>", MAIL_ADDRESS.sub("<address>", value))
    return event


class RouteInsteadOfPath(logging.Filter):
    """Django logs the path of a failed request; ours may hold a stairwell's code or a token, so name the route.

    That the site is not ready yet is an answer, not a failure, and is not logged.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is worth a line; its path is replaced."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path == "/readyz":
            return False
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "an unknown address"
            record.args = tuple(route if arg == path else arg for arg in record.args)
        return True


def name_process(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Which of the supervisor's processes speaks."""
    if name := os.environ.get("TRAPPAN_PROCESS"):
        event["process"] = name
    return event


def configured(*, readable: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING; `readable` for people, otherwise one JSON object a line."""
    stamp = structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso", utc=not readable)
    shared: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_people,
        stamp,
    ]
    if readable:
        last.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, pad_level=False))
    else:
        last += [name_process, structlog.processors.JSONRenderer(ensure_ascii=False)]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.add_logger_name],
                "processors": last,
            }
        },
        "filters": {"route": {"()": RouteInsteadOfPath}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["route"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Beat knocks every other second; only what goes wrong is news.
            "celery": {"level": "WARNING"},
            "celery.apps.worker": {"level": "INFO"},
            "kombu": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
        },
    }
