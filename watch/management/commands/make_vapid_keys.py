"""Print a new key for push: `manage.py make_vapid_keys`."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.push.keys import new_key


class Command(BaseCommand):
    """Prints and saves nothing: the key belongs in .env, on every machine the same."""

    help = "Print a new VAPID key for .env. Devices that use the old one have to ask for notices again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the line for .env, and the public key as a comment."""
        private, public = new_key()
        self.stdout.write(f"# The public key is {public}")
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}")
