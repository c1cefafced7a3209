"""Signing in through a broker: begin, come back, connect and disconnect. Without a broker all of it is 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import structlog
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from buildings.models import User
from watch.join.home import broker

log = structlog.get_logger(__name__)
View = Callable[..., HttpResponseBase]


def with_broker(view: View) -> View:
    """404 where no broker is configured; a kind page when it cannot be reached or says something odd."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not broker.is_configured():
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except (RequestException, KeyError, ValueError) as error:
            log.warning("broker_away", error=type(error).__name__)
            return broker.went_wrong(request)

    return guarded


@with_broker
@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Whether the person is connected, and the button that changes it."""
    connection = broker.connection_of(cast("User", request.user))
    return render(request, "home/broker.html", {"broker": settings.OIDC_NAME, "connection": connection})


@with_broker
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin to sign in."""
    if request.user.is_authenticated:
        return redirect("present:home")
    return _go(request, AuthProcess.LOGIN, get_next_redirect_url(request))


@with_broker
@require_POST
@login_required
def connect(request: HttpRequest) -> HttpResponse:
    """Begin to connect the person who is signed in."""
    return _go(request, AuthProcess.CONNECT)


@with_broker
@require_POST
@login_required
def disconnect(request: HttpRequest) -> HttpResponse:
    """Forget the connection."""
    broker.disconnect(user=cast("User", request.user))
    messages.success(request, _("It no longer signs you in. Sign in with a code as before."))
    return redirect("home:broker")


@with_broker
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponseBase:
    """Back from the broker."""
    view = broker.BrokerCallback.adapter_view(broker.BrokerAdapter(request, broker.BROKER))
    return cast("HttpResponseBase", view(request))


def _go(request: HttpRequest, process: str, then: str | None = None) -> HttpResponse:
    """A page that leads on at once: browsers that hold to our `form-action` follow no redirect of a form elsewhere."""
    provider = get_adapter().get_provider(request, broker.BROKER)
    answer = provider.redirect(request, process, next_url=then)
    if answer.status_code != 302:
        return cast("HttpResponse", answer)
    there = answer.headers["Location"]
    response = render(request, "home/broker_go.html", {"broker": settings.OIDC_NAME, "there": there})
    response["Refresh"] = f"0; url={there}"
    return response
