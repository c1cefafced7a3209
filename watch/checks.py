"""System checks for settings that would be unsafe."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from notifications.providers import why_not_ready
from notifications.push import keys
from notifications.sms import Sender

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "[::1]", "testserver"}
SECRET_KEY_LENGTH = 50
# Three labels below a star: *.com or *.example.org would be anybody's.
MAKE_A_KEY = "Print one with: python manage.py make_vapid_keys"
KNOWN_HOST = re.compile(r"(?:(?:\*\.)?(?:[a-z0-9-]+\.){2,}|[a-z0-9-]+\.)[a-z][a-z0-9-]*")


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


@register
def sms_sender_is_one(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An SMS from a sender the networks do not take reaches nobody; a guessable secret lets anyone stop anybody's."""
    problems: list[CheckMessage] = []
    try:
        Sender.read(settings.SMS_SENDER)
    except ValueError:
        hint = "Set it to at most 11 letters and digits with a letter first, or a number you rent at 46elks."
        problems.append(Error(f"SMS_SENDER is {settings.SMS_SENDER!r}.", hint=hint, id="watch.E004"))
    if settings.ELKS_SECRET and not re.fullmatch(r"[A-Za-z0-9_-]{20,}", settings.ELKS_SECRET):
        hint = "Set it to at least 20 random letters and digits, or leave it out."
        problems.append(Error("ELKS_SECRET is too short or does not fit in an address.", hint=hint, id="watch.E005"))
    return problems


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
            id="watch.E006",
        )
    ]


@register(Tags.security)
def push_calls_known_services_only(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A device's address is typed by strangers and called by us: nothing may open the way to this machine."""
    if settings.PUSH_TEST_ORIGIN and not settings.DEBUG:
        hint = "Unset it: it lets devices name a server on this machine, which only tests need."
        return [Error("PUSH_TEST_ORIGIN is set but DEBUG is off.", hint=hint, id="watch.E007")]
    too_wide = sorted(host for host in settings.PUSH_HOSTS if not KNOWN_HOST.fullmatch(host))
    if too_wide:
        hint = "Name each host, or the hosts below a name as *.push.example.org; no addresses, ports or bare domains."
        return [Error(f"PUSH_HOSTS holds {', '.join(too_wide)}.", hint=hint, id="watch.E007")]
    return []


@register(Tags.security, deploy=True)
def push_is_on(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a key nobody is offered notices on a device. Said when installing: a start logs JSON lines alone."""
    if settings.VAPID_PRIVATE_KEY:
        return []
    return [checks.Warning("VAPID_PRIVATE_KEY is not set, so push is off.", hint=MAKE_A_KEY, id="watch.W008")]


@register(Tags.security)
def push_has_a_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With a key that is none, nothing arrives."""
    if settings.VAPID_PRIVATE_KEY and (problem := keys.problem()):
        hint = (
            f"{MAKE_A_KEY}. The subject is mailto:somebody@your.host or https://your.host, whom a push service can ask."
        )
        return [Error(problem, hint=hint, id="watch.E008")]
    return []


@register(Tags.security)
def broker_is_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A broker that is half configured signs nobody in, and one without TLS could be anybody."""
    names = ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")
    missing = [name for name in names if not getattr(settings, name)]
    if 0 < len(missing) < len(names):
        return [Error(f"{', '.join(missing)} is not set.", hint="Set all four, or none.", id="watch.E010")]
    if not missing and not settings.DEBUG and urlsplit(settings.OIDC_SERVER_URL).scheme != "https":
        hint = "Set it to the broker's address, which begins with https://."
        return [Error("OIDC_SERVER_URL is not https.", hint=hint, id="watch.E010")]
    return []
