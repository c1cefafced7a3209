"""Paper: one notice on one stairwell's board."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Contact, Stairwell
from notifications.models.notices import Notice


class Board(models.TextChoices):
    """How far a notice has come on a board."""

    UP = "up", _("put up")
    TO_DO = "to-do", _("not put up yet")
    NO_CONTACT = "no-contact", _("no contact yet")


@dataclass
class Boards:
    """A notice's boards, for its sender: how many stand where. Never who put a page up."""

    up: int = 0
    to_do: int = 0
    no_contact: int = 0
    postings: list["Posting"] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Every board it is meant for."""
        return self.up + self.to_do + self.no_contact


class PostingQuerySet(models.QuerySet["Posting"]):
    """Reads of postings."""

    def current(self) -> Self:
        """Pages that belong on a board now.

        The notice has left, its time has not passed, no later one corrects it or calls it off, and the stairwell
        stands.
        """
        now, told = timezone.now(), Notice.objects.told()
        followed = told.filter(refers_to=OuterRef("notice")).exclude(reference="")
        standing = {"stairwell__closed_at": None, "stairwell__building__closed_at": None}
        return self.filter(~Exists(followed), notice__in=told.filter(expires_at__gt=now), **standing)

    def on_boards_of(self, stairwells: "Collection[int] | models.QuerySet[Any, Any]") -> Self:
        """Current pages for these stairwells' boards with their notices in hand, the newest notice first."""
        found = self.current().filter(stairwell__in=stairwells).with_words()
        return found.order_by("-notice__started_at", "notice", "stairwell__sort_key", "pk")

    def with_words(self) -> Self:
        """Each with its notice, the notice's texts and sender, and its stairwell."""
        return self.select_related("notice__organisation", "stairwell").prefetch_related("notice__texts")

    def with_contacts(self) -> Self:
        """Each with `has_contact`: whether somebody helps in its stairwell now, and does not hide."""
        at_work = Contact.objects.shown().filter(stairwell=OuterRef("stairwell"), user__is_active=True)
        return self.annotate(has_contact=Exists(at_work))

    def boards(self, notice: Notice, shown: "models.QuerySet[Stairwell]") -> Boards:
        """The notice's boards, counted, with a line for each of the stairwells the reader may see; two queries."""
        found = self.filter(notice=notice).with_contacts().select_related("stairwell")
        may_see, boards = set(shown.values_list("pk", flat=True)), Boards()
        for posting in found.order_by("stairwell__sort_key", "pk"):
            if posting.board == Board.UP:
                boards.up += 1
            elif posting.board == Board.TO_DO:
                boards.to_do += 1
            else:
                boards.no_contact += 1
            if posting.stairwell_id in may_see:
                boards.postings.append(posting)
        return boards


class Posting(models.Model):
    """One notice on one stairwell's board: an A4 page to print and put up.

    Every stairwell a notice is meant for has one, whether a contact helps there or not: the owner's staff can put
    the page up too, and the sender sees where nobody does.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="postings")
    stairwell = models.ForeignKey(Stairwell, models.CASCADE, related_name="postings")
    created_at = models.DateTimeField(default=timezone.now)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice on a board")
        verbose_name_plural = _("notices on boards")
        constraints = [models.UniqueConstraint(fields=["notice", "stairwell"], name="one_posting_a_board")]

    def __str__(self) -> str:
        return f"posting {self.pk}"

    @property
    def board(self) -> Board:
        """Where the page stands; only on postings `with_contacts`."""
        if self.posted_at:
            return Board.UP
        return Board.TO_DO if getattr(self, "has_contact", False) else Board.NO_CONTACT
