"""Bring the ready-made notices that come with Trappan into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.ready.shipped import load


class Command(BaseCommand):
    """Mirrors `notifications/ready/notices/`; words that changed wait for a reader again."""

    help = "Brings the ready-made notices into the database. Safe to run again; run it after each update."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many texts were new or changed."""
        changed = load()
        if options["verbosity"]:
            self.stdout.write(f"Ready-made notices: {changed} texts new or changed.")
