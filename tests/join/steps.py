"""What a person does on the way in, as the tests of joining and signing in need it."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from buildings.sealing import unseal
from notifications.models import Message

EMAIL = "nykomling@example.org"
MOBILE = "070-174 06 12"
MOBILE_E164 = "+46701740612"


def letters() -> list[dict[str, Any]]:
    """What lies in the outbox, unsealed, oldest first; what has left is wiped."""
    kept = Message.objects.exclude(sealed=None).order_by("pk")
    return [{**unseal(message.sealed), "message": message} for message in kept]


def code_sent() -> str:
    """The six digits in the newest letter."""
    found = re.search(r"\b\d{6}\b", letters()[-1]["text"])
    assert found, letters()[-1]["text"]
    return found[0]


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def ask_to_join(client: Client, code: str, address: str = EMAIL, **extra: Any) -> Any:
    """The first screen."""
    return client.post(reverse("join:stairwell", args=[code]), {"login": address}, **extra)


def show_address(client: Client, code: str, address: str = EMAIL) -> Any:
    """The first and the second screen."""
    ask_to_join(client, code, address)
    return client.post(reverse("join:verify", args=[code]), {"code": code_sent()})


def choose(client: Client, code: str, name: str = "Mika", wants: str = "all", **data: Any) -> Any:
    """The third screen."""
    return client.post(reverse("join:choose", args=[code]), {"name": name, "wants": wants, "language": "sv", **data})


def join(client: Client, code: str, address: str = EMAIL, **data: Any) -> Any:
    """All three screens."""
    shown = show_address(client, code, address)
    client.get(shown.headers["Location"], follow=True)
    return choose(client, code, **data)


def ask_to_sign_in(client: Client, address: str, **extra: Any) -> Any:
    """The sign-in page."""
    return client.post(reverse("account_request_login_code"), {"login": address}, **extra)


def sign_in(client: Client, address: str) -> Any:
    """The sign-in page and the code."""
    ask_to_sign_in(client, address)
    return client.post(reverse("account_confirm_login_code"), {"code": code_sent()})
