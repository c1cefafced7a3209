"""Notices that another part of Trappan steers: a meeting's invitations, changes and reminders.

`Notice.companion` names the part, settings.COMPANIONS its class. So notices need not know what a meeting is: they ask
the companion what to add to a letter and where its steps are taken, and leave the steps to it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from notifications.models import Notice

# Private-use characters, so that nothing a person writes can be taken for a mark.
ADDRESS_MARK = "\ue000address\ue000"
# RFC 5545 folds lines at 75 octets; a continuation line begins with a space.
FOLD_AT = 70


class Link(NamedTuple):
    """A link in a letter: what it says, and where it leads; TOKEN_MARK in it becomes the reader's own token."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A text file that goes with a mail. `text` has CRLF line ends; ADDRESS_MARK in it becomes the reader's address.

    The mark stands at the start of a folded line (a line that begins with a space), so that an address of any length
    can be folded there.
    """

    name: str
    subtype: str
    method: str
    text: str

    def to(self, address: str) -> str:
        """The file as this reader gets it."""
        return self.text.replace(ADDRESS_MARK, folded(address))


def folded(address: str) -> str:
    """A mail address as a `mailto:` address, folded."""
    written = quote(address, safe="@!$'*+-._~")
    return "\r\n ".join(written[start : start + FOLD_AT] for start in range(0, len(written), FOLD_AT))


class Companion(ABC):
    """What a part of Trappan adds to its notices; the language is the one that is active."""

    @abstractmethod
    def page(self, notice: Notice) -> str:
        """The page where its organisers take the next step with it."""

    @abstractmethod
    def readers_page(self, notice: Notice) -> Link:
        """The page where its signed-in readers see and answer it."""

    def sender(self, notice: Notice) -> str:
        """Who it is from."""
        return notice.organisation.name

    def links(self, notice: Notice) -> list[Link]:
        """Links in its mail, before the one to the notice."""
        return []

    def short_link(self, notice: Notice) -> Link | None:
        """The one link its SMS always carries."""
        return None

    def enclosure(self, notice: Notice) -> Enclosure | None:
        """A file that goes with its mail."""
        return None

    def not_to(self, notice: Notice) -> "QuerySet[Any, Any] | None":
        """Keys of people who are meant and need not hear it."""
        return None


def companion_of(notice: Notice) -> Companion | None:
    """The companion that steers the notice; None for a notice that stands alone."""
    return _named(settings.COMPANIONS[notice.companion]) if notice.companion else None


@lru_cache
def _named(path: str) -> Companion:
    found: Companion = import_string(path)()
    return found
