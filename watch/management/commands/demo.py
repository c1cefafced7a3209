"""Load the demo: a made-up Norrby and Hässleholmen/Hulta, with neighbours and notices."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications.ready import shipped
from watch.demo.world import load


class Command(BaseCommand):
    """Makes the demo's world; what is there already is left as it is."""

    help = "Loads the demo's made-up districts, houses, neighbours and notices. Needs DEMO=1. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, telling what is being made. Raises CommandError outside demo mode."""
        if not settings.DEMO:
            raise CommandError("The demo is off. Set DEMO=1 (with DEBUG=1) to load it.")
        # Those that come with Trappan follow each update of it.
        shipped.load()
        if load(lambda doing: self.stdout.write(f"  {doing} ...")):
            self.stdout.write("The demo is ready.")
        else:
            self.stdout.write("The demo is already there.")
