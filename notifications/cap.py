"""A public notice as a message of the Common Alerting Protocol (OASIS CAP 1.2), for those who pass warnings on.

Only public notices have one: the scope is always Public. It never imitates a VMA: no event codes, no severity above
Severe, and every description says who sends it and that it is no VMA.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext
from lxml import etree

from buildings.models import Organisation
from notifications.letters import site_link
from notifications.models import Notice, NoticeText
from notifications.publishing import earlier, origin, xml_safe

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml"
CATEGORIES: Mapping[str, str] = {
    Notice.Kind.CELLAR: "Security",
    Notice.Kind.BICYCLE: "Security",
    Notice.Kind.FRAUD: "Security",
    Notice.Kind.FIRE: "Fire",
    Notice.Kind.DOOR: "Security",
    Notice.Kind.POLICE: "Safety",
    Notice.Kind.MEETING: "Other",
    Notice.Kind.FOLLOW_UP: "Other",
    Notice.Kind.OTHER: "Safety",
}


class Grade(NamedTuple):
    """How urgent, how severe and how certain, in CAP's words."""

    urgency: str
    severity: str
    certainty: str


GRADES: Mapping[str, Grade] = {
    Notice.Urgency.INFORMATION: Grade("Future", "Minor", "Likely"),
    Notice.Urgency.BE_AWARE: Grade("Expected", "Moderate", "Observed"),
    Notice.Urgency.ACT_NOW: Grade("Immediate", "Severe", "Observed"),
}
# What is called off asks nobody to do anything any more.
CALLED_OFF = Grade("Past", "Minor", "Unlikely")


def identifier(notice: Notice) -> str:
    """The message's name: the same for ever, and without the signs CAP forbids."""
    return notice.public_id.urn


def sender(notice: Notice) -> str:
    """Who sends, unlike any other sender in the world: the organisation's short name at this site."""
    return f"{notice.organisation.slug}@{urlsplit(settings.SITE_URL).hostname}"


def moment(when: datetime | None) -> str:
    """A time as CAP writes it: whole seconds and a numeric offset, never Z."""
    return timezone.localtime(when).isoformat(timespec="seconds")


def message(notice: Notice) -> bytes:
    """The whole message; two queries beyond the notice with its texts, organisation and district at most."""
    before = earlier(notice)
    kind = message_type(notice, before)
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    _add(alert, "identifier", identifier(notice))
    _add(alert, "sender", sender(notice))
    _add(alert, "sent", moment(notice.started_at))
    _add(alert, "status", "Test" if settings.DEMO else "Actual")
    _add(alert, "msgType", kind)
    _add(alert, "scope", "Public")
    if before:
        each = (f"{sender(one)},{identifier(one)},{moment(one.started_at)}" for one in before)
        _add(alert, "references", " ".join(each))
    for text in sorted(notice.texts.all(), key=_swedish_first):
        with translation.override(text.language):
            _add_info(alert, notice, text, CALLED_OFF if kind == "Cancel" else GRADES[notice.urgency])
    return etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def message_type(notice: Notice, before: list[Notice]) -> str:
    """Alert, or Update or Cancel of earlier public messages; of others nobody outside has heard."""
    if not before:
        return "Alert"
    return "Cancel" if notice.reference == Notice.Reference.CANCELS else "Update"


def _swedish_first(text: NoticeText) -> tuple[bool, str]:
    return text.language != "sv", text.language


def _add(parent: etree._Element, name: str, words: object) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = xml_safe(str(words))
    return element


def _add_info(alert: etree._Element, notice: Notice, text: NoticeText, grade: Grade) -> None:
    info = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(info, "language", text.language)
    _add(info, "category", CATEGORIES[notice.kind])
    _add(info, "event", notice.get_kind_display())
    if grade is CALLED_OFF:
        _add(info, "responseType", "AllClear")
    elif notice.urgency == Notice.Urgency.BE_AWARE:
        _add(info, "responseType", "Monitor")
    _add(info, "urgency", grade.urgency)
    _add(info, "severity", grade.severity)
    _add(info, "certainty", grade.certainty)
    _add(info, "expires", moment(notice.expires_at))
    _add(info, "senderName", notice.organisation.name)
    _add(info, "headline", text.title)
    _add(info, "description", f"{text.body}\n\n{origin(notice)}")
    if grade is not CALLED_OFF and notice.urgency != Notice.Urgency.INFORMATION:
        words = gettext("Call the police, 114 14. Call 112 when someone is in danger or a crime is going on.")
        _add(info, "instruction", words)
    _add(info, "web", f"{site_link('notices:public', notice.public_id)}?text={text.language}")
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", _area(notice))


def _area(notice: Notice) -> str:
    """Where: the district, or a housing company's own houses in it, which is all such a company answers for."""
    if notice.organisation.kind != Organisation.Kind.LANDLORD:
        return notice.district.name
    words = gettext("%(sender)s's houses in %(district)s")
    return words % {"sender": notice.organisation.name, "district": notice.district.name}
