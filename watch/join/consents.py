"""What people agree to, purpose by purpose: the words, their version, and the ledger row each answer becomes.

A changed text gets a new version here, and whoever agreed to an older one is asked again, once.
What can be agreed to on an endpoint (mail, SMS, push) has its words in `notifications.endpoints`.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext, override

from buildings.models import Consent, Contact, Resident, Stairwell, User

Purpose = Consent.Purpose
VERSIONS: dict[str, str] = {
    Purpose.TAKE_PART: "2026-12",
    Purpose.NAME_TO_CONTACT: "2026-12",
    Purpose.NAME_TO_STAIRWELL: "2026-12",
    Purpose.NUMBER_TO_STAIRWELL: "2026-12",
}


def words(purpose: str, *, stairwell: Stairwell, language: str, given: bool = True, way: str = Consent.Way.WEB) -> str:
    """What the page shows and the ledger keeps, in the reader's language; the no's words when not `given`.

    Nobody said what stands for somebody who did not answer, or whom the company does not know (`way`): those words do
    not say "I".
    """
    with override(language):
        said = _yes(purpose) if given else ENDINGS.get(way, _no)(purpose)
    return said % {"stairwell": stairwell.name}


def _yes(purpose: str) -> str:
    if purpose == Purpose.TAKE_PART:
        return gettext(
            "I want to be part of the neighbourhood watch at %(stairwell)s. Trappan keeps my address, the name I "
            "choose, my language and which stairwell I joined, so that notices reach me. My neighbours do not see "
            "who has joined. I can leave whenever I like, and then I get nothing more."
        )
    if purpose == Purpose.NAME_TO_CONTACT:
        return gettext("The contact at %(stairwell)s may see the name I have chosen here. No other neighbour sees it.")
    if purpose == Purpose.NAME_TO_STAIRWELL:
        return gettext(
            "I am a contact at %(stairwell)s. Confirmed neighbours in the stairwell may see the name I have chosen "
            "here. Nobody else sees it."
        )
    return gettext(
        "I am a contact at %(stairwell)s. Confirmed neighbours in the stairwell may see my mobile number. "
        "Nobody else sees it."
    )


def _no(purpose: str) -> str:
    if purpose == Purpose.TAKE_PART:
        return gettext("I leave the neighbourhood watch at %(stairwell)s.")
    if purpose == Purpose.NAME_TO_CONTACT:
        return gettext("The contact at %(stairwell)s may not see my name.")
    if purpose == Purpose.NAME_TO_STAIRWELL:
        return gettext("My neighbours at %(stairwell)s may not see my name.")
    return gettext("My neighbours at %(stairwell)s may not see my number.")


def _lapsed(_purpose: str) -> str:
    return gettext(
        "Trappan asked three times whether the person still lives at %(stairwell)s and got no answer. "
        "So this agreement has ended."
    )


def _ended(_purpose: str) -> str:
    return gettext(
        "The housing company says that the person does not live at %(stairwell)s any more. So this agreement has ended."
    )


ENDINGS: dict[str, Callable[[str], str]] = {Consent.Way.SILENCE: _lapsed, Consent.Way.LANDLORD: _ended}


@transaction.atomic
def record(
    *,
    user: User,
    purpose: str,
    given: bool,
    stairwell: Stairwell,
    language: str,
    way: str = Consent.Way.WEB,
    helper: User | None = None,
) -> Consent:
    """Append the answer to the ledger and set what it decides in the same transaction.

    A contact's answers count for the person's open roles at the stairwell, a resident's for their home there.
    `helper` is who typed it in, when it was not the person.
    """
    if purpose == Purpose.NAME_TO_CONTACT:
        Resident.objects.filter(user=user, stairwell=stairwell).update(shows_name=given)
    elif purpose == Purpose.NAME_TO_STAIRWELL:
        Contact.objects.open().filter(user=user, stairwell=stairwell).update(shows_name=given)
    elif purpose == Purpose.NUMBER_TO_STAIRWELL:
        Contact.objects.open().filter(user=user, stairwell=stairwell).update(shows_number=given)
    return Consent.objects.create(
        user=user,
        purpose=purpose,
        given=given,
        text=words(purpose, stairwell=stairwell, language=language, given=given, way=way),
        version=VERSIONS[purpose],
        language=language,
        way=way,
        stairwell=stairwell,
        helper=helper,
    )
