"""A contact's own pages: what it means, applying, the page of their own, handing over, stopping, hiding."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import scope
from buildings.models import Consent, Contact, User
from notifications.models import Posting
from watch.join import consents
from watch.join.contacts import access, care, services
from watch.join.contacts.figures import checklist, stairwell_figures
from watch.join.contacts.forms import DayForm, SuccessorForm
from watch.join.contacts.telling import next_on_page
from watch.join.relay.services import set_muted

NAME, NUMBER = Consent.Purpose.NAME_TO_STAIRWELL, Consent.Purpose.NUMBER_TO_STAIRWELL
READ_WRITE = ["GET", "HEAD", "POST"]


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What a contact is and is not, for anyone."""
    reach = scope(request.user)
    homes = reach.residencies if request.user.is_authenticated else []
    return render(request, "contacts/about.html", {"homes": homes})


@never_cache
@login_required
@require_http_methods(READ_WRITE)
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """What it means, and one press to offer oneself."""
    user = cast("User", request.user)
    home = access.home(user, pk)
    known = Contact.objects.of(user).filter(stairwell=pk).first()
    if known:
        return redirect("contacts:mine", known.pk)
    if request.method == "POST":
        try:
            contact = services.apply(user=user, stairwell=home.stairwell)
        except services.StepError:
            messages.warning(request, _("This stairwell takes no contacts just now."))
            return redirect("notices:mine")
        messages.success(request, _("Thank you for offering. Here you see what happens next."))
        return redirect("contacts:mine", contact.pk)
    return render(request, "contacts/apply.html", {"stairwell": home.stairwell})


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one's own role: where one is on the way, and what to do."""
    return _page(request, access.own_role(cast("User", request.user), pk))


def _page(request: HttpRequest, contact: Contact, met: DayForm | None = None, status: int = 200) -> HttpResponse:
    user = contact.user
    context: dict[str, Any] = {
        "contact": contact,
        "stairwell": contact.stairwell,
        "is_active": contact.state == Contact.State.ACTIVE,
        "next": next_on_page(contact.state),
        "stages": _stages(contact),
        "has_number": bool(user.phone and user.phone_verified),
        "name_words": consents.words(NAME, stairwell=contact.stairwell, language=_language()),
        "number_words": consents.words(NUMBER, stairwell=contact.stairwell, language=_language()),
        "others": services.may_hand_over(contact),
    }
    if context["is_active"]:
        pages = list(Posting.objects.on_boards_of([contact.stairwell_id]).filter(posted_at=None))
        context |= {"figures": stairwell_figures(contact), "todo": checklist(contact), "to_put_up": pages}
        context["met_form"] = met or DayForm(initial={"on": timezone.localdate()})
    return render(request, "contacts/mine.html", context, status=status)


def _stages(contact: Contact) -> list[tuple[str, bool, bool]]:
    """Label, whether it is done, whether it is now, of each step to active."""
    at = services.OPEN.index(Contact.State(contact.state))
    return [(str(state.label), number < at, number == at) for number, state in enumerate(services.OPEN)]


@require_POST
@login_required
def press(request: HttpRequest, pk: int) -> HttpResponse:
    """One press on the page of one's own: ticking off, showing, muting."""
    contact = access.own_role(cast("User", request.user), pk)
    action = request.POST.get("action", "")
    if action == "met":
        form = DayForm(request.POST)
        if not form.is_valid():
            return _page(request, contact, met=form)
        care.note_met(contact=contact, on=form.cleaned_data["on"])
    elif action not in PRESSES:
        return HttpResponseBadRequest()
    elif not PRESSES[action](contact):
        messages.warning(request, _("You have no mobile number here that we know is yours."))
        return redirect("contacts:mine", pk)
    messages.success(request, _("Saved."))
    return redirect("contacts:mine", pk)


def _show(purpose: str, *, given: bool) -> Any:
    return lambda contact: care.set_shown(contact=contact, purpose=purpose, given=given, language=_language())


def _done(verb: Any, **words: Any) -> Any:
    def press_it(contact: Contact) -> bool:
        verb(contact=contact, **words)
        return True

    return press_it


PRESSES = {
    "list": _done(care.confirm_list),
    "welcomed": _done(care.note_welcomed),
    "mute": _done(set_muted, muted=True),
    "unmute": _done(set_muted, muted=False),
    "show-again": _done(care.show_again),
    "show-name": _show(NAME, given=True),
    "hide-name": _show(NAME, given=False),
    "show-number": _show(NUMBER, given=True),
    "hide-number": _show(NUMBER, given=False),
}


@never_cache
@login_required
@require_http_methods(READ_WRITE)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop being a contact: a page that says what happens, and one press."""
    contact = access.own_role(cast("User", request.user), pk)
    if request.method == "POST":
        services.resign(contact=contact)
        messages.success(request, _("You have stopped. Thank you for what you did."))
        return redirect("notices:mine")
    return render(request, "contacts/stop.html", {"contact": contact})


@never_cache
@login_required
@require_http_methods(READ_WRITE)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over to a neighbour who has applied."""
    contact = access.own_role(cast("User", request.user), pk)
    form = SuccessorForm(request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            gone = services.hand_over(contact=contact, successor=form.cleaned_data["successor"])
        except services.StepError:
            messages.warning(request, _("This neighbour cannot take over any more. Choose somebody else."))
            return redirect("contacts:hand_over", pk)
        if gone:
            messages.success(request, _("You have handed over. Thank you for what you did."))
            return redirect("notices:mine")
        messages.success(request, _("Saved. You are relieved as soon as your neighbour is ready."))
        return redirect("contacts:mine", pk)
    link = settings.SITE_URL + reverse("contacts:apply", args=[contact.stairwell_id])
    context = {"contact": contact, "form": form, "link": link, "others": services.may_hand_over(contact)}
    return render(request, "contacts/hand_over.html", context)


@never_cache
@login_required
@require_http_methods(READ_WRITE)
def threatened(request: HttpRequest, pk: int) -> HttpResponse:
    """One press hides the role; the page says whom to call."""
    contact = access.own_role(cast("User", request.user), pk)
    if request.method == "POST":
        told = care.feel_threatened(contact=contact, tell_officer="tell" in request.POST)
        messages.success(request, _("You are hidden. Nobody sees any more that you are a contact."))
        if told is care.Told.TOLD:
            messages.success(request, _("The police officer of your district is told."))
        elif told is care.Told.NOBODY:
            messages.warning(request, _("No police officer is named for your district yet. Call 114 14."))
        return redirect("contacts:threatened", pk)
    return render(request, "contacts/threatened.html", {"contact": contact})


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
