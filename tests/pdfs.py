"""Reads prints as people and machines do: their words, the codes in their pictures, their sizes, their standard."""

import re
import unicodedata

import pypdfium2
import zxingcpp

# One dot a twelfth of a millimetre: what a phone sees of a page held at arm's length.
SCALE = 2.5
DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufffe\u00ad]")
POINTS_A_MM = 72 / 25.4


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, as they are copied out of it, in single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return [" ".join(DIRECTIONS.sub("", unicodedata.normalize("NFKC", text)).split()) for text in texts]


def text_of(pdf: bytes) -> str:
    """The words of the whole file."""
    return " ".join(pages_of(pdf))


def all_said_in(pdf: bytes) -> str:
    """The words, the addresses behind the pictures, and the file's own data, such as its title."""
    with pypdfium2.PdfDocument(pdf) as document:
        described = document.get_metadata_dict()
    return f"{text_of(pdf)} {links_in(pdf)} {described}"


def title_of(pdf: bytes) -> str:
    """The title a reader shows."""
    with pypdfium2.PdfDocument(pdf) as document:
        return str(document.get_metadata_dict()["Title"])


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width() / POINTS_A_MM), round(page.get_height() / POINTS_A_MM)) for page in document]


def links_in(pdf: bytes, *, scale: float = SCALE) -> list[str]:
    """What the QR pictures of all pages lead to, read by another program than the one that drew them."""
    found: list[str] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=scale, grayscale=True)
            rows = memoryview(picture.buffer).cast("B", (picture.height, picture.stride))
            found += [code.text for code in zxingcpp.read_barcodes(rows, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def is_accessible(pdf: bytes) -> bool:
    """Whether the file says it is PDF/UA-1; typst makes none that says so and lacks a tag, a title or an alt text."""
    return b"<pdfuaid:part>1</pdfuaid:part>" in pdf
