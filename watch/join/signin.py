"""Signing in with a code, for tenants and staff alike; a second factor, where there is one, is asked for after it.

The answers, the work and the codes sent are the same whether or not anyone signs in with the address.
"""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from buildings.models import User
from watch.join import letters, verification
from watch.join.addresses import Address, person_with
from watch.join.codes import refused, resend, start_over
from watch.join.forms import AddressForm, CodeForm
from watch.join.people import note_verified

PURPOSE = verification.SIGN_IN


@require_safe
def old_door(request: HttpRequest) -> HttpResponse:
    """Where allauth would ask for a password: on to the code, with the place to go afterwards."""
    then = get_next_redirect_url(request)
    response = redirect("account_request_login_code")
    if then:
        response["Location"] += f"?{urlencode({'next': then})}"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code by e-mail or SMS."""
    if request.user.is_authenticated:
        return redirect(get_login_redirect_url(request))
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["login"]
        if refusal := refused(request, PURPOSE, address):
            return refusal
        then = get_next_redirect_url(request) or ""
        code = verification.start(request.session, PURPOSE, address, then=then)
        _send(address, code)
        return redirect("account_confirm_login_code")
    then = get_next_redirect_url(request)
    field = format_html('<input type="hidden" name="next" value="{}">', then) if then else ""
    return render(request, "account/request_login_code.html", {"form": form, "redirect_field": field})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    if request.user.is_authenticated:
        return redirect(get_login_redirect_url(request))
    proof = verification.pending(request.session, PURPOSE)
    if proof is None:
        return redirect("account_request_login_code")
    if request.POST.get("action") == "resend":
        return resend(request, PURPOSE, proof, send=_send)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = verification.check(request, PURPOSE, proof, form.cleaned_data["code"])
        user = person_with(proof.address) if outcome is verification.Outcome.RIGHT else None
        if user:
            verification.forget(request.session, PURPOSE)
            return sign_in(request, user, proof.address, then=proof.then or None)
        if outcome is not verification.Outcome.WRONG:
            return start_over(request, PURPOSE, "account_request_login_code")
        form.refuse()
    return render(request, "account/confirm_login_code.html", {"form": form, "proof": proof})


def sign_in(request: HttpRequest, user: User, address: Address, *, then: str | None) -> HttpResponse:
    """Sign in a person who has just shown the address is theirs; allauth asks for a second factor if there is one."""
    note_verified(user=user, address=address)
    email = address.value if address.is_email else None
    phone = None if email else address.value
    # Someone who has just signed in need not show it again to see the recovery codes of a new second factor.
    record_authentication(request, user, method="code", email=email, phone=phone, reauthenticated=True)
    response: HttpResponse = perform_login(request, Login(user=user, email=email, redirect_url=then))
    return response


def _send(address: Address, code: str) -> None:
    user = person_with(address)
    if user:
        letters.send_code(address, code, door=verification.SIGN_IN, user=user)
    else:
        letters.send_unknown(address)
