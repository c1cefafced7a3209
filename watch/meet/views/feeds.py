"""Calendars to subscribe to: a district's public meetings for anyone, a person's own behind a secret address."""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from buildings.models import District, User
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from watch.meet import access, calendar_keys, calendars
from watch.meet.links import public_page
from watch.models import Meeting

TYPE = "text/calendar; charset=utf-8"
# Long enough for every calendar to learn that a meeting was cancelled.
LOOKS_BACK = timedelta(days=60)
# Seconds anybody on the way may keep a district's calendar.
KEPT_SECONDS = 300
AT_MOST = 500
# As for short links: guesses are counted, and an address that has been opened here goes on working.
WRONG_KEYS = Throttle("wrong-calendar-keys", limit=30, seconds=600)
OPENED_HERE = Throttle("calendar-keys-opened", limit=1, seconds=7 * 24 * 3600)


@require_safe
@conditional_page
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The public meetings of a district, in `?sprak=`, else in Swedish."""
    district = access.district(slug)
    asked = request.GET.get("sprak", "")
    with override(asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        name = _("Meetings in %(district)s") % {"district": district.name}
        found = access.public_meetings(district).filter(ends_at__gt=timezone.now() - LOOKS_BACK)[:AT_MOST]
        response = HttpResponse(calendars.feed(found, name, link=public_page), content_type=TYPE)
    if changed := _last_change(district):
        response.headers["Last-Modified"] = changed
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


def _last_change(district: District) -> str:
    """When any meeting here last changed; also one that is public no more, for that has changed the calendar too."""
    steps = ("changed_at", "planned_at", "held_at", "cancelled_at")
    last = Meeting.objects.told().filter(district=district).aggregate(*(Max(step) for step in steps))
    found = [at for at in last.values() if at]
    return http_date(max(found).timestamp()) if found else ""


@require_safe
@conditional_page
def private_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The meetings the owner of the address is invited to, in their language."""
    where = client_ip(request)
    here = f"{where} {key}"
    if WRONG_KEYS.spent(where) and not OPENED_HERE.spent(here):
        return render(request, "429.html", status=429)
    user = calendar_keys.owner(key)
    if user is None:
        WRONG_KEYS.count(where)
        raise Http404
    OPENED_HERE.count(here)
    with override(user.language):
        response = HttpResponse(calendars.feed(_invitations(user), _("Meetings"), discreet=True), content_type=TYPE)
    # Some read it in a browser, perhaps on a telephone that others use too.
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _invitations(user: User) -> Iterable[Meeting]:
    found = access.invited(user).filter(ends_at__gt=timezone.now() - LOOKS_BACK)
    return found.order_by("starts_at", "pk")[:AT_MOST]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Where the person gets the address of their calendar; POST makes a new one and ends the earlier."""
    user = cast("User", request.user)
    if request.method == "POST":
        calendar_keys.renew(user=user)
        messages.success(request, _("Here is the new address of your calendar. An earlier one no longer works."))
        return redirect("meet:my_calendar")
    link = calendar_keys.link_of(user)
    return render(request, "meet/my_calendar.html", {"link": link, "app_link": f"webcal:{link.partition(':')[2]}"})
