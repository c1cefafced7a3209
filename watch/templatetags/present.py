"""What public pages say of themselves to search engines and to whoever shares them."""

import json
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.core.cache import caches
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from watch.meet.links import public_page
from watch.models import Meeting
from watch.present.keeping import KEPT_SECONDS

register = template.Library()

# As Django's json_script: nothing in the words can end the element they stand in.
_HARMLESS = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Addresses:
    """Where a page is: `plain` lets the reader's browser choose the language, the others name one."""

    plain: str
    here: str
    languages: list[tuple[str, str]]


@register.simple_tag(takes_context=True)
def page_addresses(context: Context) -> Addresses:
    """The addresses of the page being read."""
    request = context["request"]
    plain = f"{settings.SITE_URL}{request.path}"
    languages = [(code, in_language(plain, code)) for code, _name in settings.LANGUAGES]
    named = dict(languages).get(request.GET.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return Addresses(plain, named or plain, languages)


@register.filter
def in_language(address: str, code: str) -> str:
    """The address of the same page in a language, whatever the browser prefers."""
    return f"{address}?{settings.LANGUAGE_COOKIE_NAME}={code}"


class KeptNode(Node):
    """A part of a page that is the same for everyone who reads it in this language."""

    def __init__(self, inside: NodeList, name: FilterExpression) -> None:
        self.inside = inside
        self.name = name

    def render(self, context: Context) -> SafeString:
        """The part as it was rendered last, or rendered anew and kept."""
        key = f"part:{get_language()}:{self.name.resolve(context)}"
        kept: SafeString | None = caches["pages"].get(key)
        if kept is None:
            kept = self.inside.render(context)
            caches["pages"].set(key, kept, KEPT_SECONDS)
        return kept


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept name %}...{% endkept %}`; nothing inside may be about the reader, and no other part has the name."""
    _tag, name = token.split_contents()
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(inside, parser.compile_filter(name))


@register.simple_tag
def event_data(meeting: Meeting) -> SafeString:
    """A public meeting as a schema.org Event: a data block, which no browser runs."""
    state = "EventCancelled" if meeting.is_cancelled else "EventScheduled"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": meeting.title,
        "url": public_page(meeting),
        "startDate": meeting.starts_at.isoformat(),
        "endDate": meeting.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "inLanguage": meeting.languages,
        "organizer": [
            {"@type": "Organization", "name": organisation.name} for organisation in meeting.organisers.all()
        ],
        "location": {"@type": "Place", "name": meeting.place, "address": meeting.address},
    }
    words = json.dumps(data, ensure_ascii=False).translate(_HARMLESS)
    # Every sign that could end the element is replaced above.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(words))  # noqa: S308
