"""The demo's ways in: people who wait to be let in, homes somebody has confirmed, doors that want no part."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from buildings.models import Consent, Flat, Resident, User
from notifications.endpoints import verify_endpoint
from notifications.models import Endpoint
from watch.demo.people import stairwell
from watch.demo.roles import POSTER
from watch.join import consents

WAITING = (("Ari (demo)", "sv", 6, True), ("Bahar (demo)", "en", 3, False), ("Casey (demo)", "so", 1, False))


def is_built() -> bool:
    """Whether anybody waits."""
    return Resident.objects.filter(user__email__startswith="vantar").exists()


def build() -> None:
    """Let three neighbours of the poster's stairwell wait, say who confirmed the others, and mark a door."""
    place = stairwell(POSTER)
    confirmed = Resident.objects.filter(state=Resident.State.CONFIRMED, confirmed_by="")
    confirmed.update(confirmed_by=Resident.ConfirmedBy.LANDLORD, confirmed_at=timezone.now() - timedelta(days=20))
    for number, (name, language, days, shows_name) in enumerate(WAITING, start=1):
        since = timezone.now() - timedelta(days=days)
        user = User.objects.create_user(f"vantar{number}@example.org", name=name, language=language, created_at=since)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        waits, public = Resident.State.WAITING, Resident.Way.PUBLIC
        Resident.objects.create(user=user, stairwell=place, state=waits, way=public, joined_at=since)
        given = [Consent.Purpose.TAKE_PART, *([Consent.Purpose.NAME_TO_CONTACT] if shows_name else [])]
        for purpose in given:
            consents.record(user=user, purpose=purpose, given=True, stairwell=place, language=language)
        mail, everything = Endpoint.Channel.EMAIL, Endpoint.Wants.ALL
        verify_endpoint(user=user, channel=mail, address=user.email, wants=everything, language=language)
    empty = Flat.objects.standing().filter(stairwell=place, residents=None).order_by("-number").first()
    if empty:
        Flat.objects.filter(pk=empty.pk).update(declined_at=timezone.now() - timedelta(days=40))
