"""Push services: a device's address is typed by strangers and called by us, so only known services are called.

The list is settings.PUSH_HOSTS: a host name, or `*.` and a name for every host below it. Addresses are checked when a
device is added and again each time something is sent; `notifications.push.network` checks where the name leads.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

# RFC 3986's characters; browsers read others, such as a backslash or a tab, in ways of their own.
ADDRESS: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
# The longest seen are Edge's, at about 600 characters; no service promises a length.
LONGEST: Final = 1000


class UnknownService(ValueError):  # noqa: N818
    """The address is none we call: another scheme, host, port, or more in it than there should be."""


def origin(address: str) -> str:
    """Scheme and host of a push address that may be called.

    Raises:
        UnknownService: it may not.
    """
    if len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise UnknownService
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UnknownService from error
    found = f"{parts.scheme}://{parts.netloc}"
    if is_test_service(found):
        return found
    # With a user, a port or a dot at the end it is not a bare host name.
    if not address.startswith("https://") or not HOST.fullmatch(parts.netloc) or not _is_known(parts.netloc):
        raise UnknownService
    return found


def _is_known(host: str) -> bool:
    return any(
        host.endswith(known.removeprefix("*")) if known.startswith("*.") else host == known
        for known in settings.PUSH_HOSTS
    )


def is_test_service(found: str) -> bool:
    """Whether this is the push service of a test (settings.PUSH_TEST_ORIGIN), on this machine and without TLS."""
    return bool(settings.PUSH_TEST_ORIGIN) and found == settings.PUSH_TEST_ORIGIN


BROWSERS: Final = (
    (".googleapis.com", "Chrome"),
    (".google.com", "Chrome"),
    (".mozilla.com", "Firefox"),
    (".windows.com", "Edge"),
    (".apple.com", "Safari"),
)


def browser(address: str) -> str:
    """The browser whose push service this is, as people know it, or an empty text."""
    host = urlsplit(address).hostname or ""
    return next((name for end, name in BROWSERS if host.endswith(end)), "")
