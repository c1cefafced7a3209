"""Ready-made notices: the list every colleague writes from, and an organisation's own, kept by its administrators."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from buildings.access import scope, staff_page
from buildings.models import Organisation, User
from notifications import access
from notifications.filters import TemplateFilter
from notifications.forms import TemplateForm, notice_as_template, template_data
from notifications.models import NoticeTemplate
from notifications.ready import services

A_PAGE = 25


@require_GET
@staff_page()
def templates(request: HttpRequest) -> HttpResponse:
    """Everyone's and the organisation's own, each with what its languages wait for."""
    user = cast("User", request.user)
    found = access.templates(user).order_by("kind", "organisation", "slug")
    narrowed = TemplateFilter(request.GET, queryset=found)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    staff = scope(user).staff
    context = {"filter": narrowed, "page": page, "may_change": bool(staff and staff.is_administrator)}
    return render(request, "notifications/templates.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(administrator=True)
def template_new(request: HttpRequest) -> HttpResponse:
    """A new one of the organisation's; `?anslag=<public id>` starts from the words of a notice."""
    user = cast("User", request.user)
    initial = None
    if "anslag" in request.GET:
        initial = notice_as_template(access.own_notice(user, _public_id(request.GET["anslag"])))
    return _write(request, TemplateForm(request.POST or None, reach=scope(user), initial=initial))


@require_http_methods(["GET", "POST"])
@staff_page(administrator=True, of=access.template)
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """New words for one of the organisation's own."""
    user = cast("User", request.user)
    template = access.own_template(user, pk)
    initial = template_data(template, only_usable=False)
    return _write(request, TemplateForm(request.POST or None, reach=scope(user), initial=initial), template)


@require_http_methods(["GET", "POST"])
@staff_page(administrator=True, of=access.template)
def template_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one of the organisation's own away, after asking once."""
    template = access.own_template(cast("User", request.user), pk)
    if request.method == "GET":
        return render(request, "notifications/template_delete.html", {"template": template})
    services.delete_template(template=template)
    messages.success(request, _("The ready-made notice is thrown away."))
    return redirect("notices:templates")


def _write(request: HttpRequest, form: TemplateForm, template: NoticeTemplate | None = None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        saved = services.save_template(
            organisation=cast("Organisation", scope(cast("User", request.user)).organisation),
            kind=form.cleaned_data["kind"],
            urgency=form.cleaned_data["urgency"],
            texts=form.clean_texts(),
            template=template,
        )
        messages.success(request, _saved_words(saved))
        return redirect("notices:templates")
    return render(request, "notifications/template.html", {"form": form, "template": template})


def _saved_words(template: NoticeTemplate) -> str:
    waiting = [text.language for text in template.texts.order_by("pk") if not text.is_usable]
    if not waiting:
        return _("The ready-made notice is saved.")
    names = ", ".join(str(get_language_info(language)["name_local"]) for language in waiting)
    return _("Saved. These languages are used once someone who reads them has approved them: %(names)s.") % {
        "names": names
    }


def chosen_template(user: User, typed: str) -> NoticeTemplate:
    """The ready-made notice with this number, or 404."""
    if not typed.isdecimal() or len(typed) > 18:
        raise Http404
    return access.template(user, int(typed))


def offered(user: User, typed: str) -> dict[str, Any]:
    """What the compose page shows of ready-made notices: all of them, and the one chosen."""
    found = list(access.templates(user).order_by("kind", "organisation", "slug"))
    return {"ready": found, "chosen": next((each for each in found if str(each.pk) == typed), None)}


def _public_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)
