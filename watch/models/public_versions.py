"""How many times what the public pages show has changed."""

from django.db import connections, models
from django.db.models import F


class PublicVersionManager(models.Manager["PublicVersion"]):
    """Reads and raises the one number."""

    def now(self) -> int:
        """The number as it stands; 0 before anything changed."""
        # Asked for every local page, and building the query anew would cost more than the answer.
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT number FROM {self.model._meta.db_table} WHERE id = %s", [PublicVersion.ONLY])  # noqa: S608
            row = cursor.fetchone()
        return row[0] if row else 0

    def grow(self) -> None:
        """The public pages change together with the transaction in hand, so that copies of them end with it."""
        grown = F("number") + 1
        if not self.filter(pk=PublicVersion.ONLY).update(number=grown):
            self.update_or_create(pk=PublicVersion.ONLY, defaults={"number": grown}, create_defaults={"number": 1})


class PublicVersion(models.Model):
    """One row. A kept copy of a public page carries the number it was made under (`watch.present.keeping`)."""

    ONLY = 1

    number = models.PositiveBigIntegerField(default=0)

    objects = PublicVersionManager()

    def __str__(self) -> str:
        return f"public version {self.number}"
