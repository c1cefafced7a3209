"""The page with a person's own addresses: add one with a code, remove one."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from buildings.models import User
from watch.join import letters, verification
from watch.join.codes import refused, resend, start_over
from watch.join.forms import AddressForm
from watch.join.home import addresses
from watch.join.home.forms import NewAddressForm
from watch.join.languages import spoken


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Every address, and a field for one more. Whoever has it already, a code goes there and nothing is said."""
    user = cast("User", request.user)
    form = AddressForm(request.POST if request.method == "POST" else None)
    found = addresses.addresses_of(user)
    if request.method == "POST" and form.is_valid():
        address, purpose = form.cleaned_data["login"], _purpose(user)
        if any(one.address == address and one.signs_in for one in found):
            messages.success(request, _("You have this address already."))
            return redirect("home:addresses")
        if refusal := refused(request, purpose, address):
            return refusal
        letters.send_code(address, verification.start(request.session, purpose, address), user=user)
        return redirect("home:address_code")
    return render(request, "home/addresses.html", {"form": form, "addresses": found})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that went to the new address, and what the person wants there."""
    user = cast("User", request.user)
    purpose = _purpose(user)
    proof = verification.pending(request.session, purpose)
    if proof is None:
        return redirect("home:addresses")
    if request.POST.get("action") == "resend":
        return resend(request, purpose, proof, send=letters.send_code)
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = verification.check(request, purpose, proof, form.cleaned_data["code"])
        if outcome is verification.Outcome.ENDED:
            return start_over(request, purpose, "home:addresses")
        if outcome is verification.Outcome.RIGHT:
            verification.forget(request.session, purpose)
            return _added(request, user, proof, form.cleaned_data["wants"])
        form.refuse()
    return render(request, "home/address_code.html", {"form": form, "proof": proof})


@require_POST
@login_required
def remove(request: HttpRequest) -> HttpResponse:
    """Remove one of one's own addresses."""
    user, key = cast("User", request.user), request.POST.get("address", "")
    mine = next((one for one in addresses.addresses_of(user) if one.key == key), None)
    if mine is None:
        raise Http404
    if addresses.remove(user=user, address=mine.address, language=spoken()):
        messages.success(request, _("The address is removed. Nothing more goes there."))
    else:
        messages.error(request, _("This is your last way to sign in. Add another one first."))
    return redirect("home:addresses")


def _added(request: HttpRequest, user: User, proof: verification.Proof, wants: str) -> HttpResponse:
    try:
        signs_in = addresses.add(user=user, address=proof.address, wants=wants, language=spoken())
    except addresses.TakenError:
        sentence = _("Somebody signs in with this e-mail address already. Sign in with it, or take another one here.")
        messages.error(request, sentence)
        return redirect("home:addresses")
    messages.success(
        request,
        _("The address is yours. It signs you in, too.")
        if signs_in
        else _("You get SMS on this number. Somebody else signs in with it, so it does not sign you in."),
    )
    return redirect("home:addresses")


def _purpose(user: User) -> str:
    return f"address-{user.pk}"
