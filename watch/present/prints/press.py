"""From data to PDF: typst reads a template beside this file and gets its words as data, never as markup.

The files say of themselves that they are PDF/UA-1, carry their fonts, and need nothing from the machine.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import fontpkg_amiri
import fontpkg_noto_sans
import typst
from django.http import HttpResponse
from django.utils.text import slugify
from fontTools.ttLib import TTFont

from notifications.wording import numbers_in_order

TEMPLATES = Path(__file__).parent / "templates"
# Latin letters and digits come from Noto Sans, Arabic ones from Amiri: the only Arabic font in a wheel whose words
# can be copied out of the PDF.
FONTS = [str(package.ROOT / "files") for package in (fontpkg_noto_sans, fontpkg_amiri)]
# Arabic is printed without vowel marks, as newspapers are: PDF readers copy a mark before the letter it belongs to.
VOWEL_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
ARABIC = re.compile("[\u0600-\u06ff]")
# "114 14" is one number: it neither breaks nor turns round in a line that runs from the right.
IN_GROUPS = re.compile(r"(?<=\d)[ \u202f](?=\d)")
# "18.00–19.30" stays on one line.
SPAN = re.compile(r"(?<=\d)–(?=\d)")
# What typst would draw as a box; line breaks and the marks of direction stay.
CONTROLS = re.compile("[^\\S\\n\u00a0 ]|[\\x00-\\x09\\x0b-\\x1f\\x7f]")

# Signs that turn the words after them round; isolates do what is needed.
TURNS_ROUND = "\u202a\u202b\u202c\u202d\u202e"
# What stands for a letter that no font here has.
UNKNOWN = "\ufffd"
# Fields that are pictures and no words.
DRAWN = {"svg"}


@dataclass(frozen=True, kw_only=True)
class Print:
    """What one PDF says. Each kind adds its fields, and names its template."""

    TEMPLATE: ClassVar[str]
    title: str
    language: str = "sv"

    def pdf(self) -> bytes:
        """The file."""
        data = json.dumps(tidy(asdict(self)), ensure_ascii=False)
        made = typst.compile(
            str(TEMPLATES / self.TEMPLATE),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            sys_inputs={"data": data},
            format="pdf",
            pdf_standards="ua-1",
        )
        if not isinstance(made, bytes):
            raise TypeError(f"typst made no single file of {self.TEMPLATE}")
        return made

    def answer(self, *, saved: bool = False) -> HttpResponse:
        """The file as a browser gets it under the print's title: shown, or `saved` where asking again makes another."""
        name = slugify(self.title) or "trappan"
        headers = {"Content-Disposition": f'{"attachment" if saved else "inline"}; filename="{name}.pdf"'}
        return HttpResponse(self.pdf(), content_type="application/pdf", headers=headers)


def tidy(value: Any) -> Any:
    """The same data, with its texts as they are printed."""
    if isinstance(value, dict):
        return {name: inner if name in DRAWN else tidy(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(inner) for inner in value]
    return _tidy_text(value) if isinstance(value, str) else value


def _tidy_text(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text = "".join(map(_drawn, VOWEL_MARKS.sub("", CONTROLS.sub(" ", text))))
    if ARABIC.search(text):
        text = numbers_in_order(text)
    return SPAN.sub("\u2060–\u2060", IN_GROUPS.sub("\u00a0", text))


def _drawn(sign: str) -> str:
    """The sign, if the fonts have it: pictures such as emoji are left out, and a letter of another script is marked."""
    if sign == "\n" or (ord(sign) in _signs() and sign not in TURNS_ROUND):
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf" and sign not in TURNS_ROUND:
        return sign
    return UNKNOWN if kind.startswith(("L", "N")) else ""


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    """Every sign that the fonts can draw upright and in bold."""
    names = ("NotoSans[[]*", "Amiri-Bold.ttf")
    files = [next(Path(folder).glob(name)) for folder, name in zip(FONTS, names, strict=True)]
    return frozenset(sign for file in files for sign in TTFont(file, lazy=True).getBestCmap())


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts, read once a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=FONTS)
