"""The demo's districts, organisations, staff and operator."""

from allauth.account.models import EmailAddress
from django.utils import timezone

from buildings.models import District, Organisation, PublishedNumber, StaffMember, User
from watch.demo.roles import BY_SLUG, HULTA, NORRBY, ROLES, Role

DISTRICTS = {NORRBY: "Norrby", HULTA: "Hässleholmen/Hulta"}
KIND = Organisation.Kind
# Every number is from the series PTS keeps for fiction, 070-174 06 05 to 99.
ORGANISATIONS = {
    "ab-bostader": (KIND.LANDLORD, "AB Bostäder", "070-174 06 90", (NORRBY,)),
    "provhus-i-hulta": (KIND.LANDLORD, "Provhus i Hulta AB", "070-174 06 91", (HULTA,)),
    "boras-stad": (KIND.MUNICIPALITY, "Borås Stad", "070-174 06 92", (NORRBY, HULTA)),
    "polisen-boras": (KIND.POLICE, "Polisen Borås", "", (NORRBY, HULTA)),
}


def is_built() -> bool:
    """Whether the demo's operator exists; it is made last."""
    return User.objects.filter(email=BY_SLUG["operator"].email).exists()


def build() -> None:
    """Make districts, organisations with their published numbers, staff and the operator."""
    for slug, name in DISTRICTS.items():
        District.objects.get_or_create(slug=slug, defaults={"name": name})
    for slug, (kind, name, phone, where) in ORGANISATIONS.items():
        organisation, _ = Organisation.objects.get_or_create(
            slug=slug, defaults={"kind": kind, "name": name, "phone": phone}
        )
        organisation.districts.set(District.objects.filter(slug__in=where))
        if phone:
            PublishedNumber.objects.get_or_create(number=phone, defaults={"label": f"{name} (demo)"})
    for role in ROLES:
        if role.work or role.is_operator:
            _employ(role)


def person(role: Role) -> User:
    """The role's person, able to sign in with a code as well."""
    user = User.objects.create_user(role.email, name=role.name, language=role.language, is_superuser=role.is_operator)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _employ(role: Role) -> None:
    user = person(role)
    if not role.work:
        return
    member = StaffMember.objects.create(
        user=user,
        organisation=Organisation.objects.get(slug=role.work.organisation),
        is_administrator=role.work.administrator,
        accepted_at=timezone.now(),
    )
    member.districts.set(District.objects.filter(slug__in=role.work.districts))
