"""The to-do page of an organisation, and the few presses on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from buildings.access import MUNICIPALITY, POLICE, scope, staff_page
from buildings.models import Contact, StaffMember, User
from watch.join.contacts import access, care, todo
from watch.join.contacts.forms import DayForm
from watch.join.contacts.gathering import note_gathered
from watch.track import todos as read
from watch.track import weekly as mail

A_PAGE = 25


@dataclass(frozen=True)
class Waiting:
    """A contact who waits for the organisation: what for, and for how many days."""

    contact: Contact
    what: str
    days: int


@never_cache
@require_safe
@staff_page()
def todos(request: HttpRequest) -> HttpResponse:
    """What waits for the organisation, the oldest first."""
    return _page(request)


def _page(request: HttpRequest, asked: tuple[int, DayForm] | None = None) -> HttpResponse:
    reach = scope(request.user)
    page = Paginator(todo.contacts_waiting(reach), A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    districts = list(todo.ungathered(reach))
    forms = {
        district.pk: asked[1]
        if asked and asked[0] == district.pk
        else DayForm(auto_id=f"gathered-{district.pk}-%s", initial={"on": today})
        for district in districts
    }
    context = {
        "page": page,
        "waiting": [Waiting(contact, _what(contact), _days(contact)) for contact in page.object_list],
        "threats": todo.threats(reach),
        "gatherings": [(district, forms[district.pk]) for district in districts],
        "doors": todo.doors_waiting(reach),
        "sections": [section for section in read.sections(reach) if section.number],
        "gets_mail": mail.is_wanted(cast("StaffMember", reach.staff)),
    }
    return render(request, "track/todo.html", context)


def _what(contact: Contact) -> str:
    """What the organisation is to do with the contact."""
    return {
        Contact.State.APPLIED: _("Say whether the person lives there"),
        Contact.State.CONFIRMED: _("Invite to training and note it"),
        Contact.State.TRAINED: _("Say the last yes"),
    }[Contact.State(contact.state)]


def _days(contact: Contact) -> int:
    """Since when it has waited, in days; only on contacts `with_since`."""
    since: datetime = vars(contact)["since"]
    return (timezone.localdate() - timezone.localdate(since)).days


@require_POST
@staff_page(POLICE, of=access.threat)
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer has seen that a contact feels threatened."""
    if care.note_seen(threat=access.threat(cast("User", request.user), pk)):
        messages.success(request, _("Noted that the police have seen it."))
    else:
        messages.info(request, _("A colleague has seen it already."))
    return redirect("track:todo")


@require_POST
@staff_page(POLICE, MUNICIPALITY, of=access.district)
def gathered(request: HttpRequest, pk: int) -> HttpResponse:
    """The district's contacts were gathered on a day."""
    district = access.district(cast("User", request.user), pk)
    form = DayForm(request.POST, auto_id=f"gathered-{district.pk}-%s")
    if not form.is_valid():
        return _page(request, asked=(district.pk, form))
    note_gathered(district=district, on=form.cleaned_data["on"])
    messages.success(request, _("Noted. We remind you in a year."))
    return redirect("track:todo")


@require_POST
@staff_page()
def weekly(request: HttpRequest) -> HttpResponse:
    """Turn one's own weekly mail on or off; any other press changes nothing."""
    wanted = {"on": True, "off": False}.get(request.POST.get("mail", ""))
    if wanted is not None:
        mail.choose(staff=cast("StaffMember", scope(request.user).staff), wanted=wanted)
        on, off = _("You get a mail on Mondays."), _("You get no mail on Mondays.")
        messages.success(request, on if wanted else off)
    return redirect("track:todo")
