"""What somebody promised at a meeting: done, not done, moved to another day, and reminded of when it is late."""

from collections.abc import Iterable
from datetime import date, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from buildings.access import LANDLORD
from buildings.models import StaffMember, User
from notifications.letters import one_line, site_link
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.meet.errors import TooLate
from watch.meet.guarding import refuse_marked
from watch.models import Action, Reopening
from watch.models.records import ActionQuerySet

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(days=14)
# Mails to people at work come while they are there.
DAYTIME = range(8, 17)
# What a mail lists; the rest is on the page it leads to.
LISTED = 20


@transaction.atomic
def close(*, action: Action, user: User, state: str, result: str) -> None:
    """It was done, or will not be. The same press again changes nothing. Raises TooLate, Marked."""
    refuse_marked(result)
    closed = {"state": state, "result": result, "closed_at": timezone.now(), "closed_by": user}
    if Action.objects.open().filter(pk=action.pk).update(**closed):
        log.info("action_closed", action=action.pk, state=state, by=user.pk)
    elif not Action.objects.filter(pk=action.pk, state=state, result=result).exists():
        raise TooLate


@transaction.atomic
def reopen(*, action: Action, user: User, word: str, due_on: date) -> None:
    """It is to be done after all, by that day; how it was closed is kept. The same press again changes nothing.

    Raises TooLate, Marked.
    """
    refuse_marked(word)
    was = Action.objects.get(pk=action.pk)
    opened = {"state": Action.State.OPEN, "result": "", "closed_at": None, "closed_by": None, "reminded_at": None}
    closed = Action.objects.exclude(state=Action.State.OPEN)
    if closed.filter(pk=was.pk, state=was.state, closed_at=was.closed_at).update(due_on=due_on, **opened):
        before = {name: getattr(was, name) for name in ("state", "result", "closed_at", "closed_by_id")}
        Reopening.objects.create(action=was, word=word, by=user, **before)
        log.info("action_reopened", action=was.pk, by=user.pk)
        return
    last = was.reopenings.last()
    if last is None or (last.word, last.by_id, was.due_on) != (word, user.pk, due_on):
        raise TooLate


@transaction.atomic
def move(*, action: Action, due_on: date) -> None:
    """Give it another day; for that day its organisation is reminded anew. Raises TooLate when it is closed."""
    opened = Action.objects.open().filter(pk=action.pk)
    if not opened.update(due_on=due_on, reminded_at=None):
        raise TooLate


def to_remind() -> ActionQuerySet:
    """Late actions whose organisation has not been told of them within the last 14 days."""
    not_lately = Q(reminded_at=None) | Q(reminded_at__lte=timezone.now() - AGAIN_AFTER)
    found: ActionQuerySet = Action.objects.overdue().filter(not_lately)
    return found


def remind() -> int:
    """Remind organisations of what is late, one mail for a district's; how many actions. Only in the daytime."""
    if timezone.localtime().hour not in DAYTIME:
        return 0
    reminded = 0
    for pair in list(to_remind().order_by().values_list("organisation", "district").distinct()):
        try:
            reminded += _remind(*pair)
        except Exception as error:  # noqa: BLE001 - it is asked again within the hour, and the others must not wait
            log.error("action_reminder_failed", organisation=pair[0], error=type(error).__name__)
    return reminded


@transaction.atomic
def _remind(organisation: int, district: int) -> int:
    here = to_remind().filter(organisation=organisation, district=district)
    late = list(here.select_related("meeting", "district").order_by("due_on", "pk"))
    # Claimed one by one, so that of two workers each tells only of what the other has not.
    claimed = [action for action in late if to_remind().filter(pk=action.pk).update(reminded_at=timezone.now())]
    if claimed:
        _tell(_staff(organisation, district), claimed)
    return len(claimed)


def _staff(organisation: int, district: int) -> list[User]:
    """Who works with it in the district, otherwise the organisation's administrators."""
    staff = StaffMember.objects.current().filter(organisation=organisation, accepted_at__isnull=False)
    staff = staff.filter(user__is_active=True).exclude(user__email="").select_related("user").order_by("pk")
    here = staff.filter(Q(organisation__kind=LANDLORD) | Q(districts=district))
    return [member.user for member in here] or [member.user for member in staff.filter(is_administrator=True)]


def _tell(people: Iterable[User], late: list[Action]) -> None:
    for person in people:
        with override(person.language):
            subject, text = _words(late)
        post_message(
            purpose=Message.Purpose.WARNING,
            channel=Endpoint.Channel.EMAIL,
            address=person.email,
            language=person.language,
            subject=subject,
            text=text,
            user=person,
        )


def _words(late: list[Action]) -> tuple[str, str]:
    """Subject and text. What was agreed among contacts is read after sign-in only."""
    facts = {"number": len(late), "district": late[0].district.name}
    subject = gettext("Agreed at a meeting and late: %(district)s") % facts
    told = ngettext(
        "Your organisation promised something at a meeting in %(district)s that should be done by now.",
        "Your organisation promised %(number)s things at meetings in %(district)s that should be done by now.",
        len(late),
    )
    shown = [action for action in late if not action.meeting.contacts_only][:LISTED]
    lines = [f"- {one_line(action.what)} ({date_format(action.due_on, 'DATE_FORMAT')})" for action in shown]
    what_now = gettext("Say there what is done, or choose another day:")
    where = f"{what_now}\n{site_link('meet:actions')}"
    return subject, "\n\n".join(filter(None, (told % facts, "\n".join(lines), where)))
