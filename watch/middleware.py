"""What every request passes before Django's own middleware."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_from_request
from django.views.defaults import page_not_found

Next = Callable[[HttpRequest], HttpResponse]


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
    """Sets the language: the one just chosen (a cookie), else the signed-in person's, else the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language for this request and name it in the answer."""
        language = get_language_from_request(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            language = request.user.language
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        response.headers["Vary"] = ", ".join(
            dict.fromkeys([*filter(None, response.headers.get("Vary", "").split(", ")), "Accept-Language", "Cookie"])
        )
        return response
