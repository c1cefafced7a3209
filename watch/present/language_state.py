"""How much there is in each language: the site's own words, the ready-made notices, the districts' texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings

from buildings.models import District
from notifications.models import NoticeTemplate
from watch.models import DistrictText

# The language the site's words are written in; its catalogue is empty and lacks nothing.
SOURCE = "en"
LISTED = 30


@dataclass(frozen=True)
class Part:
    """How many of one kind are there, and the first of those that are missing, by name."""

    there: int
    of: int
    missing: tuple[str, ...]

    @classmethod
    def counted(cls, of: int, missing: Iterable[str]) -> "Part":
        """From the number there could be and what is missing."""
        lacking = tuple(missing)
        return cls(of - len(lacking), of, lacking[:LISTED])

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.there == self.of

    @property
    def unlisted(self) -> int:
        """How many are missing beside those named."""
        return self.of - self.there - len(self.missing)


@dataclass(frozen=True)
class Row:
    """One language."""

    code: str
    name: str
    words: Part
    notices: Part
    districts: Part


def rows() -> list[Row]:
    """Every language of the site. Three queries, and each catalogue is read once after it has changed."""
    notices = _notices()
    districts = _districts()
    return [Row(code, name, _words(code), notices[code], districts[code]) for code, name in settings.LANGUAGES]


def _words(code: str) -> Part:
    path = Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / "django.po"
    return _read(path, path.stat().st_mtime_ns, code) if path.exists() else Part(0, 0, ())


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, code: str) -> Part:
    """The catalogue's texts; the time of its last change is only there to read it anew then."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    texts = [message for message in catalogue if message.id]
    lacking = [
        message for message in texts if code != SOURCE and (message.fuzzy or not _is_whole(message.string or ""))
    ]
    return Part.counted(
        len(texts), (message.id if isinstance(message.id, str) else message.id[0] for message in lacking)
    )


def _is_whole(translated: str | tuple[str, ...] | list[str]) -> bool:
    return bool(translated) and (isinstance(translated, str) or all(translated))


def _notices() -> dict[str, Part]:
    """Ready-made notices for everyone that may go out in each language."""
    templates = list(
        NoticeTemplate.objects.filter(organisation=None).prefetch_related("texts").order_by("kind", "slug")
    )
    usable = {template.pk: template.usable_texts() for template in templates}
    titles = {pk: texts["sv"].title if "sv" in texts else "" for pk, texts in usable.items()}
    return {
        code: Part.counted(len(usable), (titles[pk] for pk, texts in usable.items() if code not in texts))
        for code, _name in settings.LANGUAGES
    }


def _districts() -> dict[str, Part]:
    names = dict(District.objects.order_by("name").values_list("pk", "name"))
    there = set(DistrictText.objects.standing().values_list("district", "language"))
    return {
        code: Part.counted(len(names), (name for pk, name in names.items() if (pk, code) not in there))
        for code, _name in settings.LANGUAGES
    }
