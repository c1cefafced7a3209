"""A town of any size, filled by the database itself so that a million people take minutes rather than hours."""

import base64
import os
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models import CharField, F, Model, QuerySet, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import MD5, Cast, Concat, Mod, Substr
from django.utils import timezone

from buildings.models import Building, District, Organisation, Resident, StaffMember, Stairwell, User
from notifications.models import Endpoint, Notice, NoticeText, Rhythm
from notifications.outbox.expand import insert_from

A_STAIRWELL, A_BUILDING = 25, 5
LANGUAGES = ("sv", "en", "ar", "so")
WORDS = {
    "sv": (
        "Inbrott i källare",
        "Flera källarförråd på Varpgatan har brutits upp i veckan. Lås om dig och spara kvitton.",
    ),
    "en": ("Cellar break-ins", "Several cellar stores at Varpgatan were broken into this week. Lock up behind you."),
    "ar": ("عمليات سطو على الأقبية", "تم اقتحام عدة مخازن في القبو هذا الأسبوع. أغلق الباب خلفك واحتفظ بالإيصالات."),
    "so": ("Jebinta bakhaarrada", "Dhowr bakhaar oo ku yaal Varpgatan ayaa la jebiyay toddobaadkan. Quful albaabka."),
}


def fill(people: int, channel: str = Endpoint.Channel.EMAIL, address: str = "") -> None:
    """A district with so many residents, each with one endpoint on the channel, in four languages in turn.

    `address` is where the push service listens.
    """
    district = District.objects.create(name="Norrby", slug="norrby")
    owner = Organisation.objects.create(
        kind=Organisation.Kind.LANDLORD, name="Provbostäder", slug="provbostader", sms_ceiling=10**9
    )
    police = Organisation.objects.create(
        kind=Organisation.Kind.POLICE, name="Polisen Prov", slug="polisen-prov", sms_ceiling=10**9
    )
    officer = User.objects.create(email="polis@example.org", password="!")
    membership = StaffMember.objects.create(user=officer, organisation=police, accepted_at=timezone.now())
    membership.districts.set([district])
    police.districts.set([district])
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})
    stairwells = _stairwells(-(-people // A_STAIRWELL), owner, district)
    tenants = _tenants(people, after=officer.pk)
    first, count = stairwells[0].pk, len(stairwells)
    home = Mod(F("pk"), Value(count)) + Value(first)
    _insert(Resident(), {"user": F("pk"), "stairwell": home}, tenants)
    # Without it a run between nine in the evening and eight would hold everything.
    _insert(Rhythm(quiet_from=time(0), quiet_until=time(0)), {"user": F("pk")}, tenants)
    own = {"user": F("pk"), "address": _address(channel, address), "token": Substr(MD5(_text("t")), 1, 22)}
    keys = push_keys() if channel == Endpoint.Channel.WEBPUSH else None
    _insert(Endpoint(channel=channel, sealed_keys=keys), own, tenants)


def _text(*before: str) -> Concat:
    return Concat(*map(Value, before), Cast("pk", CharField()), output_field=CharField())


def _address(channel: str, push_service: str) -> Combinable:
    if channel == Endpoint.Channel.EMAIL:
        return Concat(_text("granne"), Value("@example.org"), output_field=CharField())
    if channel == Endpoint.Channel.SMS:
        return Concat(Value("+4670"), Substr(_text("1000000"), 1, 20), output_field=CharField())
    return _text(f"{push_service}/push/")


def push_keys() -> bytes:
    """Sealed keys of one device, which all of them share: encrypting to it costs the same."""
    from notifications.push.keys import DeviceKeys

    point = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return DeviceKeys.read(*(base64.urlsafe_b64encode(part).decode() for part in (point, os.urandom(16)))).sealed()


def _stairwells(count: int, owner: Organisation, district: District) -> list[Stairwell]:
    buildings = Building.objects.bulk_create(
        Building(owner=owner, district=district, designation=f"Varpen {n}") for n in range(-(-count // A_BUILDING))
    )
    names = (f"Varpgatan {n}" for n in range(count))
    return Stairwell.objects.bulk_create(
        Stairwell(
            building=buildings[n // A_BUILDING], address=name, name=name, key=name, sort_key=name, postcode="504 35"
        )
        for n, name in enumerate(names)
    )


def _tenants(count: int, after: int) -> QuerySet[User]:
    """So many people, doubled until there are enough."""
    tenants = User.objects.filter(pk__gt=after)
    User.objects.bulk_create(User(password="!", language=LANGUAGES[n % 4]) for n in range(min(count, 1_000)))
    while (now := tenants.count()) < count:
        some = User.objects.filter(pk__in=tenants.order_by("pk").values("pk")[: min(now, count - now)])
        own = {"handle": Cast(MD5(_text(f"{now} ")), UUIDField()), "language": F("language")}
        _insert(User(password="!"), own, some)
    return tenants


def _insert(pattern: Model, own: Mapping[str, Any], each: "QuerySet[Any]") -> None:
    """A row like `pattern` for each object, but for what is its `own`."""
    fields = (field for field in pattern._meta.concrete_fields if not field.primary_key)
    row = {f.name: own.get(f.name, Value(getattr(pattern, f.attname), output_field=f)) for f in fields}
    insert_from(type(pattern), row, each)


def draft(*, urgency: str = Notice.Urgency.INFORMATION, stairwells: int = 0, kind: str = "cellar") -> Notice:
    """A notice of the police to everyone, or to so many stairwells, in four languages."""
    notice = Notice.objects.create(
        organisation=Organisation.objects.get(kind=Organisation.Kind.POLICE),
        district=District.objects.get(),
        urgency=urgency,
        kind=kind,
        whole_district=not stairwells,
        expires_at=timezone.now() + timedelta(days=1),
    )
    if stairwells:
        notice.stairwells.set(Stairwell.objects.order_by("pk")[:stairwells])
    NoticeText.objects.bulk_create(
        NoticeText(notice=notice, language=language, title=title, body=body)
        for language, (title, body) in WORDS.items()
    )
    return notice


def officer() -> User:
    """Who sends it."""
    return User.objects.get(email="polis@example.org")
