"""Public pages and the way home after signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.i18n import set_language

from buildings.access import LANDLORD, scope
from watch.present import health
from watch.present.keeping import for_anyone


@require_safe
@for_anyone()
def front(request: HttpRequest) -> HttpResponse:
    """What Trappan is, and the field for a stairwell's code."""
    return render(request, "present/front.html")


@require_safe
@for_anyone()
def about(request: HttpRequest) -> HttpResponse:
    """What joining means, what is kept and who sees what."""
    return render(request, "present/about.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page where this person's day begins."""
    if not request.user.is_authenticated:
        return redirect("present:front")
    reach = scope(request.user)
    if reach.awaits_second_factor:
        return redirect("mfa_index")
    if reach.is_operator:
        return redirect("operator:index")
    if reach.staff:
        return redirect("buildings:list" if reach.kind == LANDLORD else "notices:outbox")
    return redirect("notices:mine" if reach.has_home else "present:front")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language: in a cookie for this browser, and on the person when signed in.

    Django's own view checks that `next` stays on this site.
    """
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return set_language(request)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to keep Trappan on its home screen; iPhones show notices only from there."""
    facts = {
        "id": "/",
        "name": "Trappan",
        "short_name": "Trappan",
        "description": _("Neighbourhood watch, one stairwell at a time"),
        "start_url": reverse("present:home"),
        "scope": "/",
        "display": "standalone",
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "background_color": "#FBFAF7",
        "theme_color": "#0B5D57",
        "icons": [
            {"src": static("trappan/favicon.svg"), "type": "image/svg+xml", "sizes": "any"},
            {"src": static("trappan/icons/192.png"), "type": "image/png", "sizes": "192x192"},
            {"src": static("trappan/icons/512.png"), "type": "image/png", "sizes": "512x512"},
            {"src": static("trappan/icons/512.png"), "type": "image/png", "sizes": "512x512", "purpose": "maskable"},
        ],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The web is up. Asks nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether database, broker and a worker answer, as JSON; 200 only when all do."""
    answers = health.readiness.now()
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)
