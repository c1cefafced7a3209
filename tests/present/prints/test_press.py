"""What every print has in common: an accessible file with fonts of its own, and words that stay words."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from tests.pdfs import is_accessible, links_in, pages_of, text_of
from watch.present import prints
from watch.present.prints.cards import cards
from watch.present.prints.letters import flat_letters, letter
from watch.present.prints.press import TEMPLATES, Print, tidy
from watch.present.prints.slides import slides

for module in iter_modules(prints.__path__, f"{prints.__name__}."):
    import_module(module.name)
KINDS = list(Print.__subclasses__())


def all_letters(number):
    made = [
        letter(stairwell="Varpgatan 1 A", flat=str(1001 + n), code=f"KATT{n:04}", spaced=f"KATT {n:04}")
        for n in range(number)
    ]
    return flat_letters(place="Åkern 1", company="AB Bostäder", letters=made)


def test_each_kind_has_a_template_and_each_template_a_kind():
    assert {kind.TEMPLATE for kind in KINDS} | {"style.typ"} == {file.name for file in TEMPLATES.glob("*.typ")}


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.typ")), ids=lambda file: file.name)
def test_templates_read_nothing_but_their_data_and_say_nothing_themselves(file: Path):
    text = file.read_text()
    imported = re.findall(r"#(?:import|include) \"([^\"]+)\"", text)
    assert imported == ([] if file.name == "style.typ" else ["style.typ"])
    assert not re.search(r"\b(read|eval|plugin|csv|yaml|toml|xml)\(", text)
    # The only word in them is the site's own name.
    assert set(re.findall(r"\[(\w[^\]]*)\]", text)) <= {"Trappan"}


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_every_file_is_accessible_and_carries_its_fonts(language):
    for made in (slides(language).pdf(), cards().pdf(), all_letters(2).pdf()):
        assert is_accessible(made)
        names = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z]+)", made))
        assert names
        assert all(name.startswith((b"NotoSans", b"Amiri")) for name in names)
        assert made.count(b"/FontFile") >= len(names)


def test_texts_are_tidied_and_pictures_are_left_alone():
    told = {"svg": "<path d='m2 0h4'/>", "words": ["114 14", "a\tb\x00c", "كلّ"], "number": 3}
    assert tidy(told) == {"svg": told["svg"], "words": ["114\u00a014", "a b c", "كل"], "number": 3}


def test_a_span_of_time_stays_on_one_line():
    assert tidy("kl. 18.00–19.30") == "kl. 18.00\u2060–\u206019.30"


def test_numbers_in_arabic_words_are_kept_from_left_to_right():
    assert tidy("اتصل على 114 14 الآن") == "اتصل على \u2066114\u00a014\u2069 الآن"
    assert tidy("اتصل على \u2066114 14\u2069 الآن") == "اتصل على \u2066114\u00a014\u2069 الآن"


def test_sixty_letters_are_sixty_pages_each_with_its_own_code():
    made = all_letters(60).pdf()
    pages = pages_of(made)
    assert [re.search(r"lägenhet (\d+)", page)[1] for page in pages] == [str(1001 + n) for n in range(60)]
    assert all(f"KATT {n:04}" in page for n, page in enumerate(pages))
    assert [link[-8:] for link in links_in(made)] == [f"KATT{n:04}" for n in range(60)]
    assert len(made) < 1_500_000


def test_a_company_with_a_long_name_and_markup_in_it_fits_and_stays_literal():
    name = "Bostadsrättsföreningen #let x = 1 *Stora* Gården i Västra Frölunda med omnejd (ekonomisk förening)"
    made = flat_letters(
        place="Åkern 1",
        company=name,
        letters=[
            letter(stairwell="Norra Gustav Adolfsgatan 1234 uppgång B, gårdshuset", flat="1001", code="A", spaced="A")
        ],
    ).pdf()
    assert len(pages_of(made)) == 1
    assert name in text_of(made)
