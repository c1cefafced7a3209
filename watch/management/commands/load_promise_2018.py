"""`manage.py load_promise_2018 norrby hulta`: the promise of 2018 for the districts of these short names."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from buildings.models import District
from watch.track.promises import shipped


class Command(BaseCommand):
    """Makes the promise once; a second run changes nothing."""

    help = "Load the promise of 2018, in our own words, with its six commitments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The districts it was for."""
        parser.add_argument("district", nargs="+", help="short name of a district, such as norrby")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make it, or say what is missing."""
        found = {district.slug: district for district in District.objects.filter(slug__in=options["district"])}
        if missing := [slug for slug in options["district"] if slug not in found]:
            raise CommandError(f"There is no district called {', '.join(missing)}. Set it up first.")
        try:
            promise = shipped.load(districts=list(found.values()))
        except shipped.MissingError as error:
            raise CommandError(
                f"No organisation of the kind {error} serves these districts. Set it up first."
            ) from None
        self.stdout.write(f"/lofte/{promise.slug}/")
