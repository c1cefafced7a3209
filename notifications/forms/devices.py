"""What a browser tells about itself, and what a person wants on a device, validated and nothing else."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Endpoint
from notifications.push import services
from notifications.push.devices import Subscription
from notifications.push.keys import DeviceKeys, decoded


class SubscriptionForm(forms.Form):
    """A browser's subscription: where to send, and what to encrypt with."""

    endpoint = forms.CharField(
        max_length=services.LONGEST,
        error_messages={"max_length": _("Notices cannot be sent to this browser: its address is too long.")},
    )
    p256dh = forms.CharField(max_length=200)
    auth = forms.CharField(max_length=100)

    def clean_endpoint(self) -> str:
        """Only a known push service is ever called."""
        address: str = self.cleaned_data["endpoint"]
        try:
            services.origin(address)
        except services.UnknownService:
            raise forms.ValidationError(
                _("Notices cannot be sent to this browser. Try Firefox, Chrome, Edge or Safari.")
            ) from None
        return address

    def clean(self) -> dict[str, Any]:
        """The two keys belong together."""
        data = self.cleaned_data
        if "p256dh" in data and "auth" in data:
            try:
                data["keys"] = DeviceKeys.read(data["p256dh"], data["auth"])
            except ValueError:
                self.add_error(None, _("The browser's answer was not whole. Load the page again, and press once more."))
        return data

    def subscription(self) -> Subscription:
        """What was typed, once it is valid."""
        return Subscription(self.cleaned_data["endpoint"], self.cleaned_data["keys"])


class RenewalForm(SubscriptionForm):
    """A browser's new subscription, and the proof that it had the old one."""

    old = forms.CharField(max_length=services.LONGEST)
    old_auth = forms.CharField(max_length=100)

    def clean_old_auth(self) -> bytes:
        """The old secret as bytes."""
        try:
            return decoded(self.cleaned_data["old_auth"])
        except ValueError:
            raise forms.ValidationError("") from None


class DeviceForm(forms.Form):
    """What a person wants on one device, and what its previews may say."""

    wants = forms.ChoiceField(
        label=_("What do you want to get?"),
        widget=forms.RadioSelect,
        choices=[
            (Endpoint.Wants.ALL, _("Everything")),
            (Endpoint.Wants.URGENT, _("Only urgent notices")),
            (Endpoint.Wants.NOTHING, _("Nothing")),
        ],
    )
    show_words = forms.BooleanField(
        label=_("Show the notice's title"),
        required=False,
        help_text=_(
            "Without it the device only says that there is a new notice, and nobody who sees the screen can read more."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, device: Endpoint) -> None:
        initial = {"wants": device.wants, "show_words": device.show_words}
        super().__init__(data, initial=initial, prefix=f"device-{device.pk}")
