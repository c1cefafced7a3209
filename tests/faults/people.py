"""What people do while things break, as processes of their own: `python -m ... DEED JSON` prints what came of it."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from buildings.models import Building, District, Organisation, Resident, Stairwell, User  # noqa: E402
from notifications import sending  # noqa: E402
from notifications.endpoints import set_wants  # noqa: E402
from notifications.models import Endpoint, Notice, NoticeText  # noqa: E402
from notifications.push.keys import DeviceKeys  # noqa: E402

STAIRWELLS = 20
LANGUAGES = [code for code, _ in settings.LANGUAGES]


def settle(*, people: int, troubles: dict[str, int], numbers: int) -> None:
    """Fill twenty stairwells with people with a mail address each; then some whose mail is troubled or who have SMS."""
    district = District.objects.create(name="Norrby", slug="norrby")
    owner = Organisation.objects.create(kind=Organisation.Kind.LANDLORD, name="Provbostäder", slug="provbostader")
    Organisation.objects.create(kind=Organisation.Kind.POLICE, name="Polisen Prov", slug="polisen-prov")
    building = Building.objects.create(owner=owner, district=district, designation="Varpen 1")
    names = [f"{trouble}-{n}" for trouble, count in troubles.items() for n in range(count)]
    names += [f"granne-{n}" for n in range(people - len(names))]
    mails = [f"{name}@example.org" for name in names]
    stairwells = Stairwell.objects.bulk_create(
        Stairwell(
            building=building, address=f"Varpgatan {n}", name=f"Varpgatan {n}", key=f"varpgatan{n}", sort_key=f"{n}"
        )
        for n in range(STAIRWELLS)
    )
    users = User.objects.bulk_create(
        User(email=mail, password="!", language=LANGUAGES[n % len(LANGUAGES)]) for n, mail in enumerate(mails)
    )
    with_phones = User.objects.bulk_create(User(password="!") for _ in range(numbers))
    endpoints = [Endpoint(user=user, channel="email", address=user.email, show_words=True) for user in users]
    endpoints += [
        Endpoint(user=user, channel="sms", address=f"+467017406{n + 5:02d}") for n, user in enumerate(with_phones)
    ]
    Resident.objects.bulk_create(
        Resident(user=user, stairwell=stairwells[n % STAIRWELLS]) for n, user in enumerate(users + with_phones)
    )
    Endpoint.objects.bulk_create(endpoints)


def subscribe(*, devices: list[dict[str, str]]) -> None:
    """People who want notices on a device, each described as a browser does."""
    stairwell = Stairwell.objects.first()
    for device in devices:
        user = User.objects.create(password="!")
        Resident.objects.create(user=user, stairwell=stairwell)
        keys = DeviceKeys.read(device["p256dh"], device["auth"]).sealed()
        Endpoint.objects.create(user=user, channel="webpush", address=device["endpoint"], sealed_keys=keys)


def send(*, urgency: str = Notice.Urgency.INFORMATION, stairwell: str = "") -> int:
    """Confirm a notice to everyone, or to one stairwell; its id."""
    notice = Notice.objects.create(
        organisation=Organisation.objects.get(slug="polisen-prov"),
        district=District.objects.get(),
        whole_district=not stairwell,
        kind=Notice.Kind.CELLAR,
        urgency=urgency,
        expires_at=timezone.now() + timedelta(days=1),
    )
    if stairwell:
        notice.stairwells.set(Stairwell.objects.filter(name=stairwell))
    NoticeText.objects.create(notice=notice, language="sv", title="Inbrott i källare", body="Lås källaren.")
    sending.confirm(notice=notice, user=User.objects.all()[0])
    return notice.pk


def withdraw(*, endpoints: list[int]) -> None:
    """These people want no more notices there."""
    for endpoint in Endpoint.objects.filter(pk__in=endpoints):
        set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language="sv")


def send_and_take_back() -> int:
    """Confirm a notice to everyone and think better of it."""
    notice = Notice.objects.get(pk=send())
    sending.take_back(notice=notice, user=User.objects.all()[0])
    return notice.pk


if __name__ == "__main__":
    deeds = {deed.__name__: deed for deed in (settle, subscribe, send, send_and_take_back, withdraw)}
    print(json.dumps(deeds[sys.argv[1]](**json.loads(sys.argv[2]))))  # noqa: T201
