"""The yearly question to people nothing reaches: the housing company asks at the door and types in the answer."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings.access import LANDLORD, scope, staff_page
from buildings.models import Resident, StaffMember, User
from watch.join.home import yearly
from watch.join.home.agreements import NO, YES

A_PAGE = 20


@require_safe
@never_cache
@staff_page(LANDLORD)
def ask(request: HttpRequest) -> HttpResponse:
    """Whom to ask, by door and never by name, the longest waiting first."""
    page = Paginator(_waiting(request), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/by_hand.html", {"page": page})


def _to_ask(user: User, pk: int) -> Resident:
    """Somebody in the company's own buildings, whether or not it is time to ask, or 404."""
    own = Resident.objects.filter(stairwell__building__in=scope(user).buildings())
    return get_object_or_404(own.select_related("user", "stairwell"), pk=pk)


@require_POST
@staff_page(LANDLORD, of=_to_ask)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person said; of two who type it in, one does."""
    user, said = cast("User", request.user), request.POST.get("answer", "")
    resident, staff = _to_ask(user, pk), cast("StaffMember", scope(user).staff)
    if said not in (YES, NO):
        raise Http404
    if yearly.answer_by_hand(resident=resident, lives_there=said == YES, staff=staff):
        messages.success(request, _("The answer is kept."))
    else:
        messages.info(request, _("Somebody has answered this already."))
    return redirect("home:by_hand")


def _waiting(request: HttpRequest) -> QuerySet[Resident]:
    own = scope(request.user).buildings()
    found = yearly.to_ask_by_hand(timezone.now()).filter(stairwell__building__in=own)
    return found.select_related("stairwell", "flat", "user")
