"""The ready-made notices that come with Trappan: one file each in `notices/`, mirrored into the database.

`load` is run by `make install` and `make run` and may run any number of times. The files are the truth: a language
whose words have changed since it was reviewed waits for a reader again.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language_info

from notifications.models import Notice, NoticeTemplate
from notifications.ready.services import put_texts
from notifications.wording import numbers_in_order

FOLDER = Path(__file__).with_name("notices")
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Shipped:
    """One file: title and text by language, tidied as a form would."""

    slug: str
    kind: Notice.Kind
    urgency: Notice.Urgency
    texts: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """What the file holds. Raises KeyError or ValueError when it lacks something or names an unknown kind."""
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        texts = {
            language: (_tidy(held[language]["title"], language), _tidy(held[language]["body"], language))
            for language in LANGUAGES
            if language == "sv" or language in held
        }
        return cls(path.stem, Notice.Kind(held["kind"]), Notice.Urgency(held["urgency"]), texts)

    def is_said_by(self, template: NoticeTemplate) -> bool:
        """Whether the database already says all of this, and nothing more."""
        said = {text.language: (text.title, text.body) for text in template.texts.all()}
        return (template.kind, template.urgency, said) == (self.kind, self.urgency, self.texts)


def _tidy(words: str, language: str) -> str:
    return numbers_in_order(words.strip()) if get_language_info(language)["bidi"] else words.strip()


def every() -> Iterator[Shipped]:
    """Every file, by name."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield Shipped.read(path)


@transaction.atomic
def load() -> int:
    """Make the database say what the files say; how many texts were new or changed."""
    known = {
        template.slug: template
        for template in NoticeTemplate.objects.filter(organisation=None).prefetch_related("texts")
    }
    changed = 0
    for shipped in every():
        template = known.pop(shipped.slug, None) or NoticeTemplate(slug=shipped.slug)
        if template.pk and shipped.is_said_by(template):
            continue
        template.kind, template.urgency = shipped.kind, shipped.urgency
        template.save()
        changed += put_texts(template, shipped.texts)
    NoticeTemplate.objects.filter(pk__in=[gone.pk for gone in known.values()]).delete()
    return changed
