"""Promises for anyone: what was promised, what came of it, and how that stood on any day."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from buildings.access import scope
from buildings.models import District, User
from watch.models import FollowUp, Meeting, Promise, Situation
from watch.track.promises import access
from watch.track.promises.past import promise_on
from watch.track.promises.progress import progress_of
from watch.track.voices.services import counts

LATEST = 40
NEXT = 10


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """All that have been promised, the latest first."""
    found = Promise.objects.published().prefetch_related("districts", "organisations")
    today = timezone.localdate()
    context = {"promises": found, "today": today, "may_write": _may_write(request)}
    return render(request, "track/promises.html", context)


def _may_write(request: HttpRequest) -> bool:
    return request.user.is_authenticated and scope(request.user).kind in access.WRITERS


@require_safe
def promise(request: HttpRequest, slug: str) -> HttpResponse:
    """One promise; with `?datum=` as it was at the end of that day."""
    found = access.public(slug)
    asked = request.GET.get("datum", "")
    day = _day(asked, found)
    context = page_of(found, day) | {
        "is_past": bool(day),
        "is_wrong": bool(asked) and day is None,
        "may_edit": _may_write(request) and access.written(cast("User", request.user)).filter(pk=found.pk).exists(),
    }
    return render(request, "track/promise.html", context)


def _day(asked: str, promise: Promise) -> date | None:
    """A past day within reach, or None."""
    try:
        day = parse_date(asked)
    except ValueError:
        return None
    return day if day and promise.starts_on <= day < timezone.localdate() else None


def page_of(promise: Promise, day: date | None = None) -> dict[str, Any]:
    """What the promise's page tells, at the end of a day or now."""
    as_on = day or timezone.localdate()
    then = promise_on(promise, as_on)
    districts = then.districts
    entered = FollowUp.objects.filter(commitment__promise=promise).published(as_on).filter(on__lte=as_on)
    timeline = entered.select_related("commitment", "district", "organisation", "corrects")[:LATEST]
    meetings = Meeting.objects.public().filter(
        district__in=districts, starts_at__date__range=(then.promise.starts_on, then.promise.ends_on)
    )
    meetings = meetings.select_related("district").prefetch_related("texts").order_by("starts_at", "pk")
    rows = progress_of(promise, day)
    return {
        "promise": then.promise,
        "districts": districts,
        "organisations": then.organisations,
        "amendments": then.amendments,
        "day": as_on,
        "rows": rows,
        "kept": sum(row.is_reached for row in rows if not row.is_withdrawn),
        "counted": sum(row.target is not None for row in rows if not row.is_withdrawn),
        "timeline": timeline,
        "coming": meetings.coming()[:NEXT],
        "cancelled": meetings.filter(state=Meeting.State.CANCELLED)[:NEXT],
        "voices": counts(districts, then.promise.starts_on, min(then.promise.ends_on, as_on)),
        "officered": [] if day else [district for district in districts if district.officer_id],
        "later": promise.followed_by.published(),
    }


@require_safe
def situation(request: HttpRequest, pk: int) -> HttpResponse:
    """One published situation picture."""
    found = Situation.objects.exclude(published_at=None).select_related("district", "organisation")
    return render(request, "track/situation.html", {"situation": get_object_or_404(found, pk=pk)})


@require_safe
def situations(request: HttpRequest, slug: str) -> HttpResponse:
    """The situation pictures of a district."""
    district = get_object_or_404(District, slug=slug)
    found = district.situations.exclude(published_at=None).select_related("organisation")[:LATEST]
    return render(request, "track/situations.html", {"district": district, "situations": found})
