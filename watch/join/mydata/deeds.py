"""What a person has done for others or at work, one line a kind of deed: how often and when, not to whom."""

from itertools import groupby
from typing import Any

from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext as _

from buildings.models import Consent, ContactStep, Disclosure, RecoveryCode, RegisterUpload, User
from notifications.models import Notice, Posting
from watch.models import Action, DistrictText, Meeting, Record, Reopening, WatchStep


def deeds(user: User) -> list[dict[str, Any]]:
    """What the person has done for others or at work: what, how often, first and last; not to whom."""
    found = sorted((what, when) for what, times in _deeds(user) for when in times if when)
    rows = [(what, [when for _what, when in some]) for what, some in groupby(found, key=lambda deed: deed[0])]
    return [{"what": what, "times": len(times), "first": times[0], "last": times[-1]} for what, times in rows]


def _deeds(user: User) -> list[tuple[str, Any]]:
    steps = ContactStep.objects.filter(by=user).exclude(contact__user=user)
    return [
        (_("confirmed that a notice is sent"), _times(Notice.objects.filter(confirmed_by=user), "confirmed_at")),
        (_("approved a colleague's notice"), _times(Notice.objects.filter(approved_by=user), "confirmed_at")),
        (_("put up a notice on a board"), _times(Posting.objects.filter(posted_by=user), "posted_at")),
        (_("planned a meeting"), _times(Meeting.objects.filter(created_by=user), "created_at")),
        (_("wrote a district's public text"), _times(DistrictText.objects.filter(published_by=user), "published_at")),
        (_("wrote down a meeting"), _times(Record.objects.filter(written_by=user), "saved_at")),
        (_("said what became of an agreed action"), _times(Action.objects.filter(closed_by=user), "closed_at")),
        (_("said what became of an agreed action"), _times(Reopening.objects.filter(closed_by=user), "closed_at")),
        (_("opened an agreed action again"), _times(Reopening.objects.filter(by=user), "at")),
        (_("moved a building's watch a step"), _times(WatchStep.objects.filter(by=user), "at")),
        (_("took a step on a contact's way"), _times(steps, "at")),
        (_("looked at somebody's details"), _times(Disclosure.objects.filter(by=user), "at")),
        (_("typed in somebody's answer"), _times(Consent.objects.filter(helper=user), "at")),
        (_("handed over a recovery code"), _times(RecoveryCode.objects.filter(by=user), "created_at")),
        (_("uploaded a register"), _times(RegisterUpload.objects.filter(uploaded_by=user), "uploaded_at")),
        (_("changed something on the operator's site"), _times(LogEntry.objects.filter(user=user), "action_time")),
    ]


def _times(rows: Any, field: str) -> Any:
    return rows.order_by(field).values_list(field, flat=True)
