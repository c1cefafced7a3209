"""Somebody tells that a page is hard to use: the words go to whoever runs the site, and are kept nowhere here."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from buildings.models import User
from buildings.throttle import Throttle
from notifications.models import Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of

# A whole building may sit behind one address.
FROM_ONE_PLACE = Throttle("accessibility-reports", limit=20, seconds=3600)


class NobodyToTellError(Exception):
    """No operator has an address that works."""


@transaction.atomic
def report(*, words: str, answer_to: Address | None) -> int:
    """Send it to every operator; how many. Raises NobodyToTellError."""
    operators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    found = [(operator, address) for operator in operators if (address := address_of(operator))]
    if not found:
        raise NobodyToTellError
    for operator, address in found:
        context = {"words": words, "answer_to": answer_to.value if answer_to else ""}
        with override(operator.language):
            post_message(
                purpose=Message.Purpose.REPORT,
                channel=address.channel,
                address=address.value,
                language=operator.language,
                subject=render_to_string("mydata/mail/report_subject.txt", context).strip(),
                text=render_to_string("mydata/mail/report_message.txt", context).strip(),
                user=operator,
            )
    return len(found)
