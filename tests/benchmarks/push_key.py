"""Prints a new VAPID private key, for a site that sends push: `python -m ...`."""

import django

django.setup()

from notifications.push.keys import new_key  # noqa: E402

if __name__ == "__main__":
    print(new_key()[0])  # noqa: T201
