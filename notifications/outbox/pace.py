"""What the people of a batch want now: at which hours, and what others may see on their screens."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.utils import timezone

from notifications.models import Endpoint, Notice
from notifications.models.deliveries import DIGEST, DIGEST_QUEUE, QUIET_HOURS
from notifications.outbox.budget import Hold
from notifications.rhythm import next_time, quiet_until

if TYPE_CHECKING:
    from notifications.outbox.claim import Claimed

Hours = tuple[time, time]


def hours(start: time | None, end: time | None) -> Hours:
    """The person's quiet hours; settings.QUIET_HOURS for who has not chosen."""
    return settings.QUIET_HOURS if start is None or end is None else (start, end)


@dataclass
class Pace:
    """The wishes of one batch. Everything came with its rows; only SMS cost a question, one for the whole batch.

    A telephone several people share is quiet when it is for any of them, and shows words when they all want that.
    """

    now: datetime
    _shown: dict[str, bool] = field(default_factory=dict)
    _hours: dict[str, set[Hours]] = field(default_factory=lambda: defaultdict(set))
    _ends: dict[Hours, datetime | None] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: "Iterable[Claimed]") -> Self:
        """Ask now."""
        pace = cls(timezone.now())
        numbers = {row.address for row in rows if row.channel == Endpoint.Channel.SMS and row.address}
        if numbers:
            wishes = ("address", "show_words", "user__rhythm__quiet_from", "user__rhythm__quiet_until")
            for number, shown, start, end in Endpoint.objects.on_numbers(numbers).values_list(*wishes):
                pace._shown[number] = shown and pace._shown.get(number, True)
                pace._hours[number].add(hours(start, end))
        return pace

    def shows_words(self, row: "Claimed") -> bool:
        """Whether the row's letter may show the notice itself."""
        shown = bool(row.show_words)
        return shown and self._shown.get(row.address or "", True) if row.channel == Endpoint.Channel.SMS else shown

    def hold(self, row: "Claimed", notice: Notice) -> Hold | None:
        """Why the row waits and until when; None when it may go now. An alert always may.

        What would be over before the daily mail comes goes alone. What would be over before the quiet hours end
        waits for its end, and is then never sent: a notice is not worth waking anyone for unless it is an alert, and
        worth nothing when it is late.
        """
        if notice.urgency == Notice.Urgency.ACT_NOW:
            return None
        if row.channel == Endpoint.Channel.EMAIL and row.wants_digest and row.digest_at:
            at = next_time(self.now, row.digest_at)
            if at < notice.expires_at:
                return Hold(DIGEST, at, DIGEST_QUEUE)
        until = self._quiet_until(row)
        return Hold(QUIET_HOURS, min(until, notice.expires_at)) if until else None

    def _quiet_until(self, row: "Claimed") -> datetime | None:
        chosen = {hours(row.quiet_from, row.quiet_until)}
        if row.channel == Endpoint.Channel.SMS:
            chosen |= self._hours.get(row.address or "", set())
        return max(filter(None, map(self._end, chosen)), default=None)

    def _end(self, chosen: Hours) -> datetime | None:
        if chosen not in self._ends:
            self._ends[chosen] = quiet_until(self.now, *chosen)
        return self._ends[chosen]
