"""What people type about notices, validated and nothing else."""

from notifications.forms.devices import DeviceForm, RenewalForm, SubscriptionForm
from notifications.forms.notice import NoticeForm, form_data
from notifications.forms.preferences import PersonForm, PreferenceForm

__all__ = [
    "DeviceForm",
    "NoticeForm",
    "PersonForm",
    "PreferenceForm",
    "RenewalForm",
    "SubscriptionForm",
    "form_data",
]
