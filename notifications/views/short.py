"""The page behind the short link in an SMS: one notice, for whoever holds the link, until its time has passed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from buildings.throttle import Throttle
from buildings.visitors import client_ip
from notifications.links import notice_pk, notice_token
from notifications.models import Notice

# As for stairwells' codes: a right link must not be told from a wrong one by who guesses too much, and one that was
# opened from an address goes on working there, for a whole building may sit behind it.
WRONG_LINKS = Throttle("wrong-short-links", limit=30, seconds=600)
OPENED_HERE = Throttle("short-links-opened", limit=1, seconds=7 * 24 * 3600)


@require_GET
@never_cache
def short(request: HttpRequest, token: str) -> HttpResponse:
    """The notice in the reader's language, else in Swedish; `?text=en` shows another of its languages.

    A contacts-only notice has no such page. One that is over or taken back is gone (410).
    """
    response = _page(request, token)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, token: str) -> HttpResponse:
    where = client_ip(request)
    here = f"{where} {token.lower()}"
    if WRONG_LINKS.spent(where) and not OPENED_HERE.spent(here):
        return render(request, "429.html", status=429)
    pk = notice_pk(token)
    told = Notice.objects.filter(contacts_only=False).exclude(state__in=(Notice.State.DRAFT, Notice.State.AWAITING))
    found = told.select_related("organisation", "district").prefetch_related("texts").filter(pk=pk or 0).first()
    if found is None or found.state == Notice.State.SCHEDULED:
        WRONG_LINKS.count(where)
        raise Http404
    OPENED_HERE.count(here)
    newest = found.newest() if found.is_replaced else None
    link = reverse("notices:short", args=[notice_token(newest.pk)]) if newest and not newest.is_over else ""
    if found.is_over or found.state == Notice.State.CANCELLED:
        return render(request, "notifications/short_gone.html", {"notice": found, "newest_url": link}, status=410)
    text = found.text_in(request.GET.get("text"))
    context = {
        "notice": found,
        "text": text,
        "newest_url": link,
        "others": [other for other in found.texts.all() if other.language != text.language],
        "is_fallback": "text" not in request.GET and text.language != (get_language() or "sv").split("-")[0],
    }
    return render(request, "notifications/short.html", context)
