"""What every request passes before Django's own middleware."""

from collections.abc import Callable
from typing import Literal, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_from_request
from django.views.defaults import page_not_found

Next = Callable[[HttpRequest], HttpResponse]


def is_page(response: HttpResponse) -> bool:
    """Whether a person reads it, and no calendar or news reader."""
    return response.headers.get("Content-Type", "").startswith("text/html")


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the choice in this browser, as Django's own view for it does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast("Literal['Lax', 'Strict', 'None']", settings.LANGUAGE_COOKIE_SAMESITE),
    )


class EarlyRefusal:
    """Refuses a request larger than UPLOAD_LIMIT before a byte of its body is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 with a sentence, or the rest of the chain."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= settings.UPLOAD_LIMIT:
            return self.get_response(request)
        with translation.override(get_language_from_request(request)):
            response = render(request, "413.html", {"limit": settings.UPLOAD_LIMIT // (1024 * 1024)}, status=413)
        response["Connection"] = "close"
        return response


class NothingKept:
    """Answers to a browser with a session are not kept: "back" on a shared phone shows nothing after signing out."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid keeping, unless the view has said itself how long its answer may be kept."""
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class KindNotFound:
    """In the demo a stranger meets the site's own page for what is not there, not Django's page for developers."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The site's 404 for an address no route knows."""
        response = self.get_response(request)
        if settings.DEMO and response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The site's 404 for a page whose view says that it is not there."""
        return page_not_found(request, exception) if settings.DEMO and isinstance(exception, Http404) else None


class PersonLanguage:
    """Sets the language: that of the address (`?sprak=ar`), of a cookie, of the signed-in person, or of the browser.

    An address with a language is a page of its own for whoever searches or shares it; reading one also chooses.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language for this request and name it in the answer."""
        asked = request.GET.get(settings.LANGUAGE_COOKIE_NAME, "")
        chosen = asked if request.method in ("GET", "HEAD") and asked in dict(settings.LANGUAGES) else ""
        language = chosen or get_language_from_request(request)
        if not chosen and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            language = request.user.language
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        if chosen and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != chosen and is_page(response):
            remember_language(response, chosen)
        response.headers["Vary"] = ", ".join(
            dict.fromkeys([*filter(None, response.headers.get("Vary", "").split(", ")), "Accept-Language", "Cookie"])
        )
        return response
