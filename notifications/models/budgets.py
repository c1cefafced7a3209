"""What an organisation has spent on SMS, month by month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models import Organisation


class SmsMonth(models.Model):
    """One organisation's SMS parts in one calendar month (settings.TIME_ZONE), and whether it was warned."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sms_months")
    month = models.DateField(help_text=_("the first day of the month"))
    parts = models.PositiveIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("SMS of a month")
        verbose_name_plural = _("SMS by month")
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="one_sms_month")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month:%Y-%m}"
