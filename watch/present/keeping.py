"""Public pages, kept as they went out: the same for everyone who is not signed in, and never older than the truth.

A copy carries the number of `PublicVersion` it was made under, read before the page was: a change that commits
meanwhile raises the number, so no later reader gets that copy. What only the clock changes shows within `KEPT_SECONDS`.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from watch.models import PublicVersion

KEPT_SECONDS = 60
View = Callable[..., HttpResponse]
Shown = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Copy:
    """A page's bytes, plain and compressed. Nothing in it is secret, so compressing gives nothing away."""

    plain: bytes
    small: bytes
    content_type: str
    mark: str

    @classmethod
    def of(cls, response: HttpResponse) -> "Copy":
        """The answer, ready to be sent again."""
        body = response.content
        mark = hashlib.blake2b(body, digest_size=12).hexdigest()
        return cls(body, gzip.compress(body, 9, mtime=0), response.headers["Content-Type"], mark)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or 304 when the browser has this very one. It asks each time, for the page may have changed."""
        is_small = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(self.small if is_small else self.plain, content_type=self.content_type)
        if is_small:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = "no-cache"
        response.headers["ETag"] = f'"{self.mark}{"-gzip" if is_small else ""}"'
        patch_vary_headers(response, ["Accept-Encoding"])
        return cast(
            "HttpResponseBase", get_conditional_response(request, etag=response.headers["ETag"], response=response)
        )


def for_anyone(*, follows_changes: bool = False) -> Callable[[View], Shown]:
    """For a page that is the same for all who are not signed in; its template writes no token and no name then.

    `follows_changes` when what it shows is in the database: that costs one query for a copy's number. Readers who are
    signed in get a page of their own, in which the words for everyone are kept by `request.page_key`.
    """

    def decorate(view: View) -> Shown:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            key = _key(request, PublicVersion.objects.now() if follows_changes else 0)
            request.page_key = key  # type: ignore[attr-defined]
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                return view(request, *args, **kwargs)
            request.is_for_anyone = True  # type: ignore[attr-defined]
            if request.GET.keys() - {settings.LANGUAGE_COOKIE_NAME}:
                return view(request, *args, **kwargs)
            copy: Copy | None = caches["pages"].get(key)
            if copy is None:
                response = view(request, *args, **kwargs)
                if response.status_code != HTTPStatus.OK:
                    return response
                copy = Copy.of(response)
                caches["pages"].set(key, copy, KEPT_SECONDS)
            return copy.answer(request)

        return shown

    return decorate


def _key(request: HttpRequest, number: int) -> str:
    address = hashlib.blake2b(request.get_full_path().encode(), digest_size=16).hexdigest()
    return f"{number}:{get_language()}:{address}"
