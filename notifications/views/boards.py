"""Boards: what a housing company's staff still have to put up, and the press that says it is done."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from buildings.access import LANDLORD, scope, staff_page
from buildings.models import User
from notifications import access
from notifications.boards import not_up, put_up
from notifications.filters import BoardFilter
from notifications.models import Posting

A_PAGE = 50


@require_GET
@staff_page(LANDLORD)
def boards(request: HttpRequest) -> HttpResponse:
    """Every page that belongs on a board in the company's buildings; `?visa=uppsatta` shows those that are up."""
    are_up = request.GET.get("visa") == "uppsatta"
    own = scope(cast("User", request.user)).stairwells()
    found = Posting.objects.on_boards_of(own.values("pk")).with_contacts().filter(posted_at__isnull=not are_up)
    narrowed = BoardFilter(request.GET, queryset=found)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/boards.html", {"page": page, "are_up": are_up, "filter": narrowed})


@require_POST
@login_required
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a page is up, or with `undo` that it is not; then back to the list the press came from."""
    user = cast("User", request.user)
    posting = access.posting(user, pk)
    if "undo" in request.POST:
        not_up(posting=posting)
        messages.info(request, _("It is on your list again."))
    elif put_up(posting=posting, user=user):
        messages.success(request, _("Thank you. Those who are not online can read it now."))
    else:
        messages.info(request, _("That notice is not shown any more, so it need not go up."))
    then = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure()):
        return redirect(then)
    return redirect("notices:boards" if scope(user).kind == LANDLORD else "notices:mine")
