"""The company's register: upload, look at the plan, say yes or no, see what is proposed for closing."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings import access
from buildings.access import LANDLORD, scope, staff_page
from buildings.export import register_lines
from buildings.forms import RegisterForm
from buildings.models import Organisation, RegisterUpload, User
from buildings.register import closing, uploads
from buildings.register.closing import Proposal
from buildings.register.pages import PlanPage
from buildings.register.words import spoken_counts

UPLOADS_A_PAGE = 10
HOUSES_A_PAGE = 25
PROPOSALS_A_PAGE = 50


def _company(request: HttpRequest) -> Organisation:
    return cast("Organisation", scope(request.user).organisation)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(LANDLORD)
def register(request: HttpRequest) -> HttpResponse:
    """Upload a register; the file is read and planned at once, nothing of it is applied."""
    districts = scope(request.user).districts()
    form = RegisterForm(districts=districts)
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES, districts=districts)
        if form.is_valid():
            upload = uploads.keep_upload(
                landlord=_company(request),
                district=form.cleaned_data["district"],
                user=cast("User", request.user),
                filename=form.cleaned_data["file"].name,
                content=form.content,
                register=form.register,
            )
            return redirect("buildings:plan", upload.pk)
    history = (
        RegisterUpload.objects.filter(organisation=_company(request))
        .select_related("district", "uploaded_by")
        .annotate(is_kept=Q(content__isnull=False))
        .defer("content")
    )
    page = Paginator(history, UPLOADS_A_PAGE).get_page(request.GET.get("page"))
    plans = [PlanPage(upload, is_kept=upload.is_kept) for upload in page]  # type: ignore[attr-defined]
    return render(request, "buildings/register.html", {"form": form, "page": page, "plans": plans})


@require_safe
@staff_page(LANDLORD, of=access.register_upload)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, or has changed."""
    upload = access.register_upload(cast("User", request.user), pk)
    shown = PlanPage(upload, is_kept=upload.content is not None)
    page = Paginator(shown.houses, HOUSES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "buildings/plan.html", {"upload": upload, "plan": shown, "page": page})


@require_POST
@staff_page(LANDLORD, of=access.register_upload)
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the file as things stand now."""
    upload = access.register_upload(cast("User", request.user), pk)
    try:
        done = uploads.apply_upload(upload=upload)
    except uploads.NotWaitingError:
        messages.info(request, _not_waiting(upload))
        return redirect("buildings:plan", pk)
    messages.success(request, _applied({what: done.counts(what) for what in ("added", "changed", "closing")}))
    return redirect("buildings:plan", pk)


@require_POST
@staff_page(LANDLORD, of=access.register_upload)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the file."""
    upload = access.register_upload(cast("User", request.user), pk)
    try:
        uploads.discard_upload(upload=upload)
    except uploads.NotWaitingError:
        messages.info(request, _not_waiting(upload))
        return redirect("buildings:plan", pk)
    messages.success(request, _("The file was not applied. Nothing has changed."))
    return redirect("buildings:register")


@require_safe
@staff_page(LANDLORD)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The company's own register as CSV, without codes."""
    response = StreamingHttpResponse(register_lines(_company(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="register-{_company(request).slug}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@staff_page(LANDLORD)
def proposals(request: HttpRequest) -> HttpResponse:
    """Places the register does not name any more."""
    page: Any = Paginator(closing.proposals(_company(request)), PROPOSALS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [Proposal(*row) for row in page.object_list]
    return render(request, "buildings/proposals.html", {"page": page})


@require_POST
@staff_page(LANDLORD)
def keep(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a proposal back."""
    place = access.proposed_place(cast("User", request.user), kind, pk)
    closing.keep(place=place)
    messages.success(request, _("%(place)s stays.") % {"place": place})
    return redirect("buildings:proposals")


def _not_waiting(upload: RegisterUpload) -> str:
    upload.refresh_from_db(fields=["applied_at", "summary"])
    if upload.applied_at:
        return _("This file has been applied already. Applying it once is enough.")
    return _("The file is no longer kept. Upload it again.")


def _applied(counts: dict[str, dict[str, int]]) -> str:
    if any(counts["changed"].values()) or any(counts["closing"].values()):
        return _("Applied. New: %(added)s. Changed: %(changed)s. Proposed for closing: %(closing)s.") % {
            what: spoken_counts(places) for what, places in counts.items()
        }
    return _("Applied. New: %(added)s.") % {"added": spoken_counts(counts["added"])}
