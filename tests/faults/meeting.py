"""A meeting is planned, moved and cancelled, as processes of their own: `python -m tests.faults.meeting DEED`."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from buildings.models import District, Organisation, User  # noqa: E402
from watch.meet import inviting, planning, reminding  # noqa: E402
from watch.meet.planning import Plan  # noqa: E402
from watch.models import Meeting, Reminder  # noqa: E402


def plan(days: int) -> Plan:
    starts = timezone.now() + timedelta(days=days)
    police = Organisation.objects.get(slug="polisen-prov")
    return Plan(
        kind=Meeting.Kind.INFORMATION,
        lead=police,
        organisers=[police],
        district=District.objects.get(),
        place="Provlokalen",
        address="Varpgatan 1",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        texts={"sv": ("Träff om trygghet", "Vi pratar om lås.")},
    )


def invite() -> int:
    """Plan a meeting for everyone; the id of the invitation."""
    user = User.objects.all()[0]
    return told(inviting.invite(meeting=planning.save(plan=plan(20), user=user), user=user))


def move() -> int:
    """Move it two days; the id of the notice that says so."""
    return told(inviting.change(meeting=Meeting.objects.get(), plan=plan(22), user=User.objects.all()[0]))


def cancel() -> int:
    """Cancel it; the id of the notice that says so."""
    return told(inviting.cancel(meeting=Meeting.objects.get(), user=User.objects.all()[0]))


def remind() -> int:
    """Let the time come for a reminder a week before, dropped ones too, and ask twice; the newest notice."""
    Reminder.objects.filter(days=7).update(due_at=timezone.now())
    reminding.send_due()
    reminding.send_due()
    return told(Meeting.objects.get())


def told(meeting: Meeting) -> int:
    return meeting.tellings.newest_first()[0].notice_id


if __name__ == "__main__":
    deeds = {deed.__name__: deed for deed in (invite, move, cancel, remind)}
    print(json.dumps(deeds[sys.argv[1]]()))  # noqa: T201
