"""The demo's notices of the past weeks: rows as the outbox writes them, already settled."""

import random
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, Value
from django.utils import timezone
from django.utils.translation import get_language_info

from buildings.models import Building, Consent, Contact, District, Organisation, User
from notifications import audience
from notifications.endpoints import set_wants
from notifications.models import Delivery, Endpoint, Notice, NoticeText, OutboxState, Posting
from notifications.outbox.expand import insert_from
from notifications.wording import numbers_in_order
from watch.demo.people import SEED
from watch.demo.roles import BY_SLUG, ROLES

PUT_UP_WITHIN = timedelta(days=4)
WORDS = Path(__file__).with_name("notices.toml")


def is_built() -> bool:
    """Whether any notice has been written."""
    return Notice.objects.exists()


def build() -> None:
    """Write every notice of notices.toml, the oldest first, and send those that have a day."""
    dice = random.Random(SEED)  # noqa: S311 (made-up events, not secrets)
    entries = tomllib.loads(WORDS.read_text(encoding="utf-8"))["notice"]
    for entry in sorted(entries, key=lambda entry: -entry.get("sent_days_ago", 0)):
        notice = _write(entry)
        if notice.state == Notice.State.SENT:
            deliver(notice)
            _put_up(notice)
            _refuse_mistyped(notice)
            _unsubscribe_one(notice, dice)


def _write(entry: dict[str, Any]) -> Notice:
    role = BY_SLUG[entry["by"]]
    if role.work is None:
        raise ValueError(f"{role.slug} works nowhere")
    buildings = Building.objects.filter(designation__in=entry.get("buildings", []))
    now = timezone.localtime()
    at = now
    if "sent_days_ago" in entry:
        at = (now - timedelta(days=entry["sent_days_ago"])).replace(
            hour=entry["hour"], minute=5, second=0, microsecond=0
        )
    notice = Notice.objects.create(
        organisation=Organisation.objects.get(slug=role.work.organisation),
        author=User.objects.get(email=role.email),
        kind=Notice.Kind(entry["kind"]),
        urgency=Notice.Urgency(entry["urgency"]),
        district=District.objects.get(slug=role.work.districts[0]),
        whole_district=not buildings,
        contacts_only=entry.get("contacts_only", False),
        is_public=entry.get("public", False),
        expires_at=at + timedelta(days=entry["shown_days"]),
        created_at=at - timedelta(minutes=12),
        **(sent(at) if at < now else {}),
    )
    notice.buildings.set(buildings)
    for language, words in entry["texts"].items():
        tidy = numbers_in_order if get_language_info(language)["bidi"] else str
        texts = {name: tidy(words[name].strip()) for name in ("title", "body")}
        NoticeText.objects.create(notice=notice, language=language, **texts)
    return notice


def sent(at: datetime) -> dict[str, Any]:
    """The fields of a notice that left at this time."""
    return {
        "state": Notice.State.SENT,
        "confirmed_at": at,
        "send_at": at + timedelta(seconds=settings.TAKE_BACK_SECONDS),
        "started_at": at + timedelta(seconds=settings.TAKE_BACK_SECONDS + 1),
        "finished_at": at + timedelta(seconds=settings.TAKE_BACK_SECONDS + 9),
    }


def deliver(notice: Notice) -> None:
    """What `notifications.outbox` would have written, with everything sent."""
    started = Value(notice.started_at, output_field=DateTimeField())
    row: dict[str, Value | F] = {
        "notice": Value(notice.pk),
        "endpoint": F("pk"),
        "channel": F("channel"),
        "queue": Value(notice.queue),
        "state": Value(OutboxState.SENT.value),
        "reason": Value(""),
        "attempts": Value(1),
        "provider_id": Value(""),
        "parts": Value(0),
        "due_at": started,
        "created_at": started,
        "settled_at": Value(notice.finished_at, output_field=DateTimeField()),
    }
    insert_from(Delivery, row, audience.reach(notice))
    if not notice.contacts_only and not notice.calls_off:
        posting: dict[str, Value | F] = {"notice": Value(notice.pk), "stairwell": F("pk"), "created_at": started}
        insert_from(Posting, posting, audience.places(notice).order_by())
    notice.people, notice.unreachable = audience.people(notice), audience.unreachable(notice)
    notice.save(update_fields=["people", "unreachable"])


def _put_up(notice: Notice) -> None:
    """Contacts have put up what is a few days old, and have still to put up the rest."""
    if notice.started_at is None or timezone.now() - notice.started_at < PUT_UP_WITHIN:
        return
    contacts = Contact.objects.active().filter(stairwell__postings__notice=notice).order_by("stairwell", "pk")
    for contact in contacts:
        first = Posting.objects.filter(notice=notice, stairwell=contact.stairwell_id, posted_at=None)
        first.update(posted_at=notice.started_at + timedelta(hours=20), posted_by=contact.user_id)


def _refuse_mistyped(notice: Notice) -> None:
    """Addresses that do not exist: the delivery has failed, and enough of that sets the endpoint aside."""
    refused = Delivery.objects.filter(notice=notice, endpoint__address__startswith="finns-inte")
    endpoints = Endpoint.objects.filter(deliveries__in=refused)
    for endpoint in endpoints:
        endpoint.refusals += 1
        if endpoint.refusals >= settings.ENDPOINT_SET_ASIDE_AFTER:
            endpoint.set_aside_at = notice.finished_at
        endpoint.save(update_fields=["refusals", "set_aside_at"])
    refused.update(state=OutboxState.FAILED, reason="smtp-550")


def _unsubscribe_one(notice: Notice, dice: random.Random) -> None:
    """One of many readers took back their yes before it was their turn."""
    sent = Delivery.objects.filter(notice=notice, state=OutboxState.SENT, channel=Endpoint.Channel.EMAIL)
    known = [role.email for role in ROLES]
    readers = list(sent.exclude(endpoint__address__in=known).order_by("pk").select_related("endpoint__user"))
    if len(readers) < 100:
        return
    delivery = dice.choice(readers)
    if delivery.endpoint is None:
        return
    set_wants(
        endpoint=delivery.endpoint,
        wants=Endpoint.Wants.NOTHING,
        language=delivery.endpoint.user.language,
        way=Consent.Way.ONE_CLICK,
    )
    Delivery.objects.filter(pk=delivery.pk).update(state=OutboxState.SKIPPED, reason="unsubscribed")
