"""Every word on a page comes from a catalogue or from the database: none bypasses translation.

Each text a catalogue gives is put in brackets, and what stands outside brackets must be data.
"""

import re
from functools import cache

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, JSONField, TextField
from django.utils.translation import get_language_info, trans_real
from lxml.html import HtmlElement, document_fromstring

from buildings.models import Building
from tests import world as worlds
from tests.visits import visits

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OPEN, CLOSE = "⟦", "⟧"
BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
# Words in capitals alone are codes and keys.
WORD = re.compile(r"(?![A-Z0-9]+\b)[^\W\d_]{3,}")
# Addresses, and the blanks of ready-made notices, which are called the same in every language.
NOT_SAID = re.compile(r"\S*/\S*|\[[^\]]+\]")
# Scripts, codes, texts people wrote, and words in another language than the page's, which another catalogue gave.
NOT_WORDS = (
    "//script | //style | //code | //*[contains(@class, 'notice-text') or contains(@class, 'join-code')]"
    " | //body//*[@lang and @lang != 'sv'] | //textarea[@lang]"
)
SHOWN = ("alt", "aria-label", "placeholder", "title")
# What is called the same in every language: the name, formats, standards, and the operator's own tool.
NAMES = {"Trappan", "Excel", "Atom", "iPhone", "Chrome", "xlsx", "csv"}
NAMES |= {"http", "https", "webcal", "localhost", "testserver", "example", "org", "www"}
WRITTEN = (CharField, TextField, JSONField)
NOT_OURS = ("operator:", "demo:")


class Pseudo:
    """Stands before a catalogue and puts what it gives in brackets."""

    def __init__(self, inner: trans_real.DjangoTranslation) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def gettext(self, message: str) -> str:
        return f"{OPEN}{self.inner.gettext(message)}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return f"{OPEN}{self.inner.ngettext(one, many, number)}{CLOSE}"


@pytest.fixture
def _bracketed(monkeypatch):
    trans_real.translation("sv")
    monkeypatch.setitem(trans_real._translations, "sv", Pseudo(trans_real._translations["sv"]))
    monkeypatch.setattr(trans_real, "_default", None)


def data_words() -> set[str]:
    """Every word that stands in the database, and the languages' own names."""
    words = set(NAMES)
    for model in apps.get_models(include_auto_created=True):
        fields = [
            field.name for field in model._meta.get_fields() if isinstance(field, CharField | TextField | JSONField)
        ]
        for values in model._default_manager.values_list(*fields) if fields else ():
            words.update(word for value in values if value for word in WORD.findall(str(value)))
    languages = [str(name) for _code, name in settings.LANGUAGES]
    languages += [get_language_info(code)["name_local"] for code, _name in settings.LANGUAGES]
    return words.union(*map(WORD.findall, languages))


def outside(text: str) -> str:
    """What is left of a text when everything in brackets is taken away, the inner ones first."""
    while (shorter := BRACKETED.sub(" ", text)) != text:
        text = shorter
    return NOT_SAID.sub(" ", text)


def texts_of(page: HtmlElement) -> str:
    """All a reader meets: the words, and those an aid reads out."""
    for part in page.xpath(NOT_WORDS):
        part.drop_tree()
    return " ".join([*page.itertext(), *(value for name in SHOWN for value in page.xpath(f"//@{name}"))])


@pytest.mark.usefixtures("_bracketed")
@pytest.mark.parametrize("role", ["anonymous", "contact", "landlord", "police"])
def test_no_word_on_a_page_bypasses_translation(role):
    world = worlds.build()
    # A house of this name has been drawn in no other test, so no kept drawing is in real words.
    Building.objects.filter(pk=world.stairwell.building_id).update(designation="Ritningen 9")
    known = cache(data_words)
    bypassed: dict[str, set[str]] = {}
    for visit in visits(world, role, ("get",)):
        if visit.status != "200" or visit.route.startswith(NOT_OURS) or "text/html" not in visit.said[:400]:
            continue
        page = document_fromstring(visit.said[visit.said.index("<") :])
        if words := {word for word in WORD.findall(outside(texts_of(page))) if word not in known()}:
            bypassed[visit.route] = words
    assert bypassed == {}, bypassed
