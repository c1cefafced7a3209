"""Whether the parts this machine needs answer."""

from django.http import HttpResponse, JsonResponse


def answer() -> HttpResponse:
    """Placeholder until the checks are in."""
    return JsonResponse({})
