"""What the usual kinds of meeting are called and talk about: one file each in `words/`, in every language.

They are starting points an organiser changes at will, so they stay files and are read once.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.utils.translation import get_language_info

from notifications.fields import one_line, plain_lines
from notifications.wording import numbers_in_order
from watch.models import Meeting

FOLDER = Path(__file__).with_name("words")
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Ready:
    """One kind: title and agenda by language, tidied as a form would, and how long it takes as a rule."""

    kind: Meeting.Kind
    duration: timedelta
    contacts_only: bool
    texts: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """What the file holds. Raises KeyError or ValueError when it lacks something or names an unknown kind."""
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            kind=Meeting.Kind(path.stem),
            duration=timedelta(minutes=held["minutes"]),
            contacts_only=held["contacts_only"],
            texts={language: _tidy(held[language], language) for language in LANGUAGES},
        )


def _tidy(words: dict[str, str], language: str) -> tuple[str, str]:
    title, agenda = one_line(words["title"]), plain_lines(words["agenda"])
    if get_language_info(language)["bidi"]:
        return numbers_in_order(title), numbers_in_order(agenda)
    return title, agenda


KINDS = {ready.kind: ready for ready in map(Ready.read, sorted(FOLDER.glob("*.toml")))}
