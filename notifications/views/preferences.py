"""What a person wants to get, at which hours, in which language, and what they are called."""

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
from notifications.forms import PersonForm, PreferenceForm, RhythmForm
from notifications.models import Endpoint
from notifications.push.devices import PUSH
from notifications.views.devices import devices_context
from notifications.wishes import Wish, rhythm_of, save_wishes, try_again


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
    rhythm = _rhythm_form(data, user, endpoints)
    person = PersonForm(data, initial={"name": user.name, "language": user.language})
    forms = [person, *ways, *filter(None, [rhythm])]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        language = person.cleaned_data["language"]
        save_wishes(
            user=user,
            name=person.cleaned_data["name"],
            language=language,
            wishes={way.endpoint.pk: Wish(way.cleaned_data["wants"], way.shows_words) for way in ways},
            rhythm=rhythm.chosen() if rhythm else None,
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
    context = {
        "person": person,
        "ways": ways,
        "rhythm": rhythm,
        "bound": [form for form in forms if form.errors],
        "residencies": scope(user).residencies,
    }
    return render(request, "notifications/preferences.html", context | devices_context(endpoints))


def _rhythm_form(data: Any, user: User, endpoints: list[Endpoint]) -> RhythmForm | None:
    """The hours; nobody is asked whom we cannot write to."""
    if not endpoints:
        return None
    has_mail = any(endpoint.channel == Endpoint.Channel.EMAIL for endpoint in endpoints)
    return RhythmForm(data, rhythm=rhythm_of(user), has_mail=has_mail)


def _try_again(request: HttpRequest, user: User) -> HttpResponse:
    typed = request.POST["again"]
    if typed.isdecimal() and len(typed) < 18 and try_again(user=user, endpoint_pk=int(typed)):
        messages.success(request, _("We use the address again from now on."))
    return redirect("notices:preferences")
