"""What somebody sees who reads a notice through before it leaves, as its writer or as the second pair of eyes."""

from django.utils import timezone

from notifications import approval, audience
from notifications.forms import TestForm
from notifications.models import Notice
from notifications.preview import Reach, previews
from notifications.seal import seal_of
from notifications.sms_cost import SmsCost
from notifications.wording import LIMITS


def review(notice: Notice) -> dict[str, object]:
    """The notice as it will be sent, whom it reaches, what the guard marks, and the seal of all that."""
    shown = previews(
        notice.organisation,
        notice.district,
        {text.language: (text.title, text.body) for text in notice.texts.all()},
        urgency=notice.urgency,
        contacts_only=notice.contacts_only,
        corrects=notice.refers_to,
    )
    numbers = Reach.of(notice)
    return {
        "notice": notice,
        "stairwells": list(audience.places(notice)) if not notice.whole_district else [],
        "numbers": numbers,
        "needs_yes": approval.is_needed(notice, numbers.people),
        "limit": notice.organisation.approval_above,
        "sms_cost": SmsCost.of(notice, notice),
        "previews": shown,
        "is_marked": any(preview.findings for preview in shown),
        "is_unfilled": any(preview.blanks for preview in shown),
        "limits": LIMITS,
        "seen": seal_of(notice),
        "is_ahead": notice.not_before is not None and notice.not_before > timezone.now(),
        "test_form": TestForm(notice=notice),
    }
