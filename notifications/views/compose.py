"""Writing a notice: the form, its live reach and preview, the page to read through and confirm."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from buildings.access import scope, staff_page
from buildings.models import User
from notifications import access, approval, drafts, errors, publishing
from notifications.forms import BlanksForm, NoticeForm, filled, form_data, template_data
from notifications.models import Notice
from notifications.preview import Reach, previews
from notifications.sms_cost import SmsCost, unsaved
from notifications.views.review import review
from notifications.views.steered import elsewhere
from notifications.views.templates import chosen_template, offered
from notifications.wording import LIMITS

WHY_NOT: dict[type[Exception], Promise] = {
    errors.Changed: gettext_lazy(
        "Somebody has changed the notice since you opened this page. Read it again, then send it."
    ),
    drafts.Blocked: gettext_lazy("The notice holds a number that may not be sent. Change the text first."),
    drafts.Unfilled: gettext_lazy("The notice has blanks that are not filled in. Change the text first."),
    drafts.LooksLikeVma: publishing.NOT_A_VMA,
    errors.NoRecipients: gettext_lazy("Nobody has joined where this notice is meant for, so it cannot be sent."),
    errors.AlreadyExpired: gettext_lazy(
        "The time it is shown until has passed, or passes before it leaves. Change it, then send the notice."
    ),
    errors.NoApprover: gettext_lazy(
        "A notice to so many people needs a colleague's yes, and there is no colleague who can give it."
    ),
    errors.Overtaken: gettext_lazy(
        "The notice this one corrects has been corrected or called off meanwhile, so it cannot be sent."
    ),
}


@require_http_methods(["GET", "POST"])
@staff_page()
def compose(request: HttpRequest) -> HttpResponse:
    """A new notice; `?kopia=<public id>` starts from the words of an old one, `?mall=<pk>` from a ready-made one."""
    user = cast("User", request.user)
    initial = None
    if "kopia" in request.GET:
        initial = form_data(access.own_notice(user, _public_id(request.GET["kopia"])), as_copy=True)
    elif "mall" in request.GET:
        initial = template_data(chosen_template(user, request.GET["mall"]))
    return _write(request, NoticeForm(filled(request.POST), reach=scope(user), initial=initial))


@require_http_methods(["GET", "POST"])
@staff_page()
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft's words; one that has been confirmed can only be looked at."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    if notice.state != Notice.State.DRAFT:
        return _too_late_to_change(request, notice)
    initial = form_data(notice)
    form = NoticeForm(filled(request.POST), reach=scope(user), initial=initial, earlier=notice.refers_to)
    return _write(request, form, notice)


@require_POST
@staff_page()
def reach(request: HttpRequest) -> HttpResponse:
    """Whom the form's notice would reach, how it would look and what the guard marks; saves nothing.

    `?utkast=<public id>` names the draft, when it has been saved: a correction reaches those told before too.
    """
    user = cast("User", request.user)
    draft = access.own_notice(user, _public_id(request.GET["utkast"])) if "utkast" in request.GET else None
    form = NoticeForm(filled(request.POST) or {}, reach=scope(user), earlier=draft.refers_to if draft else None)
    form.is_valid()
    if not form.districts:
        raise PermissionDenied
    return render(request, "notifications/partials/reach.html", {"form": form, **_live(form)})


@require_http_methods(["GET", "POST"])
@staff_page()
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything as it will be sent, and the one button that sends it."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    if notice.state != Notice.State.DRAFT:
        return redirect("notices:progress", notice.public_id)
    problem = ""
    if request.method == "POST":
        try:
            drafts.confirm_draft(notice=notice, user=user, seen=request.POST.get("seen", ""))
            return redirect("notices:progress", notice.public_id)
        except (drafts.Blocked, drafts.Unfilled, drafts.LooksLikeVma, errors.SendingError) as error:
            problem = str(WHY_NOT[type(error)])
        notice = access.own_notice(user, public_id)
    context = {"problem": problem, **review(notice)}
    if context["needs_yes"]:
        context["nobody_to_ask"] = not approval.approvers(notice, asked_by=user).exists()
    return render(request, "notifications/confirm.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "POST"])
@staff_page()
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    notice = access.own_notice(cast("User", request.user), public_id)
    if there := elsewhere(notice):
        return there
    if notice.state != Notice.State.DRAFT:
        return _too_late_to_change(request, notice)
    if request.method == "GET":
        return render(request, "notifications/delete.html", {"notice": notice})
    try:
        drafts.delete_draft(notice=notice)
    except drafts.NotADraft:
        return _too_late_to_change(request, notice)
    messages.success(request, _("The draft is thrown away."))
    return redirect("notices:outbox")


def _write(request: HttpRequest, form: NoticeForm, notice: Notice | None = None) -> HttpResponse:
    then = request.POST.get("then", "")
    user = cast("User", request.user)
    blanks = BlanksForm(request.POST or None, words=form.initial, phone=str(form.organisation.phone or ""))
    if form.is_bound and form.is_valid() and blanks.is_valid() and then != "check":
        try:
            saved = drafts.save_draft(organisation=form.organisation, author=user, words=form.words(), notice=notice)
        except drafts.NotADraft:
            return _too_late_to_change(request, cast("Notice", notice))
        if then == "later":
            messages.success(request, _("The draft is saved. Nobody has got it yet."))
            return redirect("notices:outbox")
        return redirect("notices:confirm", saved.public_id)
    context = {"form": form, "notice": notice, "blanks": blanks, **(_live(form) if form.districts else {})}
    if notice is None:
        context |= offered(user, request.GET.get("mall", ""))
    if form.is_bound:
        # Shown again as it was typed, so that each blank keeps its place in the words and its value in its own field.
        form.data = request.POST
    return render(request, "notifications/compose.html", context)


def _live(form: NoticeForm) -> dict[str, object]:
    """What the panel beside the form shows."""
    meant = form.audience()
    where = (form.organisation, form.meant_district(), form.texts())
    contacts_only = form["readers"].value() == "contacts"
    shown = previews(*where, urgency=form.meant_urgency(), contacts_only=contacts_only, corrects=form.earlier)
    words = unsaved(*where, urgency=form.meant_urgency(), contacts_only=contacts_only, corrects=form.earlier)
    return {
        "numbers": Reach.of(meant) if meant else None,
        "sms_cost": SmsCost.of(meant, words) if meant and words else None,
        "previews": shown,
        "is_marked": any(preview.findings for preview in shown),
        "limits": LIMITS,
    }


def _too_late_to_change(request: HttpRequest, notice: Notice) -> HttpResponse:
    messages.info(request, _("This notice has been confirmed and cannot be changed. You can write a new one."))
    return redirect("notices:progress", notice.public_id)


def _public_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)
