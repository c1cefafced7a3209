"""A provider's later word on what it took: delivered, bounced, unwanted.

Each verb is one conditional change, so the same word heard twice, or in another order than it was said, ends the
same. A provider may speak before the send is booked; the row is then settled here and the books leave it alone.
"""

import re
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from buildings.models import Consent
from notifications.endpoints import set_wants
from notifications.models import Delivery, Endpoint, Message, OutboxState
from notifications.outbox.books import PROVIDER_ID_LENGTH
from notifications.outbox.claim import message_id
from notifications.outbox.digest import follow

log = structlog.get_logger(__name__)

BOUNCED, SOFT, COMPLAINED, LEFT, DELAYED = "bounced", "bounced-soft", "complained", "left-at-provider", "delayed"
# Words after which nothing a provider says about the row changes it any more.
LAST_WORDS = (BOUNCED, COMPLAINED, LEFT)
_ROW_NAME = re.compile(r"([dm])([0-9]{1,18})\.[0-9a-f]{20}")


class Row(NamedTuple):
    """An outbox row a provider speaks of."""

    model: type[Delivery] | type[Message]
    pk: int


def named(row_name: str) -> Row | None:
    """The row with this name (the part of its Message-ID before the @); None when we never gave it."""
    match = _ROW_NAME.fullmatch(row_name)
    if match is None:
        return None
    kind, pk = match[1], int(match[2])
    if not constant_time_compare(message_id(kind, pk).strip("<>").partition("@")[0], row_name):
        return None
    return Row(Delivery if kind == "d" else Message, pk)


def known_as(provider_id: str) -> Row | None:
    """The delivery the provider calls so; None when none is booked under that name."""
    if not provider_id or not provider_id.isprintable():
        return None
    pk = Delivery.objects.filter(provider_id=provider_id[:PROVIDER_ID_LENGTH]).values_list("pk", flat=True).first()
    return Row(Delivery, pk) if pk is not None else None


@transaction.atomic
def delivered(*, row: Row, provider_id: str = "") -> bool:
    """The receiver's server has it; False when that is no news."""
    news = _settle(row, ~Q(state=OutboxState.DELIVERED), OutboxState.DELIVERED, "", provider_id)
    if news:
        Endpoint.objects.filter(_carried_by(row), refusals__gt=0).update(refusals=0)
    return news


@transaction.atomic
def delayed(*, row: Row) -> bool:
    """The provider still tries; noted on a row that is sent, which stays so."""
    return bool(row.model._default_manager.filter(pk=row.pk, state=OutboxState.SENT, reason="").update(reason=DELAYED))


@transaction.atomic
def bounced(*, row: Row, hard: bool, recipient: str = "", provider_id: str = "") -> bool:
    """It came back; False when that is no news, as a soft bounce of what has been delivered.

    A soft bounce is only this row's trouble; a hard one sets the endpoint aside at once, which the person sees on
    their own page. A mail to one person (a sign-in code) keeps no endpoint, so that is found by the `recipient`; it
    never stops the next sign-in code.
    """
    if not hard:
        return _settle(row, ~Q(state=OutboxState.DELIVERED) & ~Q(reason=SOFT), OutboxState.FAILED, SOFT, provider_id)
    if not _settle(row, Q(), OutboxState.FAILED, BOUNCED, provider_id):
        return False
    endpoints = Endpoint.objects.filter(set_aside_at=None)
    if row.model is Delivery:
        endpoints = endpoints.filter(deliveries=row.pk)
    else:
        endpoints = endpoints.filter(
            user__messages=row.pk, channel=Endpoint.Channel.EMAIL, address__iexact=recipient.replace("\0", "")
        )
    if endpoints.update(set_aside_at=timezone.now()):
        log.info("endpoint_set_aside", kind=row.model._meta.model_name, row=row.pk)
    return True


def complained(*, row: Row, provider_id: str = "") -> bool:
    """The person called it unwanted: the endpoint gets no more notices; False when that is no news."""
    return _no_more(row, COMPLAINED, Consent.Way.COMPLAINT, provider_id)


def unsubscribed(*, row: Row, provider_id: str = "") -> bool:
    """The person pressed a way out that the provider offers; the same as ours."""
    return _no_more(row, LEFT, Consent.Way.ONE_CLICK, provider_id)


@transaction.atomic
def _no_more(row: Row, reason: str, way: str, provider_id: str) -> bool:
    """A person's no, once for each row, so that a no heard again does not undo a later yes.

    A mail to one person is none of the notices a no is about, unless it is their daily mail.
    """
    endpoint = Endpoint.objects.select_related("user").filter(_carried_by(row)).first()
    if row.model is Message and endpoint is None:
        log.info("message_unwanted", row=row.pk, reason=reason)
        return False
    if not _settle(row, Q(), OutboxState.DELIVERED, reason, provider_id):
        return False
    if endpoint is not None:
        set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language=endpoint.user.language, way=way)
    return True


def _settle(row: Row, unless: Q, state: str, reason: str, provider_id: str = "") -> bool:
    now: datetime = timezone.now()
    changes: dict[str, Any] = {"state": state, "reason": reason, "claim": None, "claimed_at": None, "settled_at": now}
    if row.model is Message:
        changes["sealed"] = None
    elif provider_id and provider_id.isprintable():
        changes["provider_id"] = provider_id[:PROVIDER_ID_LENGTH]
    rows = row.model._default_manager.filter(unless, pk=row.pk).exclude(reason__in=LAST_WORDS)
    settled = bool(rows.update(**changes))
    if settled and row.model is Message:
        follow(Message.objects.filter(pk=row.pk))
    return settled


def _carried_by(row: Row) -> Q:
    """The endpoint a delivery, or a daily mail, went to."""
    return Q(deliveries=row.pk) if row.model is Delivery else Q(deliveries__digest=row.pk)
