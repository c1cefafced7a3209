"""Where a person is in the database: every link to them, and whether "My data" reads it.

A link is `app.Model.field`. `MINE` holds rows about the person; what hangs on those is looked for in turn. `DEEDS`
holds what the person has done, in rows about somebody or something else. `LEFT_OUT` says why a link is not read.
`missing()` walks Django's models, and a test fails on a link that stands in none of the three.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

PERSON = "buildings.User"

MINE: dict[str, str] = {
    "buildings.Resident.user": "homes",
    "buildings.Contact.user": "contact_roles",
    "buildings.ContactStep.contact": "contact_roles",
    "buildings.Threat.contact": "contact_roles",
    "buildings.Invitation.by": "contact_roles",
    "buildings.Consent.user": "agreements",
    "buildings.ConsentQuestion.user": "questions",
    "buildings.Disclosure.subject": "looks",
    "buildings.RecoveryCode.user": "recovery_codes",
    "buildings.DataExport.user": "copies",
    "buildings.StaffMember.user": "work",
    "buildings.StaffMember_districts.staffmember": "work",
    "watch.WeeklyWish.staff": "work",
    "watch.Attendance.contact": "contact_roles",
    "notifications.Endpoint.user": "ways",
    "notifications.Rhythm.user": "rhythm",
    "notifications.Delivery.endpoint": "notices",
    "notifications.Message.user": "messages",
    "notifications.Relay.neighbour": "letters",
    "notifications.Relay.contact": "letters",
    "notifications.RelayLetter.relay": "letters",
    "watch.Answer.user": "meeting_answers",
    "watch.CalendarKey.user": "calendar_address",
    "account.EmailAddress.user": "addresses",
    "mfa.Authenticator.user": "sign_in",
    "socialaccount.SocialAccount.user": "sign_in",
}

DEEDS: dict[str, str] = {
    "buildings.District.officer": "work",
    "notifications.Notice.author": "written",
    "notifications.Notice.confirmed_by": "deeds",
    "notifications.Notice.approved_by": "deeds",
    "notifications.Posting.posted_by": "deeds",
    "watch.Meeting.called_by": "contact_roles",
    "watch.Meeting.created_by": "deeds",
    "watch.Record.written_by": "deeds",
    "watch.Action.closed_by": "deeds",
    "watch.WatchStep.by": "deeds",
    "watch.DistrictText.published_by": "deeds",
    "watch.Reopening.closed_by": "deeds",
    "watch.Reopening.by": "deeds",
    "buildings.ContactStep.by": "deeds",
    "buildings.Disclosure.by": "deeds",
    "buildings.Consent.helper": "deeds",
    "buildings.RecoveryCode.by": "deeds",
    "buildings.RegisterUpload.uploaded_by": "deeds",
    "admin.LogEntry.user": "deeds",
}

LEFT_OUT: dict[str, str] = {
    "buildings.Erasure.user": "Set only while the person is being erased, when nobody can sign in as them.",
    "buildings.User_groups.user": "Groups give no rights in Trappan; the table stays empty.",
    "buildings.User_user_permissions.user": "Permissions give no rights in Trappan; the table stays empty.",
    "buildings.Contact.successor": "Says who handed the role over, which is about the one before.",
    "buildings.Threat.told": "About the contact who felt threatened, and read by that contact.",
    "watch.WeeklyMail.staff": "Which Mondays a mail with numbers was due; the mails themselves are read as messages.",
    "notifications.Delivery.digest": "The same rows are read through the person's own ways to be reached.",
    "account.EmailConfirmation.email_address": "Trappan sends codes of its own; the table stays empty.",
    "socialaccount.SocialToken.account": "A key to another service; Trappan keeps none.",
}


def label(model: type[Model]) -> str:
    """A model's name in this register."""
    return f"{model._meta.app_label}.{model._meta.object_name}"


def links_to(target: str) -> Iterator[str]:
    """Every field of any model, tables between two models included, that points at rows of `target`."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and label(field.related_model) == target:
                yield f"{label(model)}.{field.name}"


def missing() -> set[str]:
    """Links to a person, direct or through rows about them, that stand in none of the three registers."""
    unknown: set[str] = set()
    waiting, seen = [PERSON], {PERSON}
    while waiting:
        for link in links_to(waiting.pop()):
            model = link.rpartition(".")[0]
            if link in MINE and model not in seen:
                seen.add(model)
                waiting.append(model)
            if link not in MINE and link not in DEEDS and link not in LEFT_OUT:
                unknown.add(link)
    return unknown
