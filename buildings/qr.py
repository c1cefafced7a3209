"""QR pictures to put into a page."""

import segno
from django.utils.safestring import SafeString


def qr_picture(link: str, *, css_class: str) -> SafeString:
    """The link as an SVG element: error correction M, which survives a scratch, and the quiet zone readers need."""
    svg: str = segno.make(link, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", svgclass=css_class, lineclass=None, omitsize=True
    )
    return SafeString(svg)
