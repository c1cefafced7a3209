"""One-click sign-in as anyone in the demo, and the mailbox. Every view is 404 outside demo mode."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from buildings.models import JoinCode, User
from watch.demo import mailbox as sent
from watch.demo.roles import BY_SLUG, POSTER, ROLES
from watch.join.adapter import keep_staff_session_short

LETTERS_A_PAGE = 50
NEWCOMER = "newcomer"
# The mail's own links open in a new window, outside the frame that forbids everything else.
FRAME = "allow-popups allow-popups-to-escape-sandbox"
View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    """404 unless this start is the demo, whatever the address table says; never kept by a browser."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View", guarded)


def poster_code() -> JoinCode | None:
    """The code on the demo's poster, or None before `manage.py demo` has run."""
    place = {"stairwell__building__designation": POSTER.designation, "stairwell__entrance": POSTER.entrance}
    return JoinCode.objects.valid().filter(**place).select_related("stairwell").first()


@demo_only
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Cards to sign in by, a poster to join with, and the journey step by step."""
    return render(request, "demo/index.html", {"roles": ROLES, "code": poster_code(), "newcomer": NEWCOMER})


@demo_only
@require_POST
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the role's made-up person and go to `next`, or home; a newcomer is signed out at the poster."""
    if role == NEWCOMER:
        return _at_the_poster(request)
    if role not in BY_SLUG:
        raise Http404
    user = get_object_or_404(User, email=BY_SLUG[role].email, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, method="code")
    keep_staff_session_short(request, user)
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("present:home")


@demo_only
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Mail and SMS as they left, newest first. htmx asks for the list alone, and gets 204 while nothing is new."""
    recipient = request.GET.get("to", "")[:200]
    page = Paginator(sent.found(recipient), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    letters = sent.opened(page.object_list)
    newest = f"{page.paginator.count}-{letters[0].at.timestamp()}" if letters else "none"
    if request.headers.get("X-Newest") == newest:
        return HttpResponse(status=204)
    template = "demo/partials/letters.html" if request.headers.get("HX-Request") else "demo/mailbox.html"
    context = {"page": page, "letters": letters, "recipient": recipient, "newest": newest}
    return render(request, template, context)


@demo_only
@require_GET
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # django-csp knows no views with arguments
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: the headers that matter, its text, and its HTML in a frame that can do nothing."""
    return render(request, "demo/mail.html", {"letter": _letter(name), "frame": FRAME})


@demo_only
@require_GET
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "sandbox": FRAME.split(),
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part for the frame on the mail's page: no scripts, no requests, no cookies."""
    return HttpResponse(_opening_elsewhere(_letter(name).html))


def _at_the_poster(request: HttpRequest) -> HttpResponse:
    code = poster_code()
    if code is None:
        raise Http404
    logout(request)
    return redirect("join:stairwell", code.code)


def _letter(name: str) -> sent.Letter:
    letter = sent.letter(name)
    if letter is None:
        raise Http404
    return letter


def _opening_elsewhere(html: str) -> str:
    """The page with every link opening in a new window."""
    base = '<base target="_blank">'
    found = re.search(r"<head[^>]*>", html, re.IGNORECASE)
    return html[: found.end()] + base + html[found.end() :] if found else base + html
