"""What people type about notices, validated and nothing else."""

from notifications.forms.life import CallOffForm, ReturnForm, TestForm
from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm

__all__ = ["CallOffForm", "NoticeForm", "PersonForm", "PreferenceForm", "ReturnForm", "TestForm", "form_data"]
