"""A notice before it leaves: whom it reaches, how it looks as mail and SMS, what the guard marks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from buildings.models import District, Organisation
from notifications import audience
from notifications.audience import Audience
from notifications.gsm import SmsSize
from notifications.letters import ANY_TOKEN, TOKEN_MARK, Letter, is_neutral, notice_letter
from notifications.models import Notice, NoticeText
from notifications.ready import blanks
from notifications.wording import Finding, check, marked, published_numbers


@dataclass(frozen=True)
class Reach:
    """Whom a notice reaches, in numbers."""

    people: int
    stairwells: int
    unreachable: int

    @classmethod
    def of(cls, meant: Notice | Audience) -> Self:
        """Count now; three queries."""
        return cls(audience.people(meant), audience.stairwells(meant), audience.unreachable(meant))

    @property
    def reachable(self) -> int:
        """People who get it by mail, SMS or on a device."""
        return self.people - self.unreachable


@dataclass(frozen=True)
class Preview:
    """A notice in one language: its words with the guard's marks, and the letter its readers get."""

    language: str
    title: str
    body: str
    title_findings: list[Finding]
    body_findings: list[Finding]
    letter: Letter

    @property
    def name(self) -> str:
        """The language's own name."""
        return str(get_language_info(self.language)["name_local"])

    @property
    def reading(self) -> str:
        """Which way it is read: `rtl` or `ltr`."""
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    @property
    def findings(self) -> list[Finding]:
        """Everything marked, title first."""
        return self.title_findings + self.body_findings

    @property
    def blanks(self) -> list[str]:
        """What still stands in square brackets, to be filled before the notice can be sent."""
        return blanks.left(self.title, self.body)

    @property
    def marked_title(self) -> SafeString:
        """The title with its marks."""
        return marked(self.title, self.title_findings)

    @property
    def marked_body(self) -> SafeString:
        """The text with its marks."""
        return marked(self.body, self.body_findings)

    @property
    def mail(self) -> str:
        """The mail's text; each person's own link stands as three dots."""
        return self.letter.text.replace(TOKEN_MARK, "…").strip()

    @property
    def short(self) -> str:
        """The SMS; each person's own link stands as three dots."""
        return self.letter.short.replace(TOKEN_MARK, "…")

    @cached_property
    def sms(self) -> SmsSize:
        """How long the SMS is."""
        return SmsSize.of(self.letter.short_to(ANY_TOKEN))


def previews(
    organisation: Organisation,
    district: District,
    texts: dict[str, tuple[str, str]],
    *,
    urgency: str,
    contacts_only: bool,
    corrects: Notice | None = None,
) -> list[Preview]:
    """The notice in every language it has a word in, saved or not."""
    notice = Notice(pk=0, organisation=organisation, district=district, urgency=urgency, contacts_only=contacts_only)
    if corrects:
        notice.refers_to, notice.reference = corrects, Notice.Reference.CORRECTS
    published = published_numbers()
    shown = []
    for language, (title, body) in texts.items():
        # What prefetching fills: the letter reads the words as typed, and nothing is saved.
        typed = [NoticeText(language=language, title=title, body=body)]
        notice._prefetched_objects_cache = {"texts": typed}  # type: ignore[attr-defined]
        letter = notice_letter(notice, language, neutral=is_neutral(notice, shows_words=True))
        shown.append(Preview(language, title, body, check(title, published), check(body, published), letter))
    return shown
