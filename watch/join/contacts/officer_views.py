"""The police choose the named officer of a district."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from buildings.access import POLICE, scope, staff_page
from buildings.models import Organisation, User
from watch.join.contacts import access, care
from watch.join.contacts.forms import OfficerForm


@require_POST
@staff_page(POLICE, administrator=True, of=access.district)
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """The police choose the named officer of a district."""
    district = access.district(cast("User", request.user), pk)
    form = OfficerForm(request.POST, district=district, organisation=scope(request.user).organisation)
    if form.is_valid():
        care.name_officer(district=district, officer=form.cleaned_data["officer"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose somebody who works in this district."))
    return redirect("join:staff")


def officer_forms(user: User) -> list[OfficerForm]:
    """A form for each district whose named officer the person may choose."""
    reach = scope(user)
    if reach.kind != POLICE or reach.staff is None or not reach.staff.is_administrator:
        return []
    organisation = cast("Organisation", reach.organisation)
    return [OfficerForm(district=district, organisation=organisation) for district in reach.districts()]
