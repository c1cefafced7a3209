"""The page on which a contact invites neighbours, one link each."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from buildings.models import Invitation, User
from buildings.qr import qr_picture
from watch.join.doors import access, invitations
from watch.join.doors.invitations import OPEN_AT_ONCE, TooManyError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The open invitations, and a press that makes one; its link is shown once."""
    contact = access.contact_role(cast("User", request.user), pk)
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            link = invitations.invite(contact=contact)
        except TooManyError:
            messages.warning(request, _("You have ten open invitations. Take one back, or wait until one is used."))
            return redirect("doors:invite", pk)
        context = {"link": link, "qr": qr_picture(link, css_class="qr")}
    context |= {
        "stairwell": contact.stairwell,
        "open": Invitation.objects.valid().filter(by=contact).order_by("created_at"),
        "most": OPEN_AT_ONCE,
    }
    return render(request, "doors/invite.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Take one invitation back."""
    contact = access.contact_role(cast("User", request.user), pk)
    if invitations.withdraw(contact=contact, pk=invitation_pk):
        messages.success(request, _("The invitation is taken back. Its link opens nothing any more."))
    else:
        messages.warning(request, _("The invitation was used already, or had ended."))
    return redirect("doors:invite", pk)
