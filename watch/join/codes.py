"""The step both joining and signing in share: another code, too many tries, starting over."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from watch.join import sms_codes, verification
from watch.join.addresses import Address

RETRY_AFTER = 600


def resend(
    request: HttpRequest, purpose: str, proof: verification.Proof, *, send: Callable[[Address, str], None]
) -> HttpResponse:
    """Send another code for the same proof and show the page again."""
    if not proof.can_resend:
        messages.error(request, _("We have sent three codes. Wait a little, look in your junk mail, or start over."))
        return redirect(request.path)
    if refusal := refused(request, purpose, proof.address):
        return refusal
    send(proof.address, verification.renew(request.session, purpose, proof))
    messages.success(request, _("We have sent a new code. The old one no longer works."))
    return redirect(request.path)


def start_over(request: HttpRequest, purpose: str, url: str, *args: str) -> HttpResponse:
    """After too many wrong codes: the proof is gone, a new code can be asked for."""
    verification.forget(request.session, purpose)
    messages.error(request, _("That was the wrong code too many times. Ask for a new code."))
    return redirect(url, *args)


def refused(request: HttpRequest, purpose: str, address: Address) -> HttpResponse | None:
    """A page that says why no code goes to the address now, or None when one may; counts the asking."""
    if not verification.may_send(request, address):
        return too_many(request)
    if not address.is_email and not sms_codes.may_text(verification.door_of(purpose)):
        return render(request, "join/no_sms.html", status=429)
    return None


def too_many(request: HttpRequest) -> HttpResponse:
    """The kind page for someone who has asked too often."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
