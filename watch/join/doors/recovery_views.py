"""Pages of a lost address: staff make a code, the person types it and shows a new address."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from buildings import access as places
from buildings.access import LANDLORD, scope, staff_page
from buildings.models import Organisation, RecoveryCode, User
from watch.join import letters, verification
from watch.join.addresses import Address
from watch.join.codes import refused, resend, start_over, too_many
from watch.join.doors import access, recovery
from watch.join.doors.forms import RecoveryCodeForm
from watch.join.doors.recovery import SomebodyElsesError, TooManyError, UsedUpError
from watch.join.forms import AddressForm, CodeForm
from watch.join.guessing import TooManyGuessesError
from watch.join.languages import spoken
from watch.join.signin import sign_in

PURPOSE, CODE, KEEPS = "recover", "recovery-code", "recovery-keeps-others"


@require_POST
@never_cache
@staff_page(LANDLORD, of=places.stairwell)
def issue(request: HttpRequest, pk: int, resident_pk: int) -> HttpResponse:
    """Make a code for a tenant who stands at the desk; it is shown here and never again."""
    user = cast("User", request.user)
    person = access.tenant(user, pk, resident_pk)
    if recovery.is_staff_account(person.user):
        messages.error(request, _("This account cannot be opened with a code. Its owner asks a colleague."))
        return redirect("doors:resident", pk, resident_pk)
    try:
        code = recovery.issue(resident=person, by=user, organisation=cast("Organisation", scope(user).organisation))
    except TooManyError:
        messages.error(request, _("You have made very many codes today. Wait until tomorrow, or ask a colleague."))
        return redirect("doors:resident", pk, resident_pk)
    context = {"code": f"{code[:4]} {code[4:]}", "resident": person, "stairwell": person.stairwell}
    return render(request, "doors/recovery_code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """First the code from the housing company and the new address."""
    form = RecoveryCodeForm(request.POST if request.method == "POST" else None)
    address_form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and address_form.is_valid():
        try:
            code = access.recovery_code(request, form.cleaned_data["code"])
        except TooManyGuessesError:
            return too_many(request)
        address = address_form.cleaned_data["login"]
        if refusal := refused(request, PURPOSE, address):
            return refusal
        # A wrong code gets the same page for the same work and no code by mail or SMS: nothing tells the two apart.
        digits = verification.start(request.session, PURPOSE, address)
        request.session[CODE] = code.pk if code else 0
        request.session[KEEPS] = form.cleaned_data["keeps_others"]
        _sender(code is not None)(address, digits)
        return redirect("doors:recover_verify")
    return render(request, "doors/recover.html", {"form": form, "address_form": address_form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Then the six digits that came to the new address; they open the account."""
    proof = verification.pending(request.session, PURPOSE)
    if proof is None:
        return redirect("doors:recover")
    if request.POST.get("action") == "resend":
        return resend(request, PURPOSE, proof, send=_sender(bool(request.session.get(CODE))))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = verification.check(request, PURPOSE, proof, form.cleaned_data["code"])
        if outcome is verification.Outcome.ENDED:
            return start_over(request, PURPOSE, "doors:recover")
        if outcome is verification.Outcome.RIGHT:
            return _open(request, proof)
        form.refuse()
    return render(request, "doors/recover_code.html", {"form": form, "proof": proof})


def _sender(is_right: bool) -> Callable[[Address, str], None]:
    return letters.send_code if is_right else letters.withhold_code


def _open(request: HttpRequest, proof: verification.Proof) -> HttpResponse:
    code = RecoveryCode.objects.valid().filter(pk=request.session.pop(CODE, 0)).first()
    keeps = bool(request.session.pop(KEEPS, False))
    verification.forget(request.session, PURPOSE)
    try:
        if code is None:
            raise UsedUpError
        user = recovery.recover(code=code, address=proof.address, language=spoken(), keeps_others=keeps)
    except UsedUpError:
        messages.error(request, _("The code from the housing company opens nothing any more. Ask for a new one."))
        return redirect("doors:recover")
    except SomebodyElsesError:
        messages.error(request, _("That address cannot be used. Start again with another one."))
        return redirect("doors:recover")
    messages.success(request, _("Welcome back. This is your address from now on."))
    return sign_in(request, user, proof.address, then="/min-trapp/")
