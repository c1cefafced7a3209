"""A mark that tells one sign-in from another in the same browser, and nothing else."""

from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def mark_of(request: HttpRequest) -> str:
    """Which sign-in a phone keeps its page for; empty for whoever is not signed in, another after each sign-in."""
    if not request.user.is_authenticated:
        return ""
    return salted_hmac("trappan.offline", request.session.session_key or "").hexdigest()[:16]
