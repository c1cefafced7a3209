"""Fills a database with people and confirms one notice to them: `python -m ... PEOPLE` prints the notice's id."""

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from buildings.models import Building, District, Organisation, Resident, Stairwell, User  # noqa: E402
from notifications.models import Endpoint, Notice, NoticeText  # noqa: E402
from notifications.sending import confirm  # noqa: E402


def fill(people: int) -> Notice:
    district = District.objects.create(name="Norrby", slug="norrby")
    owner = Organisation.objects.create(kind=Organisation.Kind.LANDLORD, name="Provbostäder", slug="provbostader")
    police = Organisation.objects.create(kind=Organisation.Kind.POLICE, name="Polisen Prov", slug="polisen-prov")
    building = Building.objects.create(owner=owner, district=district, designation="Varpen 1")
    stairwells = Stairwell.objects.bulk_create(
        Stairwell(
            building=building, address=f"Varpgatan {n}", name=f"Varpgatan {n}", key=f"varpgatan{n}", sort_key=f"{n}"
        )
        for n in range(20)
    )
    users = User.objects.bulk_create(
        User(email=f"granne{n}@example.org", password="!", language=("sv", "en", "ar", "so")[n % 4])
        for n in range(people)
    )
    Resident.objects.bulk_create(Resident(user=user, stairwell=stairwells[n % 20]) for n, user in enumerate(users))
    Endpoint.objects.bulk_create(
        Endpoint(user=user, channel="email", address=user.email, show_words=True) for user in users
    )
    notice = Notice.objects.create(
        organisation=police, district=district, kind="cellar", expires_at=timezone.now() + timedelta(days=1)
    )
    NoticeText.objects.create(notice=notice, language="sv", title="Inbrott i källare", body="Lås källaren.")
    return confirm(notice=notice, user=users[0])


if __name__ == "__main__":
    print(fill(int(sys.argv[1])).pk)  # noqa: T201
