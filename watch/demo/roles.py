"""The people the demo signs in as with one press; all of them are made up."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A stairwell by its property and entrance, as the demo's registers write them."""

    designation: str
    entrance: str


@dataclass(frozen=True)
class Work:
    """A place of work: the organisation's short name, the districts' short names, whether administrator there."""

    organisation: str
    districts: tuple[str, ...]
    administrator: bool = True


@dataclass(frozen=True)
class Role:
    """One card on the demo's first page and the person behind it."""

    slug: str
    name: str
    label: Promise | str
    about: Promise | str
    language: str = "sv"
    home: Place | None = None
    is_contact: bool = False
    work: Work | None = None
    is_operator: bool = False

    @property
    def email(self) -> str:
        """The person's address, in a domain that belongs to nobody."""
        return f"{self.slug}@example.org"


NORRBY = "norrby"
HULTA = "hassleholmen-hulta"
POSTER = Place("Varpen 1", "A")

ROLES = (
    Role(
        "tenant",
        "Lo (demo)",
        _("Tenant"),
        _("Lives at Varpgatan 1 A in Norrby and gets notices by e-mail."),
        home=POSTER,
    ),
    Role(
        "tenant-elsewhere",
        "Noor (demo)",
        _("Tenant in another building"),
        _("Lives at Provhusvägen 1 A in Hulta and reads Arabic."),
        language="ar",
        home=Place("Provhuset 1", "A"),
    ),
    Role(
        "contact",
        "Kim (demo)",
        _("Contact"),
        _("A neighbour who helps in the stairwell at Varpgatan 1 A."),
        home=POSTER,
        is_contact=True,
    ),
    Role(
        "landlord",
        "Disa (demo)",
        _("AB Bostäder"),
        _("Owns the buildings in Norrby. Reads in the register, prints posters, invites colleagues."),
        work=Work("ab-bostader", (NORRBY,)),
    ),
    Role(
        "landlord-elsewhere",
        "Tage (demo)",
        _("Another housing company"),
        _("Owns a few buildings in Hulta, and sees only those."),
        work=Work("provhus-i-hulta", (HULTA,)),
    ),
    Role(
        "police",
        "Ebbe (demo)",
        _("Police in Norrby"),
        _("Writes notices to people in Norrby and invites colleagues."),
        work=Work("polisen-boras", (NORRBY,)),
    ),
    Role(
        "police-elsewhere",
        "Signe (demo)",
        _("Police in Hulta"),
        _("Writes notices to people in Hulta, and sees nothing of Norrby."),
        work=Work("polisen-boras", (HULTA,), administrator=False),
    ),
    Role(
        "city",
        "Majken (demo)",
        _("The city"),
        _("Borås Stad: tells people in both districts what is going on."),
        work=Work("boras-stad", (NORRBY, HULTA)),
    ),
    Role(
        "operator",
        "Viggo (demo)",
        _("Operator"),
        _("Sets up districts and organisations, and sees no personal data."),
        is_operator=True,
    ),
)
BY_SLUG = {role.slug: role for role in ROLES}
