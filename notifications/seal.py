"""A fingerprint of a notice, so that the same thing is sent as was read."""

import hashlib
import json

from notifications.models import Notice


def seal_of(notice: Notice) -> str:
    """A fingerprint of everything a reader of the review page sees of the notice's own."""
    texts = sorted(notice.texts.values_list("language", "title", "body"))
    places = [
        sorted(notice.buildings.values_list("pk", flat=True)),
        sorted(notice.stairwells.values_list("pk", flat=True)),
    ]
    rest = [notice.kind, notice.urgency, notice.district_id, notice.whole_district]
    readers = [notice.contacts_only, notice.is_public, notice.reference, notice.refers_to_id]
    times = [when.isoformat() if when else "" for when in (notice.not_before, notice.expires_at)]
    content = json.dumps([texts, places, rest, readers, times])
    return hashlib.sha256(content.encode()).hexdigest()[:32]
