"""Loads meetings for a person through buildings' scope: outside is 404, inside without the role 403."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import LANDLORD, MUNICIPALITY, POLICE, scope
from buildings.models import Contact, District, JoinCode, Stairwell, User
from notifications import audience
from watch.models import Action, Meeting, Record, Venue
from watch.models.meetings import MeetingQuerySet
from watch.models.records import ActionQuerySet

WITH = ("lead", "district", "venue", "stairwell__building", "called_by")


def organised(user: User) -> MeetingQuerySet:
    """Meetings the person may plan, change and write down: their organisation's, and those they call as a contact.

    Police and city staff act in the districts they serve, the landlord's wherever its houses are. A contact's meeting
    is the contact's, and the owner's to help with.
    """
    reach = scope(user)
    mine = Q(called_by__user=user.pk, called_by__state=Contact.State.ACTIVE)
    if reach.organisation:
        own = Q(pk__in=Meeting.organisers.through.objects.filter(organisation=reach.organisation).values("meeting"))
        own |= Q(lead=reach.organisation)
        mine |= own if reach.kind == LANDLORD else own & Q(district__in=reach.districts())
    return Meeting.objects.filter(mine).select_related(*WITH).prefetch_related("texts", "organisers")


def invited(user: User) -> MeetingQuerySet:
    """Meetings that are meant for the person as a tenant or a contact, drafts aside."""
    reach = scope(user)
    told = Meeting.objects.told().exclude(kind=Meeting.Kind.DOOR_KNOCK)
    home = Q(pk__in=reach.home_stairwells | reach.contact_stairwells)
    found = Q(pk__in=told.for_stairwells(home).filter(contacts_only=False).values("pk"))
    as_contact = Q(pk__in=reach.contact_stairwells)
    found |= Q(pk__in=told.for_stairwells(as_contact).filter(contacts_only=True).values("pk"))
    return told.filter(found).select_related(*WITH).prefetch_related("texts", "organisers")


def readable(user: User) -> MeetingQuerySet:
    """Meetings the person may see: those they are invited to, organise or answer for as staff, and public ones.

    A meeting for contacts is for them and for who organises it.
    """
    found = _inside(user) | Q(is_public=True) & ~Q(state=Meeting.State.DRAFT)
    return Meeting.objects.filter(found).select_related(*WITH).prefetch_related("texts", "organisers")


def _inside(user: User) -> Q:
    """Meetings the person is invited to, organises or answers for, which is more than that anyone may come."""
    reach = scope(user)
    found = Q(pk__in=invited(user).values("pk")) | Q(pk__in=organised(user).values("pk"))
    if reach.staff:
        served = Meeting.objects.told().for_stairwells(Q(building__in=reach.buildings())).filter(contacts_only=False)
        found |= Q(pk__in=served.values("pk"))
    return found


def may_write(user: User, meeting: Meeting) -> bool:
    """Whether the person may put words to a meeting `own_meeting` gave: staff who organise it, never a contact."""
    mine = scope(user).organisation
    return mine is not None and (meeting.lead_id == mine.pk or mine in meeting.organisers.all())


def may_note_attendance(user: User, meeting: Meeting) -> bool:
    """Whether the person, who may write, can note which contacts came: police and city, when contacts were meant."""
    return meeting.kind in Meeting.FOR_CONTACTS and scope(user).kind in (POLICE, MUNICIPALITY)


def meeting(user: User, public_id: UUID) -> Meeting:
    """A meeting the person may see, or 404: in one query with its record, and with what the person is to it.

    That is `is_own`, `is_inside` (not only because anyone may come) and `is_printable`; `promises` is how many actions
    were agreed.
    """
    here = {"pk": OuterRef("pk")}
    promises = Action.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(n=Count("pk"))
    found = readable(user).annotate(
        is_own=Exists(organised(user).filter(**here)),
        is_inside=Exists(Meeting.objects.filter(_inside(user), **here)),
        is_printable=Exists(printable(user).filter(**here)),
        promises=Coalesce(Subquery(promises.values("n")), 0),
    )
    return get_object_or_404(found.select_related("record"), public_id=public_id)


def may_answer(user: User, meeting: Meeting) -> bool:
    """Whether the person is asked to come: they are invited, or anyone is; staff are there for their work."""
    reach = scope(user)
    lives_or_helps = bool(reach.home_stairwells or reach.contact_stairwells)
    if meeting.is_public and reach.staff is None:
        return True
    return lives_or_helps and invited(user).filter(pk=meeting.pk).exists()


def linked_meeting(pk: int | None) -> Meeting:
    """A meeting that is answered by link, or 404; those for contacts are not, so that no link tells who is one."""
    told = Meeting.objects.told().filter(contacts_only=False).exclude(kind=Meeting.Kind.DOOR_KNOCK)
    return get_object_or_404(told.select_related(*WITH).prefetch_related("texts", "organisers"), pk=pk or 0)


def own_meeting(user: User, public_id: UUID, *, reads: Iterable[str] = ("texts", "organisers")) -> Meeting:
    """A meeting the person may plan, change and write down; one they may only see is 403, any other 404.

    `reads` is what comes with it.
    """
    own = organised(user).prefetch_related(None).prefetch_related(*reads)
    found = own.filter(public_id=public_id).first()
    if found:
        return found
    if readable(user).filter(public_id=public_id).exists():
        raise PermissionDenied
    raise Http404


def contact_role(user: User, pk: int) -> Contact:
    """The person's own active role in this stairwell, or 404."""
    roles = Contact.objects.active().select_related(
        "user", "stairwell__building__owner", "stairwell__building__district"
    )
    return get_object_or_404(roles, user=user, stairwell=pk)


def venue(user: User, pk: int) -> Venue:
    """An open place to meet in a district the person serves as staff, or 404."""
    return get_object_or_404(
        Venue.objects.open().select_related("district"), pk=pk, district__in=scope(user).districts()
    )


def written_meeting(user: User, public_id: UUID, *kinds: str) -> Meeting:
    """A meeting the person may put words to; of another kind than these, when any are named, it is 404."""
    found = own_meeting(user, public_id)
    if not may_write(user, found):
        raise PermissionDenied
    if kinds and found.kind not in kinds:
        raise Http404
    return found


def trained_meeting(user: User, public_id: UUID) -> Meeting:
    """A training or gathering whose attendance the person may note."""
    found = written_meeting(user, public_id, *Meeting.FOR_CONTACTS)
    if not may_note_attendance(user, found):
        raise PermissionDenied
    return found


def printable(user: User) -> MeetingQuerySet:
    """Meetings the person prints for a board: staff those they answer for, contacts those meant for their stairwells.

    What was said among contacts is for no board.
    """
    reach = scope(user)
    mine = Q(pk__in=reach.contact_stairwells)
    if reach.staff:
        mine |= Q(building__in=reach.buildings())
    found = Q(pk__in=Meeting.objects.for_stairwells(mine).values("pk"))
    if reach.staff:
        found |= Q(pk__in=organised(user).values("pk"))
    return Meeting.objects.filter(found, contacts_only=False)


def summary(user: User, public_id: UUID) -> Record:
    """The published record of a meeting, for a stairwell's board; readers without a board get 403."""
    found = meeting(user, public_id)
    record = get_object_or_404(Record, meeting=found, published_at__isnull=False)
    if found.contacts_only:
        raise Http404
    if not printable(user).filter(pk=found.pk).exists():
        raise PermissionDenied
    record.meeting = found
    return record


def actions(user: User) -> ActionQuerySet:
    """Actions staff may know of: their own organisation's, and those of meetings they answer for."""
    reach = scope(user)
    known = Q(organisation=reach.organisation) | Q(meeting__in=Meeting.objects.filter(_inside(user)).values("pk"))
    found: ActionQuerySet = Action.objects.filter(known).select_related("meeting", "organisation", "district")
    return found


def action(user: User, public_id: UUID) -> Action:
    """An action the person may close: staff of its organisation, or of those who organise the meeting.

    For others who may see the meeting it is 403, else 404.
    """
    found = get_object_or_404(Action.objects.select_related("meeting", "organisation", "district"), public_id=public_id)
    reach = scope(user)
    if reach.organisation == found.organisation:
        return found
    if reach.organisation and organised(user).filter(pk=found.meeting_id).exists():
        return found
    if readable(user).filter(pk=found.meeting_id).exists():
        raise PermissionDenied
    raise Http404


def printed(user: User, meeting: Meeting) -> QuerySet[Stairwell]:
    """Stairwells among those meant that the person may print invitations for: staff for theirs, a contact at home."""
    reach = scope(user)
    own = Q(pk__in=reach.contact_stairwells)
    if reach.staff:
        own |= Q(building__in=reach.buildings())
    meant = audience.places(meeting.audience).filter(own)
    return meant.select_related("building__owner").order_by("sort_key", "pk")


def may_print(user: User, meeting: Meeting) -> bool:
    """Whether invitations to it are the person's to print: staff who see it, and contacts who are meant."""
    reach = scope(user)
    if meeting.contacts_only:
        return False
    return reach.staff is not None or (bool(reach.contact_stairwells) and printed(user, meeting).exists())


def printed_stairwell(user: User, meeting: Meeting, pk: int) -> Stairwell:
    """One of those, or 403 for whoever lives there, 404 for any other. Meetings for contacts stand on no board."""
    if meeting.contacts_only:
        raise Http404
    found = printed(user, meeting).filter(pk=pk).first()
    if found:
        return found
    if pk in scope(user).home_stairwells and audience.places(meeting.audience).filter(pk=pk).exists():
        raise PermissionDenied
    raise Http404


def join_code(user: User, stairwell: Stairwell) -> JoinCode | None:
    """The stairwell's valid code, for its contact and its owner's staff alone: it is a proof of address."""
    reach = scope(user)
    owns = reach.kind == LANDLORD and stairwell.building.owner == reach.organisation
    if not owns and stairwell.pk not in reach.contact_stairwells:
        return None
    return JoinCode.objects.valid().filter(stairwell=stairwell).first()


def public_meetings(place: District) -> MeetingQuerySet:
    """What anyone may come to in a district, whenever it is or was; the earliest first."""
    found = Meeting.objects.public().exclude(kind=Meeting.Kind.DOOR_KNOCK).filter(district=place)
    return found.select_related(*WITH).prefetch_related("texts", "organisers").order_by("starts_at", "pk")


def public_meeting(public_id: UUID) -> Meeting:
    """A meeting anyone may come to, or 404."""
    found = Meeting.objects.public().exclude(kind=Meeting.Kind.DOOR_KNOCK).select_related(*WITH)
    return get_object_or_404(found.prefetch_related("texts", "organisers"), public_id=public_id)


def district(slug: str) -> District:
    """A district whose public meetings anyone may see, or 404."""
    return get_object_or_404(District, slug=slug)
