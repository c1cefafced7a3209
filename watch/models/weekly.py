"""The weekly mail to staff: who does not want it, and which have been sent."""

from django.db import models
from django.utils import timezone

from buildings.models import StaffMember


class WeeklyWish(models.Model):
    """What a member of staff has said of the weekly mail; who has said nothing gets it."""

    staff = models.OneToOneField(StaffMember, models.CASCADE, related_name="weekly_wish")
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"weekly wish {self.pk}"


class WeeklyMail(models.Model):
    """One week's mail to one member of staff; the row comes with the mail, so there is never a second.

    A week in which nothing waited has a row and no mail.
    """

    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="weekly_mails")
    monday = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "monday"], name="one_mail_a_week")]
        indexes = [models.Index(fields=["monday"], name="weekly_mail_monday")]

    def __str__(self) -> str:
        return f"weekly mail {self.pk}"
