"""Ready-made notices with blanks to fill, and which of their languages a reader has approved."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from buildings.models import Organisation
from notifications.models.notices import Notice


class NoticeTemplateQuerySet(models.QuerySet["NoticeTemplate"]):
    """Reads of ready-made notices."""

    def open_to(self, organisation: Organisation) -> Self:
        """Those everyone has and the organisation's own; an alert only for the police."""
        found = self.filter(Q(organisation=None) | Q(organisation=organisation))
        if organisation.kind == Organisation.Kind.POLICE:
            return found
        return found.exclude(urgency=Notice.Urgency.ACT_NOW)


class NoticeTemplate(models.Model):
    """A usual notice, ready in several languages. Without an organisation it is for everyone.

    Blanks stand as `[plats]` in title and text, the same in every language (`notifications.ready.blanks`).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="templates")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Notice.Kind.choices)
    urgency = models.CharField(
        _("how urgent"), max_length=12, choices=Notice.Urgency.choices, default=Notice.Urgency.INFORMATION
    )

    objects = NoticeTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("ready-made notice")
        verbose_name_plural = _("ready-made notices")
        ordering = ("kind", "slug")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="template_once_an_organisation"),
            models.UniqueConstraint(fields=["slug"], condition=Q(organisation=None), name="template_once_for_everyone"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def languages(self) -> "list[NoticeTemplateText]":
        """Its texts in the order of settings.LANGUAGES, Swedish first."""
        order = [language for language, _name in settings.LANGUAGES]
        return sorted(self.texts.all(), key=lambda text: order.index(text.language))

    def usable_texts(self) -> "dict[str, NoticeTemplateText]":
        """What may go out, by language: Swedish, and what a reader has approved."""
        return {text.language: text for text in self.texts.all() if text.is_usable}

    def text_in(self, language: str | None = None) -> "NoticeTemplateText":
        """The text in this language (the reader's when none is named) if it may go out, else the Swedish one."""
        usable = self.usable_texts()
        return usable.get((language or get_language() or "sv").split("-")[0]) or usable["sv"]


class NoticeTemplateText(models.Model):
    """A template's words in one language; used only when reviewed by someone who reads it, Swedish always."""

    template = models.ForeignKey(NoticeTemplate, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=90)
    body = models.TextField(_("text"), max_length=2000)
    reviewed_at = models.DateTimeField(_("reviewed by a reader"), null=True, blank=True)

    class Meta:
        verbose_name = _("text of a ready-made notice")
        verbose_name_plural = _("texts of ready-made notices")
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="one_template_text_a_language")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_usable(self) -> bool:
        """Whether it may go out: Swedish always, another language once a reader has approved it."""
        return self.language == "sv" or self.reviewed_at is not None
