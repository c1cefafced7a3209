"""The consent ledger, and which questions have been put to whom."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models.places import Stairwell


class Consent(models.Model):
    """One line of the consent ledger: what was asked, in which words, and what the person answered. Never changed.

    `stairwell` is the place the answer is about, where it is about one; `helper` is who typed it in for the person.
    """

    class Purpose(models.TextChoices):
        """What a person says yes or no to."""

        TAKE_PART = "take_part", _("take part")
        EMAIL = "email", _("notices by e-mail")
        SMS = "sms", _("notices by SMS")
        PUSH = "webpush", _("notices on this device")
        NAME_TO_CONTACT = "name_to_contact", _("my name to my stairwell's contact")
        NAME_TO_STAIRWELL = "name_to_stairwell", _("my name, as a contact, to my stairwell")
        NUMBER_TO_STAIRWELL = "number_to_stair", _("my number, as a contact, to my stairwell")

    class Way(models.TextChoices):
        """How the answer reached us."""

        WEB = "web", _("on the web")
        ONE_CLICK = "one_click", _("with the link in a mail")
        BOUNCE = "bounce", _("the address stopped working")
        STOP = "stop", _("with an SMS that says stop")
        COMPLAINT = "complaint", _("marked as unwanted mail")
        PAPER = "paper", _("on a slip of paper")
        HELPER = "helper", _("with somebody's help")
        SILENCE = "silence", _("no answer to our question")
        LANDLORD = "landlord", _("the housing company said so")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    text = models.TextField()
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.WEB)
    stairwell = models.ForeignKey(Stairwell, models.SET_NULL, null=True, blank=True, related_name="+")
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["user", "purpose", "at"])]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ConsentQuestion(models.Model):
    """A changed consent text was put to a person: they are asked once, whether or not they answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consent_questions")
    purpose = models.CharField(max_length=20, choices=Consent.Purpose.choices)
    version = models.CharField(max_length=20)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "purpose", "version"], name="asked_once_a_version")]

    def __str__(self) -> str:
        return f"question {self.pk}"
