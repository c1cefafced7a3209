"""Letters between a neighbour and a contact: Trappan stands between them, and neither sees the other's address."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Contact, Resident, User
from buildings.sealing import unseal
from notifications.models.endpoints import new_token


def mail_token() -> str:
    """A token that can stand in a mail address: 128 bits, no capitals, which mail servers may change."""
    return secrets.token_hex(16)


class RelayQuerySet(models.QuerySet["Relay"]):
    """Reads of conversations."""

    def with_reach(self) -> Self:
        """Each with `is_open`: neither side has ended it, the contact still helps there, the neighbour lives there."""
        at_home = Resident.objects.present().filter(
            user=OuterRef("neighbour"), stairwell=OuterRef("contact__stairwell")
        )
        at_work = Contact.objects.shown().filter(pk=OuterRef("contact"))
        return self.annotate(is_at_home=Exists(at_home), is_at_work=Exists(at_work))

    def with_people(self) -> Self:
        """Each with both people and the contact's place in hand."""
        return self.select_related("contact__user", "contact__stairwell__building__district", "neighbour")

    def of(self, user: User) -> Self:
        """Conversations a person may read: their own letters, and those to a role they still have."""
        as_contact = Q(contact__user=user, contact__state=Contact.State.ACTIVE)
        return self.filter(Q(neighbour=user) | as_contact).with_people().with_reach()

    def with_letters(self, user: User) -> Self:
        """Those with letters in them, newest first, each with `unread`: how many this person has not opened."""
        theirs = Q(letters__read_at=None) & (
            Q(neighbour=user, letters__from_contact=True) | Q(contact__user=user, letters__from_contact=False)
        )
        counted = self.annotate(unread=Count("letters", filter=theirs), number=Count("letters"))
        return counted.filter(number__gt=0).order_by("-last_at", "-pk")

    def answered_with(self, token: str) -> Self:
        """The one conversation one of whose sides answers with this token, and who wrote in it last."""
        newest = RelayLetter.objects.filter(relay=OuterRef("pk")).order_by("-at", "-pk")
        found = self.filter(Q(contact_token=token) | Q(neighbour_token=token))
        return found.with_people().with_reach().annotate(last_is_contacts=Subquery(newest.values("from_contact")[:1]))


class Relay(models.Model):
    """A conversation between one neighbour and one contact; each side answers with a token of its own."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="relays")
    neighbour = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="relays")
    contact_token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    neighbour_token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    last_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = RelayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "neighbour"], condition=Q(closed_at=None), name="one_open_relay")
        ]

    def __str__(self) -> str:
        return f"relay {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether letters still travel; asked of a relay that was read `with_reach`."""
        known: Any = self
        return self.closed_at is None and known.is_at_work and known.is_at_home

    def is_contacts(self, user: User) -> bool:
        """Whether the person stands on the contact's side."""
        return self.contact.user_id == user.pk


class RelayLetterQuerySet(models.QuerySet["RelayLetter"]):
    """Reads of letters."""

    def passed_on(self, to: str) -> Self:
        """Letters passed on to this kind of organisation, newest first, with the place and nobody's name."""
        found = self.filter(passed_to=to).select_related("relay__contact__stairwell__building__district")
        return found.order_by("-passed_at", "-pk")


class RelayLetter(models.Model):
    """One letter of a relay, sealed; wiped after settings.RETENTION["relayed-letters"].

    `passed_to` is the kind of organisation a contact has passed it on to, without the neighbour's name or address.
    """

    class PassedTo(models.TextChoices):
        """Whom a contact can pass a letter on to."""

        POLICE = "police", _("the police")
        LANDLORD = "landlord", _("the housing company")

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="letters")
    from_contact = models.BooleanField()
    sealed = models.BinaryField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    passed_to = models.CharField(max_length=10, choices=PassedTo.choices, blank=True)
    passed_at = models.DateTimeField(null=True, editable=False)

    objects = RelayLetterQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"letter {self.pk}"

    @property
    def text(self) -> str:
        """The words."""
        return str(unseal(self.sealed)["text"])
