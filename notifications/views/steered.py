"""Notices whose steps are taken elsewhere."""

from django.http import HttpResponse
from django.shortcuts import redirect

from notifications.companions import companion_of
from notifications.models import Notice


def elsewhere(notice: Notice) -> HttpResponse | None:
    """The way to the page where a companion's notice is changed, stopped or corrected; None for any other notice."""
    companion = companion_of(notice)
    return redirect(companion.page(notice)) if companion else None
