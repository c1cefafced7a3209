"""Which language somebody reads a page in, and so agrees in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def spoken() -> str:
    """The language of this request, without its region."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def language_read(request: HttpRequest) -> str:
    """The language words were read in: the form carries it, in case another was chosen in another tab."""
    read = request.POST.get("language", "")
    return read if read in dict(settings.LANGUAGES) else spoken()
