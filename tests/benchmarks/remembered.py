"""The site's addresses and one more: a page of the same site whose content comes from memory, to compare with."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buildings.access import staff_page
from watch.urls import urlpatterns as of_the_site

PAGE = '{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}{% block content %}{{ words }}{% endblock %}'
# Title and content, put here by who measures.
kept = {"title": "", "words": ""}


@never_cache
@require_safe
@staff_page()
def remembered(request: HttpRequest) -> HttpResponse:
    """What every page of the site does for who is signed in, and no more: its content is kept."""
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"title": kept["title"], "words": mark_safe(kept["words"])}, request))


urlpatterns = [*of_the_site, path("ur-minnet/", remembered)]
