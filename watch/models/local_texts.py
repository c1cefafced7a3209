"""What police and city write about a district, in each language; every version of it is kept."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation


class DistrictTextQuerySet(models.QuerySet["DistrictText"]):
    """Reads of districts' texts."""

    def newest(self) -> Self:
        """The last version in each language of each district, withdrawn ones among them."""
        same = DistrictText.objects.filter(district=OuterRef("district"), language=OuterRef("language"))
        last = same.order_by().values("language").annotate(last=Max("number")).values("last")
        return self.filter(number=Subquery(last))

    def standing(self) -> Self:
        """Texts people read: the newest ones that hold any words."""
        return self.newest().exclude(introduction="", officer="", meeting_points="", places="")

    def for_reader(self, district: District, language: str) -> "DistrictText | None":
        """The district's text in this language, else the Swedish one; None when neither is there."""
        texts = {text.language: text for text in self.standing().filter(district=district)}
        return texts.get(language.split("-", maxsplit=1)[0]) or texts.get("sv")


class DistrictText(models.Model):
    """One version of what stands on a district's public page in one language.

    A version is never changed: whoever edits publishes the next `number`. One without words takes the text away, and
    readers of that language get the Swedish one. `officer` is who the police officer of the district is, in the
    police's own public words.
    """

    PARTS = ("introduction", "officer", "meeting_points", "places")

    district = models.ForeignKey(District, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField()
    introduction = models.TextField(_("about the district"), max_length=1500, blank=True)
    officer = models.TextField(_("the police officer here"), max_length=500, blank=True)
    meeting_points = models.TextField(_("where to meet the officer"), max_length=500, blank=True)
    places = models.TextField(_("places in the district"), max_length=1000, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    objects = DistrictTextQuerySet.as_manager()

    class Meta:
        ordering = ("district", "language", "-number")
        constraints = [
            models.UniqueConstraint(fields=["district", "language", "number"], name="one_district_text_a_version")
        ]

    def __str__(self) -> str:
        return f"text {self.number} of district {self.district_id} in {self.language}"

    @property
    def is_empty(self) -> bool:
        """Whether it holds no words."""
        return not any(getattr(self, part) for part in self.PARTS)
