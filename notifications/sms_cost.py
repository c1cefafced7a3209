"""What a notice costs by SMS, before it is sent: numbers, parts and money."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db.models import Count, Exists

from buildings.models import District, Organisation
from notifications import audience
from notifications.audience import Audience
from notifications.letters import is_neutral, sms_parts
from notifications.models import Endpoint, Notice, NoticeText
from notifications.outbox.budget import Standing


@dataclass(frozen=True)
class SmsCost:
    """How many numbers a notice goes to by SMS, and in how many parts in all."""

    numbers: int
    parts: int
    waits: bool = False

    @property
    def kronor(self) -> float | None:
        """About what it costs (settings.SMS_PRICE_ORE a part), or None when no price is set."""
        return self.parts * settings.SMS_PRICE_ORE / 100 if settings.SMS_PRICE_ORE else None

    @classmethod
    def of(cls, meant: Notice | Audience, notice: Notice) -> Self:
        """Count now; `notice` has the words and may be unsaved. Two queries.

        Parts differ between languages, and each number gets its person's; one on which somebody wants no words shown
        gets the neutral SMS. `waits` says that the organisation's
        ceiling holds some of them.
        """
        texted = audience.reach(meant).filter(channel=Endpoint.Channel.SMS).order_by()
        hidden = texted.annotate(hidden=Exists(Endpoint.objects.neutral_numbers()))
        counts = list(hidden.values_list("user__language", "hidden").annotate(numbers=Count("pk")))
        parts = sum(
            numbers * sms_parts(notice, language, neutral=is_neutral(notice, shows_words=not is_hidden))
            for language, is_hidden, numbers in counts
        )
        calm = notice.urgency != Notice.Urgency.ACT_NOW
        return cls(
            numbers=sum(numbers for _, _, numbers in counts),
            parts=parts,
            waits=bool(parts) and calm and parts > Standing.of(notice.organisation).left,
        )


def unsaved(
    organisation: Organisation,
    district: District,
    texts: dict[str, tuple[str, str]],
    *,
    urgency: str,
    contacts_only: bool,
    corrects: Notice | None = None,
) -> Notice | None:
    """A notice with these words that is not saved, or None while there is no Swedish text to fall back on."""
    if "sv" not in texts:
        return None
    notice = Notice(pk=0, organisation=organisation, district=district, urgency=urgency, contacts_only=contacts_only)
    if corrects:
        notice.refers_to, notice.reference = corrects, Notice.Reference.CORRECTS
    typed = [NoticeText(language=language, title=title, body=body) for language, (title, body) in texts.items()]
    # What prefetching fills: the letter reads the words as typed.
    notice._prefetched_objects_cache = {"texts": typed}  # type: ignore[attr-defined]
    return notice
