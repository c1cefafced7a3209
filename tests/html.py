"""Whether a page is HTML as the standard has it: no parse error, and nothing where it must not stand.

html5lib reads as browsers do and names every parse error. What it does not look at is checked here: what may stand in
what (the content models of the HTML standard, as far as pages here use them), ids and what refers to them.
"""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E

PHRASING = {
    *("a", "abbr", "b", "bdi", "bdo", "br", "button", "canvas", "cite", "code", "data", "datalist", "del", "dfn"),
    *("em", "i", "iframe", "img", "input", "ins", "kbd", "label", "mark", "math", "meter", "noscript", "object"),
    *("output", "picture", "progress", "q", "ruby", "s", "samp", "script", "select", "small", "span", "strong", "sub"),
    *("sup", "svg", "template", "textarea", "time", "u", "var", "wbr", "link", "meta"),
}
ONLY_PHRASING = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "strong", "em", "b", "i", "small", "label", "button", "bdi"),
    *("time", "code", "kbd", "samp", "pre", "output", "mark", "abbr", "cite", "q", "s", "sub", "sup", "u", "var"),
}
TRANSPARENT = {"a", "ins", "del", "noscript"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
CHILDREN = {
    **{name: {"li", "script", "template"} for name in ("ul", "ol", "menu")},
    "dl": {"dt", "dd", "div", "script", "template"},
    "select": {"option", "optgroup", "hr", "script", "template"},
    "tr": {"td", "th", "script", "template"},
    **{name: {"tr", "script", "template"} for name in ("thead", "tbody", "tfoot")},
    "summary": PHRASING | HEADINGS,
}
INTERACTIVE = {"a", "button", "details", "iframe", "label", "select", "textarea", "input", "summary"}
OBSOLETE = {"center", "font", "big", "tt", "strike", "marquee", "frame", "frameset", "acronym"}
OBSOLETE_ATTRIBUTES = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "valign", "language"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list")


def faults(text: str) -> list[str]:
    """What is wrong with the page, a sentence each; empty when it is valid."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    found = [f"line {line}: {E[code] % values}" for (line, _column), code, values in parser.errors]
    return found + list(_misplaced(root, ())) + list(_references(root))


def _misplaced(element: Element, above: tuple[str, ...]) -> Iterator[str]:
    name = element.tag
    if not isinstance(name, str) or name.startswith("{"):
        return
    for child in element:
        inside = child.tag
        if not isinstance(inside, str):
            continue
        inside = inside.rpartition("}")[2]
        yield from _wrong_child(child, inside, (*above, name))
        yield from _misplaced(child, (*above, name))


def _wrong_child(child: Element, name: str, above: tuple[str, ...]) -> Iterator[str]:
    parent = next((tag for tag in reversed(above) if tag not in TRANSPARENT), "html")
    if above[-1] in CHILDREN and name not in CHILDREN[above[-1]]:
        yield f"<{name}> stands in <{above[-1]}>"
    elif parent in ONLY_PHRASING and name not in PHRASING:
        yield f"<{name}> stands in <{parent}>"
    if name in INTERACTIVE - {"label", "summary"} and {"a", "button"} & set(above) and child.get("type") != "hidden":
        yield f"<{name}> stands in a link or a button"
    if name == "form" and "form" in above:
        yield "<form> stands in <form>"
    if name in OBSOLETE or OBSOLETE_ATTRIBUTES & set(child.keys()):
        yield f"<{name}> is obsolete, or has an attribute that is"
    if name == "img" and child.get("alt") is None:
        yield "<img> has no alt"
    if name in ("input", "select", "textarea", "button") and child.get("id") == "":
        yield f"<{name}> has an empty id"


def _references(root: Element) -> Iterator[str]:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    yield from (f'id="{name}" stands {number} times' for name, number in ids.items() if number > 1)
    for element in elements:
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f'{attribute}="{name}" refers to nothing'
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
            yield f'href="{target}" leads nowhere'
