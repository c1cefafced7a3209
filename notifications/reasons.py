"""Why a delivery failed, in words: the outbox keeps only a short code."""

from collections import Counter
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_SUCH_ADDRESS = _("The address does not exist any more")
FULL = _("The mailbox is full")
REFUSED = _("The receiver's mail server said no")
NEVER_TAKEN = _("The receiver's mail server did not take it in time")
NOT_DELIVERED = _("The phone did not get it: it was off for long, or the number is not in use")
NO_SUCH_DEVICE = _("The device does not take notices any more")
OUT_OF_REACH = _("The server could not be reached in time")
OTHER = _("Something went wrong on our side")

WORDS: Mapping[str, Promise] = {
    "bad-address": NO_SUCH_ADDRESS,
    "smtp-550": NO_SUCH_ADDRESS,
    "smtp-551": NO_SUCH_ADDRESS,
    "smtp-553": NO_SUCH_ADDRESS,
    "smtp-452": FULL,
    "smtp-552": FULL,
    "bounced": NO_SUCH_ADDRESS,
    "bounced-soft": NEVER_TAKEN,
    "provider-invalid": NO_SUCH_ADDRESS,
    "provider-rejected": REFUSED,
    "connection-lost": OUT_OF_REACH,
    "no-connection": OUT_OF_REACH,
    "sms-not-delivered": NOT_DELIVERED,
    "push-gone": NO_SUCH_DEVICE,
    "push-key": NO_SUCH_DEVICE,
    "no-answer": OUT_OF_REACH,
}


WAITS: Mapping[str, Promise] = {
    "sms-ceiling": _("This month's SMS are used; they leave when there are more"),
    "quiet-hours": _("Quiet hours, which each person chooses"),
    "digest": _("They want one mail a day"),
}
WAITS_OTHERWISE = _("They wait for their time")


def waits_in_words(code: str) -> str:
    """What a held row's reason means to the person who sent the notice."""
    return str(WAITS.get(code, WAITS_OTHERWISE))


def in_words(code: str) -> str:
    """What an outbox row's reason means to the person who sent the notice."""
    if code in WORDS:
        return str(WORDS[code])
    if code.startswith("smtp-5"):
        return str(REFUSED)
    return str(NEVER_TAKEN if code.startswith("smtp-4") else OTHER)


def summed(failed: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many failed for each reason in words, the commonest first."""
    counts: Counter[str] = Counter()
    for code, count in failed.items():
        counts[in_words(code)] += count
    return counts.most_common()
