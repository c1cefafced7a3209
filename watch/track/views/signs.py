"""A building's signs: asking, the owner's answer, the order sheet, and what becomes of each."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import LANDLORD, scope, staff_page
from buildings.models import Building, Organisation, Resident, User
from watch.meet.errors import Marked
from watch.models import Sign, SignOrder, SignStep, Watch
from watch.models.watches import state_of
from watch.present.prints.sign_orders import sign_order_sheet
from watch.track import access, signs
from watch.track.forms import OrderForm, PutUpForm
from watch.track.signs import SignError

ORDERS_SHOWN = 10
STEPS_A_PAGE = 20
WHY_NOT: dict[str, Promise] = {
    "asleep": gettext_lazy("Signs are only for an active watch."),
    "many": gettext_lazy("The building has no room for so many signs."),
    "open": gettext_lazy("There is an order under way already. Finish it first."),
    "late": gettext_lazy("Somebody was quicker, or the owner has not said yes. Look at it as it is now."),
    "hung": gettext_lazy("All signs of this order hang already."),
    "unasked": gettext_lazy("The house has a new owner, who has not said yes. Nothing is put up before that."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(of=access.building)
def building_signs(request: HttpRequest, pk: int) -> HttpResponse:
    """The signs of a building; police and city ask for new ones here."""
    building = access.building(cast("User", request.user), pk)
    is_mover = scope(request.user).kind in access.MOVERS
    if request.method == "POST" and not is_mover:
        raise PermissionDenied
    most = signs.most(building)
    form = OrderForm(request.POST if request.method == "POST" else None, most=most, stickers=_households(building))
    if request.method == "POST" and form.is_valid():
        mine = cast("Organisation", scope(request.user).organisation)
        try:
            signs.ask(building=building, organisation=mine, **form.cleaned_data)
        except SignError as error:
            messages.error(request, str(WHY_NOT[error.code]))
        else:
            messages.success(request, _("Asked. %(owner)s is to say yes first.") % {"owner": building.owner})
        return redirect("track:signs", pk)
    return _page(request, building, form if is_mover else None)


def _households(building: Building) -> int:
    """Households that take part: known flats, and people who gave none, one each."""
    here = Resident.objects.present().filter(stairwell__building=building)
    return here.exclude(flat=None).values("flat").distinct().count() + here.filter(flat=None).count()


def _page(
    request: HttpRequest, building: Building, form: OrderForm | None, put_up: PutUpForm | None = None
) -> HttpResponse:
    user = cast("User", request.user)
    is_active = state_of(building) == Watch.State.ACTIVE
    orders = _orders(building)
    to_hang = next((one for one in orders if one.state == SignOrder.State.DELIVERED and one.left > 0), None)
    steps = SignStep.objects.filter(Q(order__building=building) | Q(sign__building=building))
    steps = steps.select_related("organisation", "order", "sign__stairwell")
    hanging = Sign.objects.hanging().filter(building=building).select_related("stairwell", "changed_by")
    context = {
        "building": building,
        "is_active": is_active,
        "is_owner": access.is_owner(user, building),
        "is_mover": scope(user).kind in access.MOVERS,
        "orders": [(one, _asks_owner(one)) for one in orders[:ORDERS_SHOWN]],
        "signs": hanging,
        "form": form,
        "to_hang": to_hang,
        "may_hang": is_active and to_hang is not None and to_hang.has_owners_yes,
        "put_up": put_up or (PutUpForm(building=building) if to_hang else None),
        "may_ask": is_active and not any(one.state in SignOrder.OPEN for one in orders),
        "page": Paginator(steps, STEPS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "track/signs.html", context)


def _orders(building: Building) -> list[Any]:
    """The building's orders, newest first, with how many signs of each do not hang (`left`) and how many do (`up`)."""
    found = SignOrder.objects.filter(building=building).select_related("organisation", "answered_by", "building")
    wanted = Q(put_up__state__in=Sign.WANTED)
    return list(
        found.annotate(left=F("signs") - Count("put_up"), up=Count("put_up", filter=wanted)).order_by(
            "-asked_at", "-pk"
        )
    )


def _asks_owner(order: Any) -> bool:
    """Whether the owner has something to answer: not about an order of which nothing hangs or is to hang."""
    is_used_up = order.state == SignOrder.State.DELIVERED and order.left <= 0 and not order.up
    return bool(order.waits_for_owner and not is_used_up)


def _take(request: HttpRequest, building: int, step: Any, **facts: Any) -> HttpResponse:
    """A step with signs, and why not when it could not be taken."""
    try:
        step(**facts)
    except SignError as error:
        messages.error(request, str(WHY_NOT[error.code]))
    else:
        messages.success(request, _("Noted."))
    return redirect("track:signs", building)


@require_POST
@staff_page(of=access.order)
def order_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The owner's yes or no; police and city say that it is ordered, has come, or is not needed any more."""
    order = access.order(cast("User", request.user), pk)
    reach = scope(request.user)
    if step in ("ja", "nej"):
        if not access.is_owner(cast("User", request.user), order.building):
            raise PermissionDenied
        return _take(
            request, order.building_id, signs.answer, order=order, owner=reach.organisation, allowed=step == "ja"
        )
    if reach.kind == LANDLORD:
        raise PermissionDenied
    steps = {"bestalld": signs.order, "levererad": signs.deliver, "aterta": signs.take_back}
    return _take(request, order.building_id, steps[step], order=order, organisation=reach.organisation)


@require_POST
@staff_page(of=access.order)
def hang(request: HttpRequest, pk: int) -> HttpResponse:
    """A sign of a delivered order hangs somewhere."""
    order = access.order(cast("User", request.user), pk)
    building = access.building(cast("User", request.user), order.building_id)
    form = PutUpForm(request.POST, building=building)
    if not form.is_valid():
        return _page(request, building, None, form)
    mine = cast("Organisation", scope(request.user).organisation)
    try:
        return _take(request, building.pk, signs.put_up, order=order, organisation=mine, **form.cleaned_data)
    except Marked:
        form.add_error("place", _("The words hold a number that points a person out. Take it away."))
        return _page(request, building, None, form)


@require_POST
@staff_page(of=access.sign)
def sign_step(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """What became of a sign."""
    sign = access.sign(cast("User", request.user), pk)
    return _take(
        request, sign.building_id, signs.become, sign=sign, state=state, organisation=scope(request.user).organisation
    )


@require_safe
@staff_page(of=access.order)
def order_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to print or send to whoever makes signs."""
    order = access.order(cast("User", request.user), pk)
    return sign_order_sheet(order).answer()
