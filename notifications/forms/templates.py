"""An organisation's own ready-made notice as people type it, validated and nothing else."""

from typing import Any

from django.utils.translation import gettext as _

from notifications.forms.texts import LANGUAGES, WordsForm
from notifications.models import Notice, NoticeTemplate
from notifications.ready import blanks
from notifications.wording import check, published_numbers


class TemplateForm(WordsForm):
    """Kind, urgency and words; the blanks are the same in every language, and no number points anyone out."""

    def clean(self) -> dict[str, Any]:
        """Blanks that fit, and texts the personal-data guard lets through."""
        data = super().clean()
        self._clean_blanks(data)
        published = published_numbers()
        for name in [f"{part}_{language}" for language in LANGUAGES for part in ("title", "body")]:
            for finding in check(data.get(name) or "", published):
                self.add_error(name, f"{finding.text}: {finding.reason}")
        return data

    def _clean_blanks(self, data: dict[str, Any]) -> None:
        """Every language asks for what the Swedish text asks for: each blank is filled once for all of them."""
        texts = {
            language: (data[f"title_{language}"], data[f"body_{language}"])
            for language in LANGUAGES
            if data.get(f"title_{language}") and data.get(f"body_{language}")
        }
        if "sv" not in texts:
            return
        for language, pair in texts.items():
            for odd in [blank for blank in blanks.left(*pair) if blank[1:-1].casefold() not in blanks.names([pair])]:
                words = _("%(blank)s: a blank has a short name of letters and digits alone, such as [plats].")
                self.add_error(f"body_{language}", words % {"blank": odd})
        wanted = blanks.names([texts["sv"]])
        for language, pair in texts.items():
            if set(blanks.names([pair])) != set(wanted):
                words = _("The blanks must be the same as in the Swedish text: %(blanks)s.")
                named = ", ".join(f"[{name}]" for name in wanted) or _("none")
                self.add_error(f"body_{language}", words % {"blanks": named})


def template_data(template: NoticeTemplate, *, only_usable: bool = True) -> dict[str, Any]:
    """What a ready-made notice holds, as a form's initial values; for a notice only what may go out."""
    texts = template.usable_texts().values() if only_usable else template.texts.all()
    return {"kind": template.kind, "urgency": template.urgency, **_texts(texts)}


def notice_as_template(notice: Notice) -> dict[str, Any]:
    """A notice's words, as TemplateForm's initial values."""
    return {"kind": notice.kind, "urgency": notice.urgency, **_texts(notice.texts.all())}


def _texts(texts: Any) -> dict[str, str]:
    return {f"{part}_{text.language}": getattr(text, part) for text in texts for part in ("title", "body")}
