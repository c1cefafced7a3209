"""Notices on a device: the browser's subscription, the person's list of devices, and the service worker."""

import json
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from buildings.models import User
from notifications.forms import DeviceForm, RenewalForm, SubscriptionForm
from notifications.models import Endpoint
from notifications.push import keys
from notifications.push.devices import (
    PUSH,
    Device,
    TooManyDevices,
    add_device,
    mark_of,
    remove_device,
    renew_device,
    set_device,
)
from notifications.push.words import neutral_words


def devices_context(endpoints: list[Endpoint]) -> dict[str, Any]:
    """What the part of a page about devices needs, from all of a person's endpoints."""
    devices = [Device(endpoint) for endpoint in endpoints if endpoint.channel == PUSH]
    return {
        "push_key": keys.public_key(),
        "devices": devices,
        "device_forms": [(device, DeviceForm(device=device.endpoint)) for device in devices],
    }


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Take a browser's subscription; answers in JSON, for only a script can subscribe."""
    if not keys.is_on():
        raise Http404
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return _wrong([str(error) for errors in form.errors.values() for error in errors])
    user = cast("User", request.user)
    try:
        add_device(user=user, subscription=form.subscription(), language=_language())
    except TooManyDevices:
        return _wrong([_("You have notices on many devices already. Remove one in the settings first.")])
    return JsonResponse({"device": mark_of(form.cleaned_data["endpoint"])}, status=HTTPStatus.CREATED)


def _wrong(sentences: list[str]) -> JsonResponse:
    return JsonResponse({"error": sentences[0]}, status=HTTPStatus.BAD_REQUEST)


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is wanted on a device; htmx gets the list of devices alone, so that nothing typed beside it is lost."""
    device = _own(request, pk=pk)
    form = DeviceForm(request.POST, device=device)
    if form.is_valid():
        chosen = form.cleaned_data
        set_device(device=device, wants=chosen["wants"], show_words=chosen["show_words"], language=_language())
        messages.success(request, _("Your choices for the device are saved."))
    return _list(request)


@require_POST
@login_required
def stop(request: HttpRequest) -> HttpResponse:
    """No more notices to one of the person's devices: by its number in the list, or by its own address in JSON."""
    if "endpoint" in request.POST:
        found = _mine(request).filter(address=request.POST["endpoint"]).first()
        if found:
            remove_device(device=found, language=_language())
        return JsonResponse({"stopped": bool(found)})
    number = request.POST.get("device", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    remove_device(device=_own(request, pk=int(number)), language=_language())
    messages.success(request, _("The device gets no more notices."))
    return _list(request)


@require_POST
@csrf_exempt
def renew(request: HttpRequest) -> HttpResponse:
    """A browser has a new address. Its worker has no session to show; that it knows the old secret is the proof."""
    form = RenewalForm(request.POST)
    if not form.is_valid():
        return _wrong([""])
    data = form.cleaned_data
    if not renew_device(old_address=data["old"], old_secret=data["old_auth"], subscription=form.subscription()):
        raise Http404
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_GET
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, the same for everyone: at the root, because it may only act for pages below its address."""
    neutral = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            title, body = neutral_words()
            neutral[language] = {"title": title, "body": body}
    facts = {
        "key": keys.public_key(),
        "renew": reverse("notices:device_renew"),
        "home": reverse("notices:mine"),
        "icon": static("trappan/icons/192.png"),
        "badge": static("trappan/icons/badge.png"),
        "neutral": neutral,
        "offline": reverse("present:offline"),
        "offlineStyle": static("trappan/offline.css"),
        "signOut": reverse("account_logout"),
        "rightToLeft": [language for language, _name in settings.LANGUAGES if language in settings.LANGUAGES_BIDI],
    }
    parts = ", ".join(json.dumps(static(f"trappan/{part}-worker.js")) for part in ("push", "offline"))
    script = f"self.TRAPPAN = {json.dumps(facts)};\nimportScripts({parts});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _mine(request: HttpRequest) -> Any:
    return Endpoint.objects.filter(user=cast("User", request.user), channel=PUSH)


def _own(request: HttpRequest, *, pk: int) -> Endpoint:
    return cast("Endpoint", get_object_or_404(_mine(request), pk=pk))


def _list(request: HttpRequest) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("notices:preferences")
    context = devices_context(list(_mine(request).order_by("pk")))
    return render(request, "notifications/partials/devices.html", context | {"is_part": True})


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
