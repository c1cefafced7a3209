"""Leaving by the link in a mail: no sign-in, no cookie, no redirect (RFC 8058)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from buildings.models import Consent
from notifications.answers import stop_endpoints
from notifications.endpoints import set_wants
from notifications.models import Endpoint

CHOICES = (Endpoint.Wants.NOTHING, Endpoint.Wants.URGENT)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET explains and changes nothing; POST stops notices to the endpoint, or keeps only the urgent ones.

    The token in the address is the whole right to press: a mail program that posts
    `List-Unsubscribe=One-Click` has neither session nor CSRF token.
    """
    # No token holds what cannot be printed, and PostgreSQL would stumble over a NUL.
    known = Endpoint.objects.select_related("user").filter(token=token)
    endpoint = known.first() if token.isprintable() else None
    if endpoint is None:
        return render(request, "notifications/unsubscribe_unknown.html", status=404)
    page = "notifications/stop.html" if endpoint.channel == Endpoint.Channel.SMS else "notifications/unsubscribe.html"
    with override(_language(request, endpoint)):
        if request.method != "POST":
            return render(request, page, {"endpoint": endpoint})
        if request.POST.get("List-Unsubscribe") == "One-Click":
            _choose(endpoint, Endpoint.Wants.NOTHING)
            return render(request, "notifications/unsubscribe_one_click.html")
        wants = request.POST.get("wants")
        if wants in CHOICES:
            endpoint = _choose(endpoint, wants)
        return render(request, page, {"endpoint": endpoint, "changed": wants in CHOICES})


def _language(request: HttpRequest, endpoint: Endpoint) -> str:
    """The language just chosen on the site, else the one the person gets their mails in."""
    chosen = get_language() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else None
    return chosen or endpoint.user.language


def _choose(endpoint: Endpoint, wants: str) -> Endpoint:
    if endpoint.channel == Endpoint.Channel.SMS:
        # Neighbours who share a number get one SMS, so the press on its link is for all of them.
        stop_endpoints(number=endpoint.address, wants=wants, way=Consent.Way.ONE_CLICK)
    return set_wants(endpoint=endpoint, wants=wants, language=get_language() or "sv", way=Consent.Way.ONE_CLICK)
