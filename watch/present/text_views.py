"""Where police and city write what stands on a district's public page, and where the languages' gaps are seen."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.access import scope, staff_page
from buildings.models import District, Organisation, User
from watch.meet.errors import Changed, Marked
from watch.models import DistrictText
from watch.present import access, language_state, local_texts
from watch.present.text_forms import DistrictTextForm

HISTORY = 20


@never_cache
@require_safe
@staff_page(*access.WRITERS)
def texts(request: HttpRequest) -> HttpResponse:
    """The person's districts, and in which languages there are words about each."""
    districts = list(access.written_districts(cast("User", request.user)).order_by("name"))
    newest = DistrictText.objects.newest().filter(district__in=districts).select_related("organisation")
    known = {(text.district_id, text.language): text for text in newest}
    rows = [
        (district, [(code, name, known.get((district.pk, code))) for code, name in settings.LANGUAGES])
        for district in districts
    ]
    return render(request, "present/texts.html", {"rows": rows})


@never_cache
@staff_page(*access.WRITERS, of=access.written_district)
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """One language of one district: write, see how it looks, publish; and who wrote what before."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    user = cast("User", request.user)
    district = access.written_district(user, pk)
    if request.method != "POST":
        return _page(request, district, language, DistrictTextForm.of(local_texts.latest(district, language)))
    form = DistrictTextForm(request.POST)
    if not form.is_valid() or request.POST.get("action") == "change":
        return _page(request, district, language, form)
    if request.POST.get("action") != "publish":
        return _preview(request, district, language, form)
    try:
        local_texts.publish(
            district=district,
            language=language,
            words=form.words,
            user=user,
            organisation=cast("Organisation", scope(user).organisation),
            seen=form.cleaned_data["seen"],
        )
    except Changed:
        return _beside_a_colleagues(request, district, language, form)
    except Marked:
        # Only when the list of published numbers has become shorter between the form and the save.
        form.add_error(None, _("Something in it points somebody out. Take it away."))
        return _page(request, district, language, form)
    messages.success(request, _("Published. Everybody can read it now."))
    return redirect("present:texts")


def _beside_a_colleagues(
    request: HttpRequest, district: District, language: str, form: DistrictTextForm
) -> HttpResponse:
    """The person's own words once more, to be weighed against what a colleague has published meanwhile."""
    theirs = local_texts.latest(district, language)
    mine = DistrictTextForm(form.words | {"seen": theirs.number})
    messages.warning(request, _("A colleague was quicker. Look at both texts. Publish yours if it should stand."))
    return _page(request, district, language, mine, theirs=theirs)


def _facts(district: District, language: str) -> dict[str, Any]:
    return {"district": district, "language": language, "name": get_language_info(language)["name_translated"]}


def _page(request: HttpRequest, district: District, language: str, form: DistrictTextForm, **more: Any) -> HttpResponse:
    history = DistrictText.objects.filter(district=district, language=language).select_related("organisation")
    context = _facts(district, language) | {"form": form, "history": history.order_by("-number")[:HISTORY]}
    return render(request, "present/text.html", context | more)


def _preview(request: HttpRequest, district: District, language: str, form: DistrictTextForm) -> HttpResponse:
    text = DistrictText(district=district, language=language, number=form.cleaned_data["seen"] + 1, **form.words)
    return render(request, "present/text_preview.html", _facts(district, language) | {"form": form, "text": text})


@never_cache
@require_safe
@login_required
def languages(request: HttpRequest) -> HttpResponse:
    """What is there and what is missing in each language; for staff and the operator."""
    reach = scope(cast("User", request.user))
    if reach.awaits_second_factor:
        return redirect("mfa_index")
    if not reach.staff and not reach.is_operator:
        raise PermissionDenied
    return render(request, "present/languages.html", {"rows": language_state.rows()})
