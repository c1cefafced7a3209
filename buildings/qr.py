"""QR pictures of links, to put into a page or to send as a picture of their own."""

import io

import segno
from django.utils.safestring import SafeString

# Error correction M survives a scratch; readers need a quiet zone of four modules.
LOOK = {"scale": 8, "border": 4, "dark": "#000", "light": "#fff", "lineclass": None}


def qr_picture(link: str, *, css_class: str) -> SafeString:
    """The link as an SVG element without style attributes, so that the CSP lets it stand."""
    svg: str = _code(link).svg_inline(**LOOK, svgclass=css_class, omitsize=True)
    return SafeString(svg)


def qr_file(link: str) -> bytes:
    """The link as an SVG file."""
    file = io.BytesIO()
    _code(link).save(file, kind="svg", xmldecl=False, svgclass=None, **LOOK)
    return file.getvalue()


def _code(link: str) -> segno.QRCode:
    return segno.make(link, error="m", micro=False)
