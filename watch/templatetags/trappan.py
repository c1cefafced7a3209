"""Tags and filters every template has: icons, urgency, times, phone numbers, who may go where."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import phonenumbers
from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from notifications.models import Endpoint, Notice
from notifications.push.devices import Device
from watch.present.marks import mark_of
from watch.present.navigation import Place, navigation, who

register = template.Library()

URGENCY_ICONS = {
    Notice.Urgency.INFORMATION: "info",
    Notice.Urgency.BE_AWARE: "warning",
    Notice.Urgency.ACT_NOW: "act-now",
}


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, extra: str = "") -> SafeString:
    """A picture from the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon icon-{}{}" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        name,
        f" {extra}" if extra else "",
        static("trappan/icons.svg"),
        name,
    )


@register.filter
def urgency_icon(urgency: str) -> str:
    """The icon's name for a notice's urgency."""
    return URGENCY_ICONS[Notice.Urgency(urgency)]


@register.simple_tag
def urgency_badge(urgency: str) -> SafeString:
    """The urgency as an icon and its word."""
    known = Notice.Urgency(urgency)
    return format_html(
        '<span class="urgency urgency-{}">{}<span>{}</span></span>',
        known.value.replace("_", "-"),
        icon(URGENCY_ICONS[known]),
        known.label,
    )


@register.simple_tag
def kind_icon(kind: str) -> SafeString:
    """The pictogram of what a notice is about; a word always stands beside it."""
    return icon(f"kind-{Notice.Kind(kind).value.replace('_', '-')}")


@register.filter
def device(endpoint: Endpoint) -> Device:
    """The device an endpoint for push is."""
    return Device(endpoint)


@register.filter
def day_and_time(when: datetime | None) -> str:
    """Day and time in words, Swedish time: "tisdag 4 december kl. 18.00"; the year only when it is not this one."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    pattern = str(get_format("DATETIME_FORMAT"))
    if local.year != timezone.localdate().year:
        # The patterns in watch/formats leave the year out; "F" is the month's name in every one of them.
        pattern = pattern.replace("F", "F Y", 1)
    return date_format(local, pattern)


@register.filter
def friendly(when: datetime | None) -> str:
    """When something happened, as one says it: today, yesterday, else day and time."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    clock = date_format(local, "TIME_FORMAT")
    today = timezone.localdate()
    if local.date() == today:
        return gettext("today %(time)s") % {"time": clock}
    if local.date() == today - timedelta(days=1):
        return gettext("yesterday %(time)s") % {"time": clock}
    return day_and_time(when)


@register.filter
def phone(number: Any) -> str:
    """A number as people here write it, "070-123 45 67"; text that is no number is left as it is."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(str(number), "SE")
    except phonenumbers.NumberParseException:
        return str(number)
    swedish = parsed.country_code == 46
    form = phonenumbers.PhoneNumberFormat.NATIONAL if swedish else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


@register.simple_tag(takes_context=True)
def places_to_go(context: Context) -> list[Place]:
    """The navigation of the person reading the page."""
    return navigation(context.get("request"), context.get("reach"))


@register.simple_tag
def navigation_list(places: list[Place]) -> str:
    """The places as a list of links; a page shows it in up to three spots, so it is written once."""
    return render_to_string("partials/navigation.html", {"places": places}) if places else ""


@register.simple_tag(takes_context=True)
def who_am_i(context: Context) -> str:
    """Whom the person reading is signed in as, in words."""
    return who(context.get("reach"))


@register.simple_tag(takes_context=True)
def offline_mark(context: Context) -> str:
    """Which sign-in the phone keeps its offline page for."""
    return mark_of(context["request"])
