"""What a person wants to get, in which language, and what they are called."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from buildings.access import scope
from buildings.models import User
from notifications.forms import PersonForm, PreferenceForm
from notifications.models import Endpoint
from notifications.push.devices import PUSH
from notifications.views.devices import devices_context
from notifications.wishes import save_wishes, try_again


@require_http_methods(["GET", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """One form for all of it; every change of what is wanted is a line in the consent ledger."""
    user = cast("User", request.user)
    if "again" in request.POST:
        return _try_again(request, user)
    data = request.POST or None
    endpoints = list(Endpoint.objects.filter(user=user).order_by("channel", "address"))
    ways = [PreferenceForm(data, endpoint=endpoint) for endpoint in endpoints if endpoint.channel != PUSH]
    person = PersonForm(data, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and all([person.is_valid(), *(way.is_valid() for way in ways)]):
        language = person.cleaned_data["language"]
        save_wishes(
            user=user,
            name=person.cleaned_data["name"],
            language=language,
            wants={way.endpoint.pk: way.cleaned_data["wants"] for way in ways},
        )
        with override(language):
            messages.success(request, _("Your choices are saved."))
        response = redirect("notices:preferences")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=cast("Any", settings.LANGUAGE_COOKIE_SAMESITE),
        )
        return response
    context = {"person": person, "ways": ways, "residencies": scope(user).residencies}
    return render(request, "notifications/preferences.html", context | devices_context(endpoints))


def _try_again(request: HttpRequest, user: User) -> HttpResponse:
    typed = request.POST["again"]
    if typed.isdecimal() and len(typed) < 18 and try_again(user=user, endpoint_pk=int(typed)):
        messages.success(request, _("We use the address again from now on."))
    return redirect("notices:preferences")
