"""The public pages, and a district to look at."""

from buildings.models import District, Organisation, StaffMember
from tests import factories as make
from watch.models import DistrictText
from watch.present import local_texts

STILL = (
    "/",
    "/om/",
    "/grannsamverkan/",
    "/grannsamverkan/resultat/",
    "/grannsamverkan/fragor/",
    "/rad/",
    "/rad/lagenhet/",
    "/rad/kallare/",
    "/rad/cykel/",
    "/rad/trapp/",
    "/rad/telefon/",
)
LOCAL = ("/stadsdel/", "/stadsdel/norrby/", "/stadsdel/norrby/moten/")
EMPTY = dict.fromkeys(DistrictText.PARTS, "")


def officer_in(district: District, kind: str = Organisation.Kind.POLICE) -> StaffMember:
    """Somebody at work in the district."""
    organisation = make.OrganisationFactory(kind=kind, districts=[district])
    return make.StaffFactory(organisation=organisation, districts=[district], user__language="en")


def written(member: StaffMember, district: District, language: str = "sv", **words: str) -> DistrictText:
    """A text about the district, published over the newest one."""
    return local_texts.publish(
        district=district,
        language=language,
        words=EMPTY | words,
        user=member.user,
        organisation=member.organisation,
        seen=local_texts.latest(district, language).number,
    )
