"""Adding a passkey: allauth's form, for a key that signs in by itself."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext as _


class AddPasskeyForm(AddWebAuthnForm):
    """allauth's, in our words; its field for the key's name is called "Name" in every language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        # Without this a key is a second step only, and whoever has no password could never sign in with it.
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = _("Sign in with this key alone")
        alone.help_text = _("Your phone or computer then asks for your finger, your face or its code.")
