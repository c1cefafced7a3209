"""Agreed actions: the list staff follow them up from, and one action."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Exists, OuterRef, Q, When
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.access import scope, staff_page
from buildings.models import User
from watch.meet import access, following_up
from watch.meet.action_forms import ActionFilter, CloseForm, MoveForm, ReopenForm
from watch.meet.errors import Marked, TooLate
from watch.models import Action
from watch.models.records import ActionQuerySet

A_PAGE = 25
FORMS: dict[str, type[Form]] = {"close": CloseForm, "move": MoveForm, "reopen": ReopenForm}


@never_cache
@require_safe
@staff_page()
def actions(request: HttpRequest) -> HttpResponse:
    """What the person's own organisation has to do, late things first; with `?visa=alla` all in their districts."""
    user = cast("User", request.user)
    shows_all = request.GET.get("visa") == "alla"
    narrowed = ActionFilter(request.GET, queryset=_listed(user, shows_all=shows_all), request=request)
    page = Paginator(narrowed.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "meet/actions.html", {"filter": narrowed, "page": page, "shows_all": shows_all})


def _listed(user: User, *, shows_all: bool) -> ActionQuerySet:
    mine = scope(user).organisation
    known = access.actions(user).prefetch_related("meeting__texts")
    if not shows_all:
        return known.filter(organisation=mine).open()
    own = Q(organisation=mine) | Exists(access.organised(user).filter(pk=OuterRef("meeting")))
    open_first = Case(When(state=Action.State.OPEN, then=0), default=1)
    return known.annotate(is_ours=Case(When(own, then=True), default=False)).order_by(open_first, "due_on", "pk")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One action, and what can be said of it."""
    user = cast("User", request.user)
    found = access.action(user, public_id)
    if request.method != "POST":
        return _page(request, found)
    step = request.POST.get("action")
    if step not in FORMS:
        return HttpResponseBadRequest()
    form = FORMS[step](request.POST, auto_id=f"{step}_%s")
    if not form.is_valid():
        return _page(request, found, step=step, form=form)
    try:
        if step == "close":
            following_up.close(action=found, user=user, **form.cleaned_data)
        elif step == "reopen":
            following_up.reopen(action=found, user=user, **form.cleaned_data)
        else:
            following_up.move(action=found, **form.cleaned_data)
    except TooLate:
        messages.warning(request, _("A colleague was quicker. Look at how it stands now."))
    except Marked:
        # Only when the list of published numbers has become shorter between the form and the save.
        form.add_error(None, _("Something in it points somebody out. Take it away."))
        return _page(request, found, step=step, form=form)
    else:
        messages.success(request, _("Saved."))
    return redirect("meet:action", found.public_id)


def _page(request: HttpRequest, action: Action, *, step: str = "", form: Form | None = None) -> HttpResponse:
    day = {"due_on": action.due_on} if action.due_on >= timezone.localdate() else {}
    first: dict[str, dict[str, Any]] = {"close": {}, "move": {"due_on": action.due_on}, "reopen": day}
    forms = {
        f"{name}_form": form if step == name else kind(auto_id=f"{name}_%s", initial=first[name])
        for name, kind in FORMS.items()
    }
    context = {
        **forms,
        "action": action,
        "reopenings": action.reopenings.all(),
        "asked": form,
        "may_see_meeting": access.readable(cast("User", request.user)).filter(pk=action.meeting_id).exists(),
    }
    return render(request, "meet/action.html", context)
