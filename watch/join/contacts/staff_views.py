"""What staff see of contacts: the list, one contact with the next steps, gaps, the file, and a reveal for a reason."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings.access import scope, staff_page
from buildings.models import Contact, StaffMember, User
from watch.join.contacts import access, services
from watch.join.contacts.export import TYPE, workbook
from watch.join.contacts.filters import ContactFilter, GapFilter
from watch.join.contacts.forms import RevealForm, RoleForm, TrainForm, WhyForm
from watch.join.contacts.reveal import WHY_NOT as REVEAL_WHY_NOT
from watch.join.contacts.reveal import RevealError, reveal
from watch.join.contacts.services import StepError

A_PAGE = 50
WHY_NOT = {
    "late": gettext_lazy("A colleague was quicker, or the person has changed their mind. Look at how it stands now."),
    "left": gettext_lazy("The person does not live in this stairwell any more, so this step cannot be taken."),
} | REVEAL_WHY_NOT


@dataclass(frozen=True)
class Offer:
    """A step that can be taken now: what it is called, what it means, and what it asks."""

    action: str
    label: Promise | str
    about: Promise | str
    form: forms.Form | None = None
    stops: bool = False


@never_cache
@require_safe
@staff_page()
def contacts(request: HttpRequest) -> HttpResponse:
    """The contacts the organisation answers for, by alias."""
    known = access.contacts(cast("User", request.user)).with_since().with_places()
    narrowed = ContactFilter(request.GET, queryset=known.order_by("stairwell__sort_key", "pk"), request=request)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    hidden = Contact.objects.open().filter(stairwell__in=scope(request.user).stairwells()).exclude(hidden_at=None)
    return render(request, "contacts/contacts.html", {"filter": narrowed, "page": page, "hidden": hidden.count()})


@never_cache
@require_safe
@staff_page()
def export(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel file."""
    known = access.contacts(cast("User", request.user)).with_places().select_related("trained_by")
    narrowed = ContactFilter(request.GET, queryset=known.order_by("stairwell__sort_key", "pk"), request=request)
    named = f"kontakter-{timezone.localdate():%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return HttpResponse(workbook(narrowed.qs), content_type=TYPE, headers=headers)


@never_cache
@require_safe
@staff_page()
def gaps(request: HttpRequest) -> HttpResponse:
    """Stairwells without a contact."""
    found = access.gaps(cast("User", request.user)).select_related("building__district").order_by("sort_key", "pk")
    narrowed = GapFilter(request.GET, queryset=found, request=request)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "contacts/gaps.html", {"filter": narrowed, "page": page})


@never_cache
@require_safe
@staff_page(of=access.contact)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact: the way so far, and what can be done now."""
    return _page(request, access.contact(cast("User", request.user), pk))


@require_POST
@staff_page(of=access.contact)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step with a contact."""
    found, staff = access.contact(cast("User", request.user), pk), _staff(request)
    action = request.POST.get("action", "")
    if action not in STEPS:
        return HttpResponseBadRequest()
    form = _form(action, staff, found, request.POST)
    if form and not form.is_valid():
        return _page(request, found, asked={action: form})
    try:
        STEPS[action](contact=found, staff=staff, **(form.cleaned_data if form else {}))
    except StepError as error:
        messages.warning(request, WHY_NOT[error.code])
    else:
        messages.success(request, _("Saved. The person is told what happens next."))
    return redirect("contacts:contact", pk)


@never_cache
@require_POST
@staff_page(of=access.contact)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact's name or number, for a reason, on this page and this once."""
    found = access.contact(cast("User", request.user), pk)
    form = RevealForm(request.POST)
    if found.state in Contact.ENDED_STATES:
        messages.warning(request, _("The role has ended. Names and numbers are not shown any more."))
        return redirect("contacts:contact", pk)
    if not form.is_valid():
        return _page(request, found, asked={"reveal": form})
    try:
        shown = reveal(
            subject=found.user,
            what=form.cleaned_data["what"],
            reason=form.cleaned_data["reason"],
            by=_staff(request),
            as_contact=True,
            stairwell=found.stairwell,
        )
    except RevealError as error:
        messages.warning(request, WHY_NOT[error.code])
        return redirect("contacts:contact", pk)
    return _page(request, found, shown=(form.cleaned_data["what"], shown))


STEPS: dict[str, Any] = {
    "confirm": services.confirm,
    "train": services.train,
    "activate": services.activate,
    "decline": services.decline,
    "end": services.end,
    "role": services.set_role,
}


def _staff(request: HttpRequest) -> StaffMember:
    return cast("StaffMember", scope(request.user).staff)


def _form(action: str, staff: StaffMember, contact: Contact, data: Any = None) -> forms.Form | None:
    """What a step asks, empty or with what was typed."""
    kind: str = staff.organisation.kind
    fields: dict[str, Any] = {"auto_id": f"{action}_%s"}
    if action == "train":
        return TrainForm(data, **fields)
    if action in ("decline", "end"):
        return WhyForm(data, kind=kind, ends=action == "end", **fields)
    return RoleForm(data, initial={"role": contact.role}, **fields) if action == "role" else None


def _offers(staff: StaffMember, contact: Contact, asked: dict[str, forms.Form]) -> list[Offer]:
    """The steps staff can take with the contact now."""
    words = {
        "confirm": (_("The person lives here"), _("Say this when your register agrees.")),
        "train": (_("Note the training"), _("The training is held by police or city, as a meeting or a course.")),
        "activate": (_("Make active"), _("The neighbours see that there is a contact, by role and stairwell.")),
        "role": (_("Change the role"), _("Contact, deputy or lead contact.")),
        "decline": (_("Say no"), _("The person is told kindly, without the reason.")),
        "end": (_("End the role"), _("It ends at once, and the person is told.")),
    }
    return [
        Offer(action, label, about, asked.get(action) or _form(action, staff, contact), action in ("decline", "end"))
        for action, (label, about) in words.items()
        if services.may(action, staff.organisation.kind, contact)
    ]


def _page(
    request: HttpRequest,
    contact: Contact,
    *,
    asked: dict[str, forms.Form] | None = None,
    shown: tuple[str, str] | None = None,
) -> HttpResponse:
    asked = asked or {}
    context = {
        "contact": contact,
        "steps": contact.steps.select_related("organisation"),
        "offers": _offers(_staff(request), contact, asked),
        "asked": asked,
        "reveal_form": asked.get("reveal") or RevealForm(auto_id="reveal_%s"),
        "can_reveal": contact.state not in Contact.ENDED_STATES,
        "shown": shown,
    }
    return render(request, "contacts/contact.html", context)
