"""Writes to ready-made notices: save, delete, mark as reviewed. Changed words always wait for a reader again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from buildings.models import Organisation
from notifications.models import NoticeTemplate, NoticeTemplateText


class WordsChanged(Exception):  # noqa: N818 - a state, told to the person as such
    """The words are no longer those the reader has read."""


def put_texts(template: NoticeTemplate, texts: Mapping[str, tuple[str, str]]) -> int:
    """Give the template exactly these texts; a text that is new or changed is not reviewed. How many were."""
    template.texts.exclude(language__in=texts).delete()
    known = {text.language: text for text in template.texts.select_for_update()}
    changed = 0
    for language, (title, body) in texts.items():
        text = known.get(language) or NoticeTemplateText(template=template, language=language)
        if (text.title, text.body) == (title, body):
            continue
        text.title, text.body, text.reviewed_at = title, body, None
        text.save()
        changed += 1
    return changed


@transaction.atomic
def save_template(
    *,
    organisation: Organisation,
    kind: str,
    urgency: str,
    texts: Mapping[str, tuple[str, str]],
    template: NoticeTemplate | None = None,
) -> NoticeTemplate:
    """Save a new ready-made notice of the organisation's, or new words in an old one."""
    saved = template or NoticeTemplate(organisation=organisation, slug=_slug(organisation, texts["sv"][0]))
    saved.kind, saved.urgency = kind, urgency
    saved.save()
    put_texts(saved, texts)
    return saved


@transaction.atomic
def delete_template(*, template: NoticeTemplate) -> None:
    """Throw an organisation's ready-made notice away; notices written from it stay."""
    template.delete()


def seal_of(text: NoticeTemplateText) -> str:
    """A fingerprint of the words a reader is asked about, so that the same words are approved as were read."""
    return salted_hmac("trappan.reviewed-words", f"{text.title}\n{text.body}").hexdigest()[:32]


@transaction.atomic
def review(*, text: NoticeTemplateText, is_reviewed: bool, seen: str) -> NoticeTemplateText:
    """Mark a text as read and approved by someone who reads the language, or take the mark away.

    `seen` is the `seal_of` the page showed. Raises WordsChanged when the words have changed since.
    """
    current = NoticeTemplateText.objects.select_for_update().get(pk=text.pk)
    if seal_of(current) != seen:
        raise WordsChanged
    if is_reviewed != bool(current.reviewed_at):
        current.reviewed_at = timezone.now() if is_reviewed else None
        current.save(update_fields=["reviewed_at"])
    return current


def _slug(organisation: Organisation, title: str) -> str:
    """A short name no other ready-made notice of the organisation has."""
    stem = slugify(title)[:50] or "anslag"
    taken = set(NoticeTemplate.objects.filter(organisation=organisation).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{stem}-{n + 1}" if n else stem) not in taken)
