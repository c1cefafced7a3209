"""Register files a company has uploaded, between the plan it is shown and its yes."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from buildings.models.organisations import Organisation
from buildings.models.places import District


class RegisterUpload(models.Model):
    """An uploaded register and its plan. The file itself is dropped when applied, refused or a day old."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="register_uploads")
    district = models.ForeignKey(District, models.PROTECT, null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    filename = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, editable=False)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return f"register upload {self.pk}"
