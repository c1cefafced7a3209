"""What waits for an organisation, in sections: what, where, for how long, and one button.

Each section is one query with its oldest rows and how many there are in all. A further kind of thing to do is a
function here and a line in `SECTIONS`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from buildings.access import LANDLORD, MUNICIPALITY, POLICE, Scope
from buildings.models import Building, Contact, StaffMember, Stairwell
from notifications.models import Posting
from watch.join.contacts import todo
from watch.join.contacts.todo import A_YEAR, answered_for
from watch.join.home.yearly import to_ask_by_hand
from watch.models import Action, Meeting, Sign, SignOrder, TrackingRules, Watch
from watch.track.facts import FOR_NEIGHBOURS, months_before

SHOWN = 10
# So long a page may wait for somebody to print it and walk to the board.
TO_THE_BOARD = timedelta(days=2)
MONTHS: int = TrackingRules._meta.get_field("dormant_after_months").default


@dataclass(frozen=True)
class Row:
    """One thing to do: what, where, since when (None when it never was), and where the button leads."""

    what: str
    where: str
    since: date | datetime | None
    url: str

    @property
    def days(self) -> int | None:
        """For how many days it has waited."""
        if self.since is None:
            return None
        day = timezone.localdate(self.since) if isinstance(self.since, datetime) else self.since
        return (timezone.localdate() - day).days


@dataclass(frozen=True)
class Section:
    """A kind of thing to do: its oldest rows, how many there are, the word on the button, and where all of them are."""

    key: str
    title: str
    button: str
    rows: list[Row] = field(default_factory=list)
    number: int = 0
    all_url: str = ""

    @property
    def has_more(self) -> bool:
        """Whether there are more than are shown."""
        return self.number > len(self.rows)


def sections(reach: Scope) -> list[Section]:
    """Everything that waits for the organisation, save what the page shows in ways of its own; empty ones too."""
    return [section(reach) for kinds, section in SECTIONS if not kinds or reach.kind in kinds]


def numbers(reach: Scope) -> list[tuple[str, int]]:
    """What waits, in words and numbers alone, for a mail. Threats are no matter for mail."""
    own = [
        (_("Contacts who wait for you"), todo.contacts_waiting(reach).count()),
        (_("People who wait to be let in"), todo.people_waiting(reach).count()),
        (_("Districts whose contacts should be gathered"), todo.ungathered(reach).count()),
    ]
    found = own + [(section.title, section.number) for section in sections(reach)]
    return [(title, number) for title, number in found if number]


def count(reach: Scope) -> int:
    """How much waits for a press of the organisation's own; one query, for it stands on every page.

    What one cannot do in a press or two, such as finding a contact for a stairwell, is in the list but not counted.
    """
    if reach.staff is None:
        return 0
    waiting: list[QuerySet[Any]] = [
        Contact.objects.waiting_for(reach.kind).filter(answered_for(reach, "stairwell__building")),
        todo.threats(reach),
        todo.ungathered(reach),
        todo.people_waiting(reach),
        _late_actions(reach),
        _unwritten(reach),
        _proposed_dormant(reach),
    ]
    found = [_number(rows) for rows in waiting if not rows.query.is_empty()]
    total = sum(found[1:], start=found[0])
    mine = StaffMember.objects.filter(pk=reach.staff.pk).annotate(waiting=total)
    return int(mine.values_list("waiting", flat=True).get())


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.select_related(None).order_by().annotate(number=Func(F("pk"), function="COUNT")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _oldest(found: QuerySet[Any, Any]) -> tuple[list[Any], int]:
    """The first few of what is found in its order, and how many there are in all; one query."""
    rows = list(found.annotate(in_all=Window(Count("*")))[:SHOWN])
    first = rows[0] if rows else {"in_all": 0}
    return rows, first["in_all"] if isinstance(first, dict) else first.in_all


def _late_actions(reach: Scope) -> QuerySet[Action]:
    return Action.objects.overdue().filter(organisation=reach.organisation)


def late_actions(reach: Scope) -> Section:
    """What the organisation promised at a meeting for a day that has passed."""
    rows, number = _oldest(_late_actions(reach).select_related("district"))
    shown = [
        Row(action.what, action.district.name, action.due_on, reverse("meet:action", args=[action.public_id]))
        for action in rows
    ]
    title = _("Agreed actions that are late")
    return Section("actions", title, _("Say how it went"), shown, number, reverse("meet:actions"))


def _unwritten(reach: Scope) -> QuerySet[Meeting]:
    """Meetings the organisation leads; a neighbour meeting is its contact's to write down."""
    over = Meeting.objects.unrecorded().filter(lead=reach.organisation, stairwell=None)
    return over if reach.kind == LANDLORD else over.filter(district__in=reach.districts())


def unwritten(reach: Scope) -> Section:
    """Meetings that are over and not written down."""
    rows, number = _oldest(_unwritten(reach).select_related("district").order_by("ends_at", "pk"))
    shown = [
        Row(
            f"{meeting.get_kind_display()}, {date_format(timezone.localtime(meeting.starts_at), 'DATE_FORMAT')}",
            ", ".join(filter(None, (meeting.place, meeting.district.name))),
            meeting.ends_at,
            reverse("meet:record", args=[meeting.public_id]),
        )
        for meeting in rows
    ]
    return Section("meetings", _("Meetings nobody has written down"), _("Write it down"), shown, number)


def _proposed_dormant(reach: Scope) -> QuerySet[Watch]:
    """Police and city say whether a watch sleeps."""
    if reach.kind == LANDLORD:
        return Watch.objects.none()
    return Watch.objects.proposed_dormant().filter(answered_for(reach, "building"), building__closed_at=None)


def proposed_dormant(reach: Scope) -> Section:
    """Watches the nightly look found asleep."""
    found = _proposed_dormant(reach).select_related("building__district").order_by("dormant_proposed_at", "pk")
    rows, number = _oldest(found)
    shown = [
        _of_building(watch.building, watch.dormant_proposed_at, reverse("track:watch", args=[watch.building_id]))
        for watch in rows
    ]
    return Section("dormant", _("Watches that seem to be asleep"), _("Say what to do"), shown, number)


def _of_building(building: Building, since: datetime | None, url: str) -> Row:
    return Row(building.designation, building.district.name, since, url)


def _quiet_before(reach: Scope) -> Case:
    """Before when a watch's last meeting must be for it to be overdue: each district has its own number of months."""
    rules = TrackingRules.objects.filter(district__in=reach.districts())
    of_districts = [
        When(building__district=here, then=Value(_months_ago(months)))
        for here, months in rules.values_list("district", "dormant_after_months")
    ]
    return Case(*of_districts, default=Value(_months_ago(MONTHS)), output_field=DateTimeField())


def _months_ago(months: int) -> datetime:
    return timezone.make_aware(datetime.combine(months_before(timezone.localdate(), months), time()))


def _last_held(*here: Q, **match: Any) -> Coalesce:
    """When the latest such meeting for neighbours began, else when the watch came to its state."""
    held = Meeting.objects.held().filter(*here, kind__in=FOR_NEIGHBOURS, contacts_only=False, **match)
    latest = held.order_by("-starts_at").values("starts_at")[:1]
    return Coalesce(Subquery(latest), F("since"))


def meetings_overdue(reach: Scope) -> Section:
    """Buildings whose watch is at work or begins, without a meeting for as long as the district allows."""
    building, here = OuterRef("building"), OuterRef("building__district")
    last = Greatest(
        F("since"),
        _last_held(buildings=building),
        _last_held(stairwells__building=building),
        _last_held(stairwell__building=building),
        _last_held(~Q(lead__kind=LANDLORD) | Q(lead=OuterRef("building__owner")), whole_district=True, district=here),
    )
    met = Contact.objects.shown().filter(
        stairwell__building=building, stairwell__closed_at=None, neighbours_met_on__gte=OuterRef("quiet_before")
    )
    at_work = Watch.objects.filter(
        answered_for(reach, "building"),
        state__in=(Watch.State.ACTIVE, Watch.State.FORMING),
        building__closed_at=None,
    )
    found = at_work.annotate(quiet_before=_quiet_before(reach), last=last)
    found = found.filter(~Exists(met), last__lt=F("quiet_before")).select_related("building__district")
    rows, number = _oldest(found.order_by("last", "pk"))
    shown = [_of_building(watch.building, vars(watch)["last"], reverse("meet:plan")) for watch in rows]
    title = _("Buildings without a meeting for a long time")
    return Section("overdue", title, _("Plan a meeting"), shown, number)


def damaged_signs(reach: Scope) -> Section:
    """Signs that are broken or faded; they should be replaced at once."""
    found = Sign.objects.damaged().filter(answered_for(reach, "building"), building__closed_at=None)
    rows, number = _oldest(found.select_related("building__district"))
    shown = [_of_building(sign.building, sign.changed_at, _signs(sign.building)) for sign in rows]
    return Section("signs", _("Damaged signs"), _("See the signs"), shown, number)


def asked_signs(reach: Scope) -> Section:
    """Signs that wait for the owner's yes."""
    found = SignOrder.objects.filter(answered_for(reach, "building"), state=SignOrder.State.ASKED)
    rows, number = _oldest(found.select_related("building__district").order_by("asked_at", "pk"))
    shown = [_of_building(order.building, order.asked_at, _signs(order.building)) for order in rows]
    return Section("asked", _("Signs that wait for your yes"), _("See the signs"), shown, number)


def _signs(building: Building) -> str:
    return reverse("track:signs", args=[building.pk])


def _contacts(reach: Scope) -> QuerySet[Contact]:
    """Contacts at work the staff may know of; whoever hides from a threat is not among them."""
    own = Contact.objects.shown().filter(answered_for(reach, "stairwell__building"), user__is_active=True)
    return own.filter(stairwell__closed_at=None, stairwell__building__closed_at=None).with_places()


def _yearly(found: QuerySet[Contact], day: str) -> tuple[list[Row], int]:
    """Contacts who have not done something for a year since they began, by alias; who never did comes first."""
    began = Coalesce("activated_at", "applied_at")
    never = Q(**{day: None, "began__lte": timezone.now() - A_YEAR})
    late = found.annotate(began=began).filter(never | Q(**{f"{day}__lte": timezone.localdate() - A_YEAR}))
    rows, number = _oldest(late.order_by(F(day).asc(nulls_first=True), "began", "pk"))
    shown = [
        Row(
            contact.alias,
            f"{contact.stairwell.name}, {contact.stairwell.building.district.name}",
            getattr(contact, day) or vars(contact)["began"],
            reverse("contacts:contact", args=[contact.pk]),
        )
        for contact in rows
    ]
    return shown, number


def neighbours_unmet(reach: Scope) -> Section:
    """Contacts whose neighbours have not met for a year, neither noted by the contact nor held here."""
    since = timezone.now() - A_YEAR
    held = Meeting.objects.held().filter(stairwell=OuterRef("stairwell"), starts_at__gt=since)
    rows, number = _yearly(_contacts(reach).exclude(Exists(held)), "neighbours_met_on")
    title = _("Stairwells whose neighbours have not met for a year")
    return Section("neighbours", title, _("See the contact"), rows, number, reverse("contacts:list"))


def lists_unconfirmed(reach: Scope) -> Section:
    """Contacts who have not gone through their list of households for a year."""
    rows, number = _yearly(_contacts(reach), "list_confirmed_on")
    title = _("Lists of households nobody has gone through for a year")
    return Section("lists", title, _("See the contact"), rows, number, reverse("contacts:list"))


def gaps(reach: Scope) -> Section:
    """Stairwells where nobody helps, or nobody who may be known of; since the last known contact stopped."""
    helped = Contact.objects.shown().values("stairwell")
    ended = Contact.objects.seen_by_staff().filter(stairwell=OuterRef("pk"), ended_at__isnull=False)
    last = ended.order_by("-ended_at").values("ended_at")[:1]
    own = Stairwell.objects.in_public().filter(answered_for(reach, "building"))
    standing = own.exclude(pk__in=helped)
    found = standing.annotate(since=Subquery(last)).order_by(F("since").asc(nulls_first=True), "sort_key", "pk")
    rows, number = _oldest(found.select_related("building__district"))
    shown = [
        Row(
            stairwell.name,
            stairwell.building.district.name,
            vars(stairwell)["since"],
            reverse("buildings:stairwell", args=[stairwell.pk]),
        )
        for stairwell in rows
    ]
    title = _("Stairwells without a contact")
    return Section("gaps", title, _("See the stairwell"), shown, number, reverse("contacts:gaps"))


def _by_stairwell(found: QuerySet[Any, Any], since: str) -> tuple[list[dict[str, Any]], int]:
    """How many rows wait in each stairwell and since when, the oldest first."""
    grouped = found.order_by().values("stairwell", "stairwell__name", "stairwell__building__district__name")
    return _oldest(grouped.annotate(number=Count("pk"), since=Min(since)).order_by("since", "stairwell"))


def unposted(reach: Scope) -> Section:
    """Boards of the company's houses where notices have waited for two days."""
    late = timezone.now() - TO_THE_BOARD
    waiting = Posting.objects.current().filter(posted_at=None, created_at__lt=late)
    rows, number = _by_stairwell(waiting.filter(answered_for(reach, "stairwell__building")), "created_at")
    url = reverse("notices:boards")
    shown = [
        Row(
            row["stairwell__name"],
            ngettext("%(number)s notice", "%(number)s notices", row["number"]) % row,
            row["since"],
            url,
        )
        for row in rows
    ]
    return Section("boards", _("Boards where notices are missing"), _("Put them up"), shown, number, url)


def unreachable(reach: Scope) -> Section:
    """Stairwells with people whom nothing reaches and who have not been asked for a year whether they live there."""
    asked = to_ask_by_hand(timezone.now()).filter(answered_for(reach, "stairwell__building"))
    rows, number = _by_stairwell(asked, "ask_due_at")
    url = reverse("home:by_hand")
    shown = [
        Row(
            row["stairwell__name"],
            ngettext("%(number)s person", "%(number)s people", row["number"]) % row,
            row["since"],
            url,
        )
        for row in rows
    ]
    return Section("unreachable", _("Homes that only a knock reaches"), _("Ask them"), shown, number, url)


Kinds = tuple[str, ...]
EVERYONE: Kinds = ()
LANDLORDS: Kinds = (LANDLORD,)
POLICE_AND_CITY: Kinds = (POLICE, MUNICIPALITY)
# Whose each section is, in the order of the page; the longest list of all comes last.
SECTIONS: tuple[tuple[Kinds, Callable[[Scope], Section]], ...] = (
    (EVERYONE, late_actions),
    (EVERYONE, unwritten),
    (LANDLORDS, asked_signs),
    (LANDLORDS, unposted),
    (LANDLORDS, unreachable),
    (POLICE_AND_CITY, proposed_dormant),
    (POLICE_AND_CITY, damaged_signs),
    (POLICE_AND_CITY, meetings_overdue),
    (POLICE_AND_CITY, neighbours_unmet),
    (POLICE_AND_CITY, lists_unconfirmed),
    (EVERYONE, gaps),
)
