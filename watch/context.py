"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from buildings.access import scope


def trappan(request: HttpRequest) -> dict[str, Any]:
    """`reach` (the person's scope), `demo` (whether this is the demo), `site_url`, and whether all get this page."""
    user = getattr(request, "user", None)
    return {
        "reach": scope(user) if user else None,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "is_for_anyone": getattr(request, "is_for_anyone", False),
    }
