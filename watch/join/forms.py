"""Forms of joining, signing in and inviting staff: they validate what was typed, nothing else."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation, User, tidy_code
from notifications.models import Endpoint
from watch.join.addresses import Address, read_address, read_email
from watch.join.verification import CODE_DIGITS, tidy_digits

NAME_LENGTH = User._meta.get_field("name").max_length


# Persian and several Indian scripts, and joined emoji, need these two to be written right.
JOINERS = {"\u200c", "\u200d"}


def without_controls(text: str) -> str:
    """The text on one line, without control and direction signs; empty when nothing would be seen."""
    spaced = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    kept = "".join(sign for sign in spaced if sign in JOINERS or unicodedata.category(sign)[0] != "C")
    line = " ".join(kept.split())
    return line if any(unicodedata.category(sign)[0] in "LNPS" for sign in line) else ""


class StairwellCodeForm(forms.Form):
    """A stairwell's code, typed from a poster."""

    code = forms.CharField(
        label=_("The code on the poster"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
        help_text=_("Eight letters and digits. Capital or small letters and spaces do not matter."),
        error_messages={"required": _("Write the code that is on the poster in your stairwell.")},
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = tidy_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("Write the code that is on the poster in your stairwell."), code="required")
        return code


class AddressForm(forms.Form):
    """One field for either an e-mail address or a mobile number."""

    login = forms.CharField(
        label=_("E-mail or mobile number"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
        help_text=_("We send a code there, so that we know it is yours."),
        error_messages={
            "required": _("Write your e-mail address or your mobile number."),
            "max_length": _("This is too long for an e-mail address or a mobile number."),
        },
    )

    def clean_login(self) -> Address:
        """The channel and the address."""
        return read_address(self.cleaned_data["login"])


class CodeForm(forms.Form):
    """The six digits from the mail or SMS; pasting, spaces and hyphens are welcome."""

    code = forms.CharField(
        label=_("The code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}),
        help_text=_("Six digits. You may paste it."),
        error_messages={"required": _("Write the six digits we sent you.")},
    )

    def clean_code(self) -> str:
        """The six digits."""
        digits = tidy_digits(self.cleaned_data["code"])
        if len(digits) != CODE_DIGITS:
            raise ValidationError(_("The code has six digits."), code="digits")
        return digits

    def refuse(self) -> None:
        """Say that this was not the code."""
        self.add_error("code", _("That is not the code we sent. Check it and try again."))


class ChooseForm(forms.Form):
    """What to call the person, what they want on their address, who may see the name; nothing is chosen for them.

    `name_words` is what a tick in the last box agrees to, word for word.
    """

    name = forms.CharField(
        label=_("What we call you"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Any name you like. It does not have to be your real one. Your neighbours do not see it."),
        error_messages={"required": _("Write a name. Any name will do.")},
    )
    wants = forms.ChoiceField(
        label=_("What you want to get"),
        choices=[
            (Endpoint.Wants.ALL, _("All notices for my stairwell")),
            (Endpoint.Wants.URGENT, _("Only what I should be aware of or act on now")),
            (Endpoint.Wants.NOTHING, _("Nothing. I read on the page myself")),
        ],
        widget=forms.RadioSelect,
        help_text=_("You can change this whenever you like."),
        error_messages={"required": _("Choose what you want to get.")},
    )
    shows_name = forms.BooleanField(label=_("My stairwell's contact may see my name"), required=False)

    def __init__(self, *args: Any, name_words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shows_name"].help_text = name_words

    def clean_name(self) -> str:
        """The name on one line."""
        name = without_controls(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write a name. Any name will do."), code="required")
        return name


class InviteForm(forms.Form):
    """A new colleague: address, districts of the own organisation, administrator or not."""

    email = forms.CharField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Write your colleague's e-mail address.")},
    )
    districts = forms.ModelMultipleChoiceField(
        label=_("Districts"),
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one district.")},
    )
    is_administrator = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("May invite and remove colleagues.")
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisation.kind == Organisation.Kind.LANDLORD:
            # A housing company's staff answer for its own buildings, wherever they stand.
            del self.fields["districts"]
        else:
            self.fields["districts"].queryset = organisation.districts.all()  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """The address in lower case."""
        return read_email(self.cleaned_data["email"])
