"""Public pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def front(request: HttpRequest) -> HttpResponse:
    """What Trappan is, and the field for a stairwell's code."""
    return render(request, "present/front.html")


home = language = healthz = readyz = front
