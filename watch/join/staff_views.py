"""Pages where an organisation's administrators look after its staff."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from buildings import access
from buildings.access import scope, staff_page
from buildings.models import Organisation, StaffMember, User
from notifications.models import Notice
from watch.join.contacts.officer_views import officer_forms
from watch.join.forms import InviteForm
from watch.join.staff import StaffError
from watch.join.staff import invite as invite_colleague
from watch.join.staff import remove as remove_colleague

A_PAGE = 25
WHY_NOT = {
    "already-here": gettext_lazy("This person already works here. Look in the list."),
    "elsewhere": gettext_lazy("This address cannot be invited. Ask your colleague for another work address."),
    "last-administrator": gettext_lazy(
        "You are the only administrator. Make sure there is another one before you leave: invite one first."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(administrator=True)
def staff(request: HttpRequest) -> HttpResponse:
    """Colleagues, and a form to invite one more."""
    organisation = cast("Organisation", scope(cast("User", request.user)).organisation)
    form = InviteForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if request.method == "POST" and form.is_valid() and _invite(request, form, organisation):
        return redirect("join:staff")
    colleagues = StaffMember.objects.current().filter(organisation=organisation)
    listed = colleagues.select_related("user").prefetch_related("districts").order_by("user__email", "pk")
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    context = {"organisation": organisation, "page": page, "form": form}
    context["officer_forms"] = officer_forms(cast("User", request.user))
    return render(request, "join/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(administrator=True)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a colleague: a page that says what happens, and one press."""
    user = cast("User", request.user)
    member = access.staff_member(user, pk)
    if request.method == "POST":
        try:
            remove_colleague(member=member)
        except StaffError as error:
            messages.error(request, WHY_NOT[error.code])
            return redirect("join:staff")
        if member.user_id == user.pk:
            logout(request)
            return redirect("present:front")
        messages.success(request, _("%(email)s no longer works here and is signed out.") % {"email": member.user.email})
        return redirect("join:staff")
    waiting = Notice.objects.waiting_of(member).count()
    context = {"member": member, "own": member.user_id == user.pk, "waiting": waiting}
    return render(request, "join/staff_remove.html", context)


def _invite(request: HttpRequest, form: InviteForm, organisation: Organisation) -> bool:
    email = form.cleaned_data["email"]
    try:
        invite_colleague(
            organisation=organisation,
            email=email,
            districts=form.cleaned_data.get("districts", []),
            is_administrator=form.cleaned_data["is_administrator"],
            language=(get_language() or "sv").split("-")[0],
        )
    except StaffError as error:
        form.add_error("email", WHY_NOT[error.code])
        return False
    messages.success(request, _("We have sent an invitation to %(email)s.") % {"email": email})
    return True
