"""What people type about notices, validated and nothing else."""

from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm, RhythmForm

__all__ = ["NoticeForm", "PersonForm", "PreferenceForm", "RhythmForm", "form_data"]
