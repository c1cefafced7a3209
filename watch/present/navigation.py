"""Where the person reading a page can go."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from buildings.access import LANDLORD, MUNICIPALITY, POLICE, Scope
from watch.present.access import WRITERS
from watch.track import todos


@dataclass(frozen=True)
class Place:
    """One line of the navigation."""

    url: str
    icon: str
    label: str
    current: str


# Pages that stand under another page's line of the navigation.
UNDER = {
    "buildings:building": "buildings:list",
    "buildings:stairwell": "buildings:list",
    "track:promise_new": "track:promise_work",
    "track:promise_edit": "track:promise_work",
    "track:promise_work_on": "track:promise_work",
    "track:commitment_new": "track:promise_work",
    "track:commitment_edit": "track:promise_work",
    "track:commitment_withdraw": "track:promise_work",
    "track:follow_up_new": "track:promise_work",
    "track:follow_up_correct": "track:promise_work",
    "track:quick": "track:promise_work",
    "track:situation_new": "track:promise_work",
    "track:situation_edit": "track:promise_work",
    "track:voice": "track:voices",
    "track:survey": "track:surveys",
    "track:survey_words": "track:surveys",
    "track:watch": "buildings:list",
    "track:move": "buildings:list",
    "track:signs": "buildings:list",
    "track:hang": "buildings:list",
    "doors:letters": "buildings:list",
    "doors:house_letters": "buildings:list",
    "doors:residents": "buildings:list",
    "doors:resident": "buildings:list",
    "doors:reveal_name": "buildings:list",
    "doors:neighbours": "notices:mine",
    "buildings:plan": "buildings:register",
    "buildings:proposals": "buildings:register",
    "notices:compose": "notices:outbox",
    "notices:edit": "notices:outbox",
    "notices:confirm": "notices:outbox",
    "notices:progress": "notices:outbox",
    "notices:delete": "notices:outbox",
    "notices:templates": "notices:outbox",
    "notices:template_new": "notices:outbox",
    "notices:template_edit": "notices:outbox",
    "notices:template_delete": "notices:outbox",
    "notices:approve": "notices:outbox",
    "notices:call_off": "notices:outbox",
    "relay:write": "notices:mine",
    "relay:thread": "notices:mine",
    "relay:inbox": "notices:mine",
    "join:leave": "notices:preferences",
    "home:agreements": "notices:preferences",
    "home:addresses": "notices:preferences",
    "home:address_code": "notices:preferences",
    "home:by_hand": "buildings:list",
    "home:broker": "notices:preferences",
    "home:move": "notices:mine",
    "join:staff_remove": "join:staff",
    "mydata:erase": "mydata:mine",
    "meet:meeting": "meet:list",
    "meet:my_calendar": "meet:list",
    "meet:prints": "meet:list",
    "meet:reply": "meet:list",
    "meet:type_in": "meet:list",
    "meet:plan": "meet:list",
    "meet:edit": "meet:list",
    "meet:delete": "meet:list",
    "meet:invite": "meet:list",
    "meet:cancel": "meet:list",
    "meet:series": "meet:list",
    "meet:series_overview": "meet:list",
    "meet:neighbour": "meet:list",
    "meet:venues": "meet:list",
    "meet:venue": "meet:list",
    "meet:record": "meet:list",
    "meet:publish": "meet:list",
    "meet:actions": "meet:list",
    "meet:action": "meet:list",
    "meet:attendance": "meet:list",
    "meet:doors": "meet:list",
    "track:board": "track:boards",
    "track:figures": "track:boards",
    "present:text": "present:texts",
    "present:languages": "present:texts",
    "contacts:contact": "contacts:list",
    "contacts:gaps": "contacts:list",
    "contacts:mine": "notices:mine",
    "contacts:apply": "notices:mine",
    "contacts:stop": "notices:mine",
    "contacts:hand_over": "notices:mine",
    "contacts:threatened": "notices:mine",
}


def _current(name: str, here: str) -> str:
    """What `aria-current` says of the place: this very page, a page under it, or neither."""
    if name == here:
        return "page"
    return "true" if UNDER.get(here) == name or (name == "mfa_index" and here.startswith("mfa_")) else ""


def _to_do(reach: Scope) -> str:
    """The to-do list's label, with how much waits."""
    waiting = todos.count(reach)
    return _("To do (%(number)s)") % {"number": waiting} if waiting else _("To do")


def _names(reach: Scope) -> list[tuple[str, str, str]]:
    """Route, icon and label of each place, in the order of use."""
    names = _at_work(reach)
    if reach.has_home or not names:
        names.append(("notices:mine", "stairs", _("My stairwell")))
        if not reach.staff:
            names.append(("meet:list", "calendar", _("Meetings")))
        names.append(("notices:preferences", "settings", _("Settings")))
    names.append(("mydata:mine", "shield-check", _("My data")))
    if reach.membership or reach.user.is_superuser:
        names.append(("mfa_index", "lock", _("Sign-in security")))
    return names


def _at_work(reach: Scope) -> list[tuple[str, str, str]]:
    """The places of staff and of the operator."""
    names: list[tuple[str, str, str]] = []
    notices = ("notices:outbox", "bell", _("Notices"))
    houses = ("buildings:list", "house", _("Buildings"))
    if reach.staff:
        names.append(("track:todo", "check", _to_do(reach)))
        names.append(("track:boards", "stairs", _("Overview")))
    if reach.kind == LANDLORD:
        names += [houses, ("buildings:register", "list", _("Register")), notices]
        names.append(("notices:boards", "board", _("Boards")))
        names.append(("doors:waiting", "wait", _("Waiting")))
    elif reach.staff:
        names += [notices, houses]
    if reach.staff:
        names.append(("meet:list", "calendar", _("Meetings")))
        names.append(("contacts:list", "person", _("Contacts")))
    names += _followed(reach)
    if reach.kind in (LANDLORD, POLICE):
        names.append(("relay:passed_on", "mail", _("Passed on")))
    if reach.staff and reach.staff.is_administrator:
        names.append(("join:staff", "people", _("Staff")))
    if reach.is_operator:
        names.append(("operator:index", "key", _("Operator")))
    return names


def _followed(reach: Scope) -> list[tuple[str, str, str]]:
    """What is followed up and told in public."""
    names: list[tuple[str, str, str]] = []
    if reach.kind in (POLICE, MUNICIPALITY):
        names.append(("track:promise_work", "check", _("Promises")))
        names.append(("track:surveys", "list", _("Safety survey")))
    if reach.staff:
        names.append(("track:voices", "mail", _("Views and ideas")))
    if reach.kind in WRITERS:
        names.append(("present:texts", "edit", _("District pages")))
    return names


@cache
def _address(name: str) -> str:
    """Where a place without a key of its own is; addresses are the same in every language."""
    return reverse(name)


def navigation(request: HttpRequest | None, reach: Scope | None) -> list[Place]:
    """The places a signed-in person can go; empty for everyone else."""
    if request is None or reach is None or not reach.user.is_authenticated:
        return []
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return [Place(_address(name), icon, label, _current(name, here)) for name, icon, label in _names(reach)]


def who(reach: Scope | None) -> str:
    """Whom the person is signed in as: the chosen name and what they are here as."""
    if reach is None or not reach.user.is_authenticated:
        return ""
    name = reach.user.name or _("a neighbour")
    if reach.is_operator:
        return _("the operator")
    if reach.membership:
        return _("%(name)s at %(organisation)s") % {"name": name, "organisation": reach.membership.organisation}
    if reach.residencies:
        return _("%(name)s, %(stairwell)s") % {"name": name, "stairwell": reach.residencies[0].stairwell}
    return str(name)
