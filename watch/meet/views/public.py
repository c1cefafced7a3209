"""Meetings anyone may come to, for anyone: a district's coming ones, and each on a page of its own."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from watch.meet import access, words
from watch.meet.links import feed_link
from watch.models import Meeting
from watch.present.keeping import for_anyone

A_PAGE = 20


@require_safe
@for_anyone(follows_changes=True)
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """The coming ones, the next first."""
    district = access.district(slug)
    page = Paginator(access.public_meetings(district).coming(), A_PAGE).get_page(request.GET.get("page"))
    context = {"district": district, "page": page, "feed_url": feed_link(district, get_language() or "sv")}
    return render(request, "meet/public_list.html", context)


@require_safe
@for_anyone(follows_changes=True)
def meeting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One of them; what was cancelled or is over says so."""
    found = access.public_meeting(public_id)
    context = {
        "meeting": found,
        "text": found.text_in(),
        "callers": words.callers(found),
        "spoken": words.spoken(found),
        "is_over": found.is_over or found.state == Meeting.State.HELD,
        "feed_url": feed_link(found.district, get_language() or "sv"),
    }
    return render(request, "meet/public_meeting.html", context)
