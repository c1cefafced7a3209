"""What people type about notices, validated and nothing else."""

from notifications.forms.blanks import BlanksForm, filled
from notifications.forms.devices import DeviceForm, RenewalForm, SubscriptionForm
from notifications.forms.life import CallOffForm, ReturnForm, TestForm
from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm, RhythmForm
from notifications.forms.templates import TemplateForm, notice_as_template, template_data

__all__ = [
    "BlanksForm",
    "CallOffForm",
    "DeviceForm",
    "NoticeForm",
    "PersonForm",
    "PreferenceForm",
    "RenewalForm",
    "ReturnForm",
    "RhythmForm",
    "SubscriptionForm",
    "TemplateForm",
    "TestForm",
    "filled",
    "form_data",
    "notice_as_template",
    "template_data",
]
