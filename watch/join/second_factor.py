"""Setting up a second factor: from then on it is what staff rights rest on, in every session."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from buildings.models import User
from watch.join.staff import end_sessions

View = Callable[..., HttpResponseBase]


def first_ends_other_sessions(view: View) -> View:
    """For the pages that add a second factor: the first one ends the person's other sessions.

    They began without it, perhaps with a code that somebody else read, and would have staff rights from now on.
    """

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = cast("User", request.user)
        had_one = is_mfa_enabled(user)
        response = view(request, *args, **kwargs)
        if request.method == "POST" and not had_one and is_mfa_enabled(user):
            end_sessions(user)
            user.refresh_from_db(fields=["session_epoch"])
            update_session_auth_hash(request, user)
        return response

    return guarded
