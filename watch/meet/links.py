"""Addresses of meetings for outside the site: on paper and in calendars."""

from django.conf import settings
from django.urls import reverse

from buildings.models import District, JoinCode
from watch.models import Meeting


def members_page(meeting: Meeting) -> str:
    """The meeting's page for those who sign in."""
    return settings.SITE_URL + reverse("meet:meeting", args=[meeting.public_id])


def public_page(meeting: Meeting) -> str:
    """The page of a meeting anyone may come to."""
    return settings.SITE_URL + reverse("meet:public_meeting", args=[meeting.public_id])


def feed_link(district: District, language: str) -> str:
    """The calendar of a district's public meetings; Swedish is the one without a choice in its address."""
    link = settings.SITE_URL + reverse("meet:feed", args=[district.slug])
    return link if language == "sv" else f"{link}?sprak={language}"


def paper_link(meeting: Meeting, code: JoinCode | None) -> str:
    """Where the picture on a printed invitation leads: to a public meeting, or to the stairwell's way to join."""
    if meeting.is_public:
        return public_page(meeting)
    if code:
        return settings.SITE_URL + reverse("join:stairwell", args=[code.code])
    return settings.SITE_URL + reverse("join:enter")
