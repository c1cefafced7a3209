"""The second pair of eyes: reading a colleague's notice through, saying yes, or sending it back with a word."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from buildings.access import staff_page
from buildings.models import User
from notifications import access, approval, errors
from notifications.forms import ReturnForm
from notifications.views.review import review


@require_http_methods(["GET", "POST"])
@staff_page()
def approve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The notice as it will be sent, with yes and no; who may not answer is led to how it is going."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if not access.in_care(user).waits_for_yes_of(user).filter(pk=notice.pk).exists():
        return redirect("notices:progress", notice.public_id)
    form, problem = ReturnForm(), ""
    if request.POST.get("then") == "back":
        form = ReturnForm(request.POST)
    try:
        if form.is_bound and form.is_valid():
            approval.send_back(notice=notice, user=user, word=form.cleaned_data["word"])
            messages.success(request, _("The notice has gone back to its writer with your word."))
            return redirect("notices:outbox")
        if request.POST.get("then") == "yes":
            approval.approve(notice=notice, user=user, seen=request.POST.get("seen", ""))
            messages.success(request, _("You have said yes. The notice leaves as planned."))
            return redirect("notices:progress", notice.public_id)
    except errors.NotWaiting:
        messages.info(request, _("Somebody else has answered already."))
        return redirect("notices:progress", notice.public_id)
    except errors.Changed:
        problem = _("The notice has been changed since you opened this page. Read it again, then answer.")
    except errors.AlreadyExpired:
        problem = _("The time it is shown until has passed, or passes before it leaves. Send it back.")
    notice = access.own_notice(user, public_id)
    context = {"form": form, "problem": problem, "asked_by": notice.confirmed_by, **review(notice)}
    status = 409 if problem or form.errors else 200
    return render(request, "notifications/approve.html", context, status=status)
