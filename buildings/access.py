"""Who may see and do what on this floor: `scope(user)` and the loaders of its nouns.

Outside a person's scope is 404, inside without the role is 403, unsigned is the sign-in page.
Staff rights exist only behind a second factor: without one `scope(user).staff` is None and
`staff_page` sends the person to set one up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from buildings.models import (
    Building,
    Contact,
    District,
    Flat,
    Organisation,
    RegisterUpload,
    Resident,
    StaffMember,
    User,
)
from buildings.models import Stairwell as StairwellModel

LANDLORD = Organisation.Kind.LANDLORD
POLICE = Organisation.Kind.POLICE
MUNICIPALITY = Organisation.Kind.MUNICIPALITY

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Scope:
    """What one person can reach. Every part is read once a request, when first asked for."""

    user: User | AnonymousUser

    @cached_property
    def membership(self) -> StaffMember | None:
        """The person's current work for an organisation, second factor or not."""
        # Whoever was read with `works_here` (watch.join.people_in) and does not work here costs no further query.
        if not self.user.is_authenticated or not getattr(self.user, "works_here", True):
            return None
        return StaffMember.objects.of(self.user).first()

    @cached_property
    def awaits_second_factor(self) -> bool:
        """Whether staff or operator rights lie idle until the person sets up a second factor."""
        has_rights = self.user.is_superuser or self.membership is not None
        return bool(settings.STAFF_SECOND_FACTOR and has_rights and not is_mfa_enabled(cast("User", self.user)))

    @property
    def staff(self) -> StaffMember | None:
        """The membership the person may act under now."""
        return None if self.membership is None or self.awaits_second_factor else self.membership

    @property
    def organisation(self) -> Organisation | None:
        """The organisation the person may act for now."""
        return self.staff.organisation if self.staff else None

    @property
    def kind(self) -> str:
        """The organisation's kind, or an empty text."""
        return self.organisation.kind if self.organisation else ""

    @property
    def is_operator(self) -> bool:
        """Whether the person runs the installation."""
        return bool(self.user.is_superuser and not self.awaits_second_factor)

    @cached_property
    def residencies(self) -> list[Resident]:
        """Where the person has joined, newest first."""
        return list(Resident.objects.of(self.user)) if self.user.is_authenticated else []

    @cached_property
    def has_home(self) -> bool:
        """Whether the person has joined anywhere; cheaper than `residencies` on a page that does not show them."""
        if "residencies" in self.__dict__ or not self.user.is_authenticated:
            return bool(self.residencies)
        # Who did not live here when the request began may have joined since.
        return getattr(self.user, "lives_here", False) or Resident.objects.present().filter(user=self.user).exists()

    @cached_property
    def contact_stairwells(self) -> frozenset[int]:
        """Stairwells the person is an active contact of."""
        if not self.user.is_authenticated:
            return frozenset()
        active = Contact.objects.active().filter(user=self.user)
        return frozenset(active.values_list("stairwell_id", flat=True))

    @cached_property
    def home_stairwells(self) -> frozenset[int]:
        """Stairwells the person has joined."""
        return frozenset(resident.stairwell_id for resident in self.residencies)

    def districts(self) -> QuerySet[District]:
        """Districts the person's organisation lets them act in."""
        if not self.staff:
            return District.objects.none()
        served = District.objects.filter(organisations=self.staff.organisation_id)
        return served if self.kind == LANDLORD else served.filter(staff=self.staff)

    def buildings(self) -> QuerySet[Building]:
        """Buildings the person answers for as staff: a landlord's own, police and city their districts'."""
        if not self.staff:
            return Building.objects.none()
        if self.kind == LANDLORD:
            return Building.objects.filter(owner=self.staff.organisation_id)
        return Building.objects.filter(district__in=self.districts())

    def stairwells(self) -> QuerySet[StairwellModel]:
        """Stairwells of `buildings()`."""
        return StairwellModel.objects.filter(building__in=self.buildings())

    def places(self) -> Q:
        """A filter on Stairwell: those the person lives in, is contact of, or answers for."""
        own = Q(pk__in=self.home_stairwells | self.contact_stairwells)
        return own | Q(building__in=self.buildings()) if self.staff else own


def scope(user: User | AnonymousUser) -> Scope:
    """The person's scope, kept on the person for the length of a request."""
    known = getattr(user, "_scope", None)
    if not isinstance(known, Scope):
        known = Scope(user)
        user._scope = known  # type: ignore[union-attr]
    return known


def staff_page(
    *kinds: str, administrator: bool = False, of: Callable[[User, int], object] | None = None
) -> Callable[[View], View]:
    """For a view only staff of these kinds of organisation (any, when none is named) may open.

    `of` loads the object the page is about by its pk, so that for someone without the role what lies
    outside their scope is 404, not 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = scope(cast("User", request.user))
            if person.awaits_second_factor:
                return redirect("mfa_index")
            staff = person.staff
            if staff is None or (kinds and person.kind not in kinds) or (administrator and not staff.is_administrator):
                if of is not None:
                    of(cast("User", request.user), kwargs["pk"])
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.staff_kinds = kinds  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def building(user: User, pk: int) -> Building:
    """A standing building the person answers for as staff, or 404; a tenant of it gets 403."""
    reach = scope(user)
    found = get_object_or_404(Building.objects.standing().select_related("owner", "district"), pk=pk)
    if reach.buildings().filter(pk=pk).exists():
        return found
    if StairwellModel.objects.filter(reach.places(), building=pk).exists():
        raise PermissionDenied
    raise Http404


def stairwell(user: User, pk: int) -> StairwellModel:
    """A stairwell the person answers for as staff, or 404; its own tenants get 403."""
    reach = scope(user)
    found = get_object_or_404(StairwellModel.objects.select_related("building__owner", "building__district"), pk=pk)
    if reach.stairwells().filter(pk=pk).exists():
        return found
    if StairwellModel.objects.filter(reach.places(), pk=pk).exists():
        raise PermissionDenied
    raise Http404


def register_upload(user: User, pk: int) -> RegisterUpload:
    """An upload of the person's own company, or 404."""
    uploads = RegisterUpload.objects.select_related("organisation", "district").filter(
        organisation=scope(user).organisation
    )
    return get_object_or_404(uploads, pk=pk)


def proposed_place(user: User, kind: str, pk: int) -> Building | StairwellModel | Flat:
    """A place of the person's own company that is proposed for closing, or 404."""
    owner = scope(user).organisation
    places: dict[str, QuerySet[Any]] = {
        "building": Building.objects.filter(owner=owner),
        "stairwell": StairwellModel.objects.filter(building__owner=owner),
        "flat": Flat.objects.filter(stairwell__building__owner=owner),
    }
    if kind not in places:
        raise Http404
    place: Building | StairwellModel | Flat = get_object_or_404(
        places[kind], pk=pk, closing_proposed_at__isnull=False, closed_at=None
    )
    return place


def staff_member(user: User, pk: int) -> StaffMember:
    """A current colleague at the person's own organisation, or 404."""
    colleagues = StaffMember.objects.current().filter(organisation=scope(user).organisation)
    return get_object_or_404(colleagues.select_related("user", "organisation"), pk=pk)
