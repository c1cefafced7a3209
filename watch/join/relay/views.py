"""Letters: write to a contact, read and answer, mute, pass on; the link in a mail; what staff were passed on."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import LANDLORD, POLICE, staff_page
from buildings.models import Contact, User
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from notifications.models import Relay, RelayLetter
from watch.join.codes import too_many
from watch.join.relay import access, services
from watch.join.relay.forms import LetterForm
from watch.join.relay.services import Outcome

A_PAGE = 25
# A whole building may sit behind one address.
FROM_A_PLACE = Throttle("relay-answers-from-a-place", 100, 600)
WITH_A_TOKEN = Throttle("relay-answers-with-a-token", 10, 3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to a contact of one's own stairwell."""
    user = cast("User", request.user)
    contact = access.contact_to_write_to(user, pk)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not contact.muted_at:
        outcome = services.write(contact=contact, user=user, text=form.cleaned_data["text"])
        if outcome is Outcome.SENT:
            messages.success(
                request, _("Your letter is on its way. The answer comes to you here and where you are reached.")
            )
            return redirect("relay:inbox")
        contact.refresh_from_db(fields=["muted_at"])
        if not contact.muted_at:
            form.add_error(None, _why(outcome))
    return render(request, "relay/write.html", {"contact": contact, "form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation: its letters, and a form to answer."""
    side = access.conversation(cast("User", request.user), pk)
    relay = side.relay
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = services.answer(relay=relay, from_contact=side.is_contact, text=form.cleaned_data["text"])
        if outcome is Outcome.SENT:
            messages.success(request, _("Your letter is on its way."))
            return redirect("relay:thread", pk)
        form.add_error(None, _why(outcome))
    letters = list(access.kept_letters().filter(relay=relay))
    if request.method == "GET":
        services.note_read(relay=relay, by_contact=side.is_contact)
    context = {"side": side, "relay": relay, "letters": letters, "form": form, "recipients": RelayLetter.PassedTo}
    return render(request, "relay/thread.html", context)


@never_cache
@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's letters of the last 30 days, as a neighbour and as a contact."""
    user = cast("User", request.user)
    context = {
        "page": Paginator(Relay.objects.of(user).with_letters(user), A_PAGE).get_page(request.GET.get("page")),
        "roles": Contact.objects.active().filter(user=user).select_related("stairwell").order_by("pk"),
    }
    return render(request, "relay/inbox.html", context)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a conversation."""
    side = access.conversation(cast("User", request.user), pk)
    services.close(relay=side.relay)
    messages.success(request, _("The conversation has ended. Its letters are removed after 30 days."))
    return redirect("relay:inbox")


@require_POST
@login_required
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no letters from neighbours for now, or take them again."""
    contact = access.own_role(cast("User", request.user), pk)
    muted = request.POST.get("muted") == "yes"
    services.set_muted(contact=contact, muted=muted)
    words = _("You get no letters from neighbours now.") if muted else _("Neighbours can write to you again.")
    messages.success(request, words)
    return redirect("relay:inbox")


@require_POST
@login_required
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a letter on to the police or the landlord, without its writer."""
    letter = access.received_letter(cast("User", request.user), pk)
    to = request.POST.get("to", "")
    if to not in RelayLetter.PassedTo:
        messages.error(request, _("Choose whom to pass the letter on to."))
    elif services.pass_on(letter=letter, to=to):
        messages.success(request, _("The letter has been passed on, without the neighbour's name or address."))
    else:
        messages.info(request, _("This letter was passed on already."))
    return redirect("relay:thread", letter.relay_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: a form, and nothing of what was written before.

    It looks and answers alike for every token, also one that nobody has.
    """
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not FROM_A_PLACE.count(client_ip(request)) or not WITH_A_TOKEN.count(token):
            return too_many(request)
        if form.is_valid():
            services.answer_with_token(token=token, text=form.cleaned_data["text"], only_in_turn=True)
            return render(request, "relay/reply_sent.html")
    return render(request, "relay/reply.html", {"form": form})


@never_cache
@require_safe
@staff_page(LANDLORD, POLICE)
def passed_on(request: HttpRequest) -> HttpResponse:
    """Letters that contacts have passed on: the stairwell and the words, never who wrote."""
    letters = access.passed_on(cast("User", request.user))
    page = Paginator(letters, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "relay/passed_on.html", {"page": page})


def _why(outcome: Outcome) -> str:
    if outcome is Outcome.TOO_MANY:
        return _("There have been many letters today. Try again tomorrow. If it cannot wait, call 114 14.")
    if outcome is Outcome.MUTED:
        return _("The contact takes no letters just now. Call 114 14, or turn to your housing company.")
    return _("This conversation has ended. Your letter was not sent. Call 114 14, or turn to your housing company.")
