"""Loads meetings for a person through buildings' scope: outside is 404, inside without the role 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import LANDLORD, scope
from buildings.models import Contact, District, User
from watch.models import Action, Meeting, Venue
from watch.models.meetings import MeetingQuerySet

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
    reach = scope(user)
    found = Q(pk__in=invited(user).values("pk")) | Q(pk__in=organised(user).values("pk"))
    found |= Q(is_public=True) & ~Q(state=Meeting.State.DRAFT)
    if reach.staff:
        served = Meeting.objects.told().for_stairwells(Q(building__in=reach.buildings())).filter(contacts_only=False)
        found |= Q(pk__in=served.values("pk"))
    return Meeting.objects.filter(found).select_related(*WITH).prefetch_related("texts", "organisers")


def meeting(user: User, public_id: UUID) -> Meeting:
    """A meeting the person may see, or 404."""
    return get_object_or_404(readable(user), public_id=public_id)


def own_meeting(user: User, public_id: UUID) -> Meeting:
    """A meeting the person may plan, change and write down; one they may only see is 403, any other 404."""
    found = organised(user).filter(public_id=public_id).first()
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


def action(user: User, public_id: UUID) -> Action:
    """An action of a meeting the person may see; 403 for anybody but its organisation and the meeting's organisers."""
    reach = scope(user)
    found = get_object_or_404(Action.objects.select_related("meeting", "organisation", "district"), public_id=public_id)
    if reach.organisation == found.organisation or organised(user).filter(pk=found.meeting_id).exists():
        return found
    if readable(user).filter(pk=found.meeting_id).exists():
        raise PermissionDenied
    raise Http404


def district(slug: str) -> District:
    """A district whose public meetings anyone may see, or 404."""
    return get_object_or_404(District, slug=slug)
