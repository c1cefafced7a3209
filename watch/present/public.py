"""The public pages: what neighbourhood watch is, advice, and a page for each district."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from buildings.models import District, Organisation
from watch.meet.access import public_meetings
from watch.meet.links import feed_link
from watch.models import DistrictText
from watch.present.access import may_write_about
from watch.present.advice import BY_SLUG, TOPICS
from watch.present.keeping import for_anyone

NEXT_MEETINGS = 3


@require_safe
@for_anyone()
def neighbourhood_watch(request: HttpRequest) -> HttpResponse:
    """What it is, how it starts, and who does what."""
    title = _("What neighbourhood watch is")
    lead = _("Neighbours look out for each other, and the police, the city and the landlord help.")
    return render(request, "present/neighbourhood_watch.html", {"title": title, "lead": lead})


@require_safe
@for_anyone()
def results(request: HttpRequest) -> HttpResponse:
    """What it has led to elsewhere, with its sources."""
    title = _("Does it help?")
    lead = _("Often, but not always. This is what others have seen.")
    return render(request, "present/results.html", {"title": title, "lead": lead})


@require_safe
@for_anyone()
def questions(request: HttpRequest) -> HttpResponse:
    """Questions people ask before they join."""
    title = _("Questions and answers")
    lead = _("What people ask us before they join.")
    return render(request, "present/questions.html", {"title": title, "lead": lead})


@require_safe
@for_anyone()
def advice(request: HttpRequest) -> HttpResponse:
    """What there is advice about."""
    title = _("Advice")
    lead = _("Small things that make life harder for thieves and cheats.")
    return render(request, "present/advice.html", {"title": title, "lead": lead, "topics": TOPICS})


@require_safe
@for_anyone()
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of advice, or 404."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise Http404
    others = [other for other in TOPICS if other is not found]
    context = {"title": found.title, "lead": found.lead, "topic": found, "others": others}
    return render(request, "present/topic.html", context)


@require_safe
@for_anyone(follows_changes=True)
def districts(request: HttpRequest) -> HttpResponse:
    """Every district, by name."""
    title = _("Your district")
    lead = _("Here you see what happens where you live, and how you join.")
    context = {"title": title, "lead": lead, "districts": District.objects.order_by("name")}
    return render(request, "present/districts.html", context)


@require_safe
@for_anyone(follows_changes=True)
def district(request: HttpRequest, slug: str) -> HttpResponse:
    """What anyone may know of a district: how to join, who works there, and what anyone may come to."""
    place = get_object_or_404(District, slug=slug)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "title": _("Neighbourhood watch in %(district)s") % {"district": place.name},
        "lead": _("How you join, whom you can talk to and what happens in %(district)s.") % {"district": place.name},
        "district": place,
        "feed_url": feed_link(place, language),
        "may_write": may_write_about(request.user, place),
        # Looked up only when the page's words are not kept.
        "here": SimpleLazyObject(lambda: _here(place, language)),
    }
    return render(request, "present/district.html", context)


def _here(place: District, language: str) -> dict[str, Any]:
    """What changes on a district's page, the same for every reader of the language."""
    text = DistrictText.objects.for_reader(place, language)
    return {
        "text": text,
        "is_fallback": text is not None and text.language != language.split("-", maxsplit=1)[0],
        "meetings": public_meetings(place).coming()[:NEXT_MEETINGS],
        "organisations": Organisation.objects.filter(districts=place).order_by("kind", "name"),
    }


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be found; a person's pages ask for a sign-in anyway."""
    lines = ("User-agent: *", "Disallow: /konto/", f"Sitemap: {settings.SITE_URL}{reverse('present:sitemap')}", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page that stays where it is, with its address in each language."""
    names = ("front", "neighbourhood_watch", "results", "questions", "advice", "districts", "about")
    paths = [reverse(f"present:{name}") for name in names]
    paths += [reverse("contacts:about"), reverse("mydata:privacy"), reverse("mydata:accessibility")]
    paths += [reverse("present:topic", args=[found.slug]) for found in TOPICS]
    for slug in District.objects.order_by("name").values_list("slug", flat=True):
        paths += [reverse(name, args=[slug]) for name in ("present:district", "meet:public", "notices:public_list")]
    pages = [f"{settings.SITE_URL}{path}" for path in paths]
    return render(request, "present/sitemap.xml", {"pages": pages}, content_type="application/xml; charset=utf-8")
