"""The style page: every part in every state and both directions, for whoever builds the next page."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from buildings.access import staff_page
from buildings.models import District, Organisation
from notifications.models import Notice, NoticeText

LEVELS = ("success", "info", "warning", "error")
BUTTONS = ("btn-primary btn-main", "btn-primary", "btn-quiet", "btn-quiet btn-sm", "btn-stop")
STATES = (("good", "check"), ("wait", "wait"), ("stop", "stop"), ("quiet", "clock"))
COLOURS = (
    *("paper", "raised", "sunken", "ink", "muted", "line", "hairline", "spruce", "spruce-soft"),
    *("amber", "amber-ground", "brick", "brick-ground", "fjord", "fjord-ground"),
)


class SampleForm(forms.Form):
    """A field of each sort, with label and help."""

    words = forms.CharField(label=_("One line"), max_length=20, help_text=_("A help text stands under the label."))
    text = forms.CharField(label=_("Several lines"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    one = forms.ChoiceField(
        label=_("One of these"), widget=forms.RadioSelect, choices=[("a", _("the first")), ("b", _("the second"))]
    )
    some = forms.MultipleChoiceField(
        label=_("Any of these"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", _("the first")), ("b", _("the second"))],
    )
    day = forms.DateField(label=_("A day"), widget=forms.DateInput(attrs={"type": "date"}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


@dataclass(frozen=True)
class Sample:
    """One showing of every part, in one direction; `key` keeps its ids apart from the other's."""

    key: str
    direction: str
    form: SampleForm
    wrong: SampleForm

    @classmethod
    def of(cls, key: str, direction: str) -> "Sample":
        """The parts of this direction, with a form as it comes and one with errors."""
        wrong = SampleForm({"words": "x" * 30}, auto_id=f"{key}-wrong-%s")
        return cls(key, direction, SampleForm(auto_id=f"{key}-%s"), wrong)


@require_safe
@staff_page()
def style(request: HttpRequest) -> HttpResponse:
    """Every part, first in the page's own direction and then in the other."""
    own, other = ("rtl", "ltr") if get_language_bidi() else ("ltr", "rtl")
    context = {
        "samples": [Sample.of("own", own), Sample.of("other", other)],
        "page": Paginator(range(75), 25).get_page(2),
        "notices": [_notice(urgency) for urgency in Notice.Urgency],
        "icons": _icons(),
        "levels": LEVELS,
        "buttons": BUTTONS,
        "states": STATES,
        "colours": COLOURS,
    }
    return render(request, "present/style.html", context)


def _icons() -> list[str]:
    """The names of the sprite's pictures; those of notices' kinds among them."""
    sprite = ElementTree.parse(str(finders.find("trappan/icons.svg")))  # noqa: S314 – our own file
    return [str(symbol.get("id")) for symbol in sprite.iter() if symbol.get("id")]


def _notice(urgency: str) -> Notice:
    """A notice that is in no database."""
    notice = Notice(
        pk=0,
        urgency=urgency,
        kind=Notice.Kind.OTHER,
        organisation=Organisation(name=str(_("The sender"))),
        district=District(name=str(_("A district"))),
        started_at=timezone.now(),
    )
    text = NoticeText(language=get_language(), title=str(_("A title that is short and says what has happened")))
    text.body = str(_("Two lines of the text follow, so that one knows whether to open it. The rest stands inside."))
    notice.__dict__["_prefetched_objects_cache"] = {"texts": [text]}
    return notice
