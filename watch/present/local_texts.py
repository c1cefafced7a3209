"""Publishing what stands on a district's public page; every version is kept."""

from collections.abc import Mapping

import structlog
from django.db import transaction

from buildings.models import District, Organisation, User
from watch.meet.errors import Changed
from watch.meet.guarding import refuse_marked
from watch.models import DistrictText, PublicVersion

log = structlog.get_logger(__name__)


def latest(district: District, language: str) -> DistrictText:
    """The newest version in this language; an empty one with the number 0 before anybody wrote."""
    found = DistrictText.objects.filter(district=district, language=language).order_by("-number").first()
    return found or DistrictText(district=district, language=language, number=0)


@transaction.atomic
def publish(
    *, district: District, language: str, words: Mapping[str, str], user: User, organisation: Organisation, seen: int
) -> DistrictText:
    """Let everybody read these words; the same words again change nothing.

    `seen` is the number of the version the words were written over. Raises Changed when a colleague has published
    since, Marked when a number in them points somebody out.
    """
    District.objects.select_for_update().get(pk=district.pk)
    before = latest(district, language)
    if all(getattr(before, part) == words[part] for part in DistrictText.PARTS):
        return before
    if before.number != seen:
        raise Changed
    refuse_marked(*words.values())
    text = DistrictText.objects.create(
        district=district,
        language=language,
        number=seen + 1,
        published_by=user,
        organisation=organisation,
        **{part: words[part] for part in DistrictText.PARTS},
    )
    PublicVersion.objects.grow()
    log.info("district_text_published", district=district.pk, language=language, number=text.number, by=user.pk)
    return text
