"""What people type about notices, validated and nothing else."""

from notifications.forms.blanks import BlanksForm, filled
from notifications.forms.life import CallOffForm, ReturnForm, TestForm
from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm, RhythmForm
from notifications.forms.templates import TemplateForm, notice_as_template, template_data

__all__ = [
    "BlanksForm",
    "CallOffForm",
    "NoticeForm",
    "PersonForm",
    "PreferenceForm",
    "ReturnForm",
    "RhythmForm",
    "TemplateForm",
    "TestForm",
    "filled",
    "form_data",
    "notice_as_template",
    "template_data",
]
