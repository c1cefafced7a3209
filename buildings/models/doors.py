"""Ways in that are for one person: the code in a flat's own letter, a contact's invitation, a recovery code.

Only fingerprints of codes are kept (`buildings.sealing.fingerprint`), so a copy of the database opens no door.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from buildings.models.contacts import Contact
from buildings.models.organisations import Organisation
from buildings.models.places import Flat, Stairwell

NEIGHBOUR_INVITATION_VALID = timedelta(days=14)
RECOVERY_VALID = timedelta(days=7)


class FlatCodeQuerySet(models.QuerySet["FlatCode"]):
    """Reads of flat codes."""

    def valid(self) -> Self:
        """Codes that still open: not used, not replaced by a later letter, and the flat stands."""
        return self.filter(used_at=None, retired_at=None, flat__closed_at=None)


class FlatCode(models.Model):
    """The one-time code in a flat's own letter; whoever types it lives there, as far as we can tell."""

    flat = models.ForeignKey(Flat, models.CASCADE, related_name="codes")
    fingerprint = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = FlatCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["flat"], condition=Q(used_at=None, retired_at=None), name="one_valid_code_a_flat"
            )
        ]

    def __str__(self) -> str:
        return f"code of flat {self.flat_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def valid(self) -> Self:
        """Invitations that still open: not used, not withdrawn, not older than fourteen days."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def invitation_end() -> datetime:
    """When an invitation made now ends."""
    return timezone.now() + NEIGHBOUR_INVITATION_VALID


class Invitation(models.Model):
    """A contact's invitation to one neighbour: a link that is used once."""

    stairwell = models.ForeignKey(Stairwell, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(Contact, models.CASCADE, related_name="invitations")
    fingerprint = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=invitation_end, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    """Reads of recovery codes."""

    def valid(self) -> Self:
        """Codes that still open."""
        return self.filter(used_at=None, retired_at=None, expires_at__gt=timezone.now())


def recovery_end() -> datetime:
    """When a recovery code made now ends."""
    return timezone.now() + RECOVERY_VALID


class RecoveryCode(models.Model):
    """What a housing company hands, in person, to a tenant who has lost number and address: it lets in once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=recovery_end, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = RecoveryCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
