"""What anyone may read without signing in: a district's public notices as pages, Atom feeds and CAP messages."""

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page, require_safe

from notifications import access, cap, feeds
from notifications.models import Notice

A_PAGE = 20
# Seconds anybody on the way may keep a feed; a correction is never later than that.
KEPT_SECONDS = 60


def _for_anyone(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let others keep an answer that is the same for everyone, unless this browser is signed in."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@require_safe
def public_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A district's public notices, the newest first, and where its feeds are."""
    district = access.district(slug)
    page = Paginator(access.public_notices(district), A_PAGE).get_page(request.GET.get("page"))
    context = {"district": district, "page": page, "feed_url": feeds.feed_link(district, get_language() or "sv")}
    return render(request, "notifications/public_list.html", context)


@require_safe
def public(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A public notice in the reader's language, else in Swedish; `?text=en` shows another. Gone (410) when over."""
    notice = access.published_notice(public_id)
    if notice.is_withdrawn:
        return render(request, "notifications/short_gone.html", status=410)
    text = notice.text_in(request.GET.get("text"))
    here = get_language() or "sv"
    context = {
        "notice": notice,
        "text": text,
        "others": [other for other in notice.texts.all() if other.language != text.language],
        "is_fallback": "text" not in request.GET and text.language != here.split("-")[0],
        "newer": Notice.objects.public_now().filter(refers_to=notice).order_by("-started_at").first(),
        "feed_url": feeds.feed_link(notice.district, here),
    }
    response = render(request, "notifications/public.html", context)
    response.headers["X-Robots-Tag"] = "noarchive"
    return response


@require_safe
@conditional_page
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The Atom feed of a district, in `?sprak=`."""
    return _for_anyone(request, feeds.NoticeFeed()(request, slug=slug))


@require_safe
@conditional_page
def cap_index(request: HttpRequest, slug: str) -> HttpResponse:
    """The Atom index of a district's active CAP messages."""
    return _for_anyone(request, feeds.CapFeed()(request, slug=slug))


@require_safe
@conditional_page
def cap_message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A public notice as a CAP message; gone (410) when its time has passed or it was called off."""
    notice = access.published_notice(public_id)
    if notice.is_withdrawn:
        return HttpResponse(status=410, content_type="text/plain")
    content = cap.message(notice)
    return _for_anyone(request, HttpResponse(content, content_type=f"{cap.CONTENT_TYPE}; charset=utf-8"))
