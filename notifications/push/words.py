"""What a device shows, and the sealed letter's outside: its life, its urgency and the one it replaces.

Every message has the same length, so that a push service cannot tell a title from a neutral one, nor a contacts-only
notice from any other.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from buildings.sealing import fingerprint
from notifications.models import Notice

# Bytes before encryption; with its 103 bytes around it stays far below the 4096 every service takes (RFC 8030).
SIZE: Final = 2048
LEAST_TTL: Final = 60
# What Google's service keeps a message at most.
LONGEST_TTL: Final = int(timedelta(days=28).total_seconds())
# Characters of each line: two lines of the widest still fit in SIZE.
LONGEST_LINE: Final = 120


def neutral_words() -> tuple[str, str]:
    """Title and text of a preview that says nothing, in the active language."""
    return gettext("New notice for your stairwell"), gettext("Open it to read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A notice as a device shows it, in one language: neutral, or with its title for those who chose that.

    A contacts-only notice has no title here and does not insist, so that it looks like any other.
    """

    language: str
    reading: str
    path: str
    thread: int
    expires_at: datetime
    is_urgent: bool
    insists: bool
    neutral: tuple[str, str]
    open: tuple[str, str] | None

    @classmethod
    def of(cls, notice: Notice, *, language: str, reading: str, headline: str) -> Self:
        """The notice's preview in the active language; `headline` is its title in the words of a mail's subject."""
        is_alert = notice.urgency == Notice.Urgency.ACT_NOW
        return cls(
            language=language,
            reading=reading,
            path=reverse("notices:read", args=[notice.public_id]),
            thread=_first(notice),
            expires_at=notice.expires_at,
            is_urgent=is_alert,
            insists=is_alert and not notice.contacts_only,
            neutral=neutral_words(),
            open=None if notice.contacts_only else (headline, " ".join(notice.organisation.name.split())),
        )

    def topic(self, token: str) -> str:
        """The Topic (RFC 8030) for the endpoint with this token: the same for a notice and its corrections.

        32 characters that nobody can guess or connect with another device's.
        """
        digest = bytes.fromhex(fingerprint("push-topic", f"{self.thread}:{token}"))
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def ttl(self) -> int:
        """Seconds the push service may keep it."""
        left = int((self.expires_at - timezone.now()).total_seconds())
        return min(max(left, LEAST_TTL), LONGEST_TTL)

    def urgency(self) -> str:
        """The Urgency header: an alert also wakes a phone that is low on battery."""
        return "high" if self.is_urgent else "normal"

    def payload(self, token: str, *, shows_words: bool) -> bytes:
        """The message in clear, padded to SIZE."""
        title, body = (shows_words and self.open) or self.neutral
        message = {
            "title": title[:LONGEST_LINE],
            "body": body[:LONGEST_LINE],
            "url": self.path,
            "tag": self.topic(token),
            "lang": self.language,
            "dir": self.reading,
            "insist": self.insists,
            "until": int(self.expires_at.timestamp()),
        }
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode().ljust(SIZE)


def _first(notice: Notice) -> int:
    """The first notice of a chain of corrections: what it refers to, what that refers to, and so on."""
    first = notice
    seen = {notice.pk}
    while first.refers_to_id is not None and first.refers_to_id not in seen:
        seen.add(first.refers_to_id)
        first = Notice.objects.only("refers_to").get(pk=first.refers_to_id)
    return first.pk
