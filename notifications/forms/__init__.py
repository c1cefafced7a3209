"""What people type about notices, validated and nothing else."""

from notifications.forms.blanks import BlanksForm, filled
from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm, RhythmForm
from notifications.forms.templates import TemplateForm, notice_as_template, template_data

__all__ = [
    "BlanksForm",
    "NoticeForm",
    "PersonForm",
    "PreferenceForm",
    "RhythmForm",
    "TemplateForm",
    "filled",
    "form_data",
    "notice_as_template",
    "template_data",
]
