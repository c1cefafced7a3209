"""System checks for settings that would be unsafe."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from notifications.providers import why_not_ready

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "[::1]", "testserver"}
SECRET_KEY_LENGTH = 50


@register(Tags.security)
def demo_stays_local(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Demo mode signs anyone in as anyone, so it runs with DEBUG and on this machine only."""
    if not settings.DEMO:
        return []
    problems: list[CheckMessage] = []
    if not settings.DEBUG:
        problems.append(
            Error(
                "DEMO is on but DEBUG is off.", hint="Unset DEMO, or set DEBUG=1 to try Trappan out.", id="watch.E001"
            )
        )
    hosts = {*settings.ALLOWED_HOSTS, settings.HOST, urlsplit(settings.SITE_URL).hostname or ""}
    strangers = sorted(host for host in hosts if host and host not in LOCAL_HOSTS)
    if strangers:
        problems.append(
            Error(
                f"DEMO is on and the site answers as {', '.join(strangers)}.",
                hint="The demo lets anyone in as anyone: keep HOST, ALLOWED_HOSTS and SITE_URL to localhost.",
                id="watch.E002",
            )
        )
    return problems


@register(Tags.security)
def secret_key_is_long(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Sessions, codes and addresses are sealed with the secret key, so a guessable one opens them all."""
    if settings.DEBUG or (len(settings.SECRET_KEY) >= SECRET_KEY_LENGTH and len(set(settings.SECRET_KEY)) > 4):
        return []
    return [
        Error(
            "SECRET_KEY is too short or too simple.",
            hint=f"Set it to at least {SECRET_KEY_LENGTH} random characters, such as the output of: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="watch.E003",
        )
    ]


@register(Tags.security)
def mail_provider_is_ready(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A provider without its key sends nothing, and one whose events anyone could forge would move our books."""
    problem = why_not_ready(settings.MAIL_PROVIDER) if settings.MAIL_PROVIDER else ""
    if not problem:
        return []
    return [
        Error(
            f"MAIL_PROVIDER is {settings.MAIL_PROVIDER!r} and cannot be used yet: {problem}",
            hint="Its settings are the variables that start with ANYMAIL_; see .env.example.",
            id="watch.E004",
        )
    ]
