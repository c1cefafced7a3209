"""Forms of the ways in: they validate what was typed, nothing else."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from buildings.models import Flat, Stairwell, tidy_code
from watch.join.addresses import Address, read_address
from watch.join.doors.slips import Slip
from watch.join.forms import NAME_LENGTH, without_controls

CODE_FIELD = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
SHORTEST_SEARCH = 3


class LetterCodeForm(forms.Form):
    """The code typed from a flat's letter."""

    code = forms.CharField(
        label=_("The code in the letter"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_FIELD),
        help_text=_("Eight letters and digits. Capital or small letters and spaces do not matter."),
        error_messages={"required": _("Write the code that is in the letter.")},
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = tidy_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("Write the code that is in the letter."), code="required")
        return code


class StreetForm(forms.Form):
    """A street to look for."""

    street = forms.CharField(
        label=_("Your street"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "street-address", "type": "search"}),
        help_text=_("At least three letters, and the number if you like: Varpgatan 1."),
        error_messages={"required": _("Write the name of your street.")},
    )

    def clean_street(self) -> str:
        """What was typed, in single spaces."""
        street = " ".join(self.cleaned_data["street"].split())
        if sum(sign.isalpha() for sign in street) < SHORTEST_SEARCH:
            raise ValidationError(_("Write at least three letters of the street's name."), code="short")
        return street


class FlatField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A flat of one stairwell, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Flat.objects.none(), **kwargs)

    def of(self, stairwell: Stairwell) -> None:
        """Offer the stairwell's flats."""
        self.queryset = Flat.objects.standing().filter(stairwell=stairwell).select_related("stairwell")


class LettersForm(forms.Form):
    """Letters for which flats."""

    flat = FlatField(
        label=_("For which flat"),
        required=False,
        empty_label=_("Every flat"),
        help_text=_("Flats whose household does not want to take part get none, unless you choose one here."),
    )

    def __init__(self, *args: Any, stairwell: Stairwell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stairwell = stairwell
        self.fields["flat"].of(stairwell)  # type: ignore[attr-defined]

    def flats(self) -> list[Flat]:
        """The flats chosen."""
        one = self.cleaned_data["flat"]
        return [one] if one else list(Flat.objects.written_to().filter(stairwell=self.stairwell))


class ResidentFlatForm(forms.Form):
    """In which flat somebody lives."""

    flat = FlatField(label=_("Flat"), required=False, empty_label=_("Not known"))

    def __init__(self, *args: Any, stairwell: Stairwell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flat"].of(stairwell)  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """A flat whose household wants no part."""

    flat = FlatField(
        label=_("Flat"), empty_label=_("Choose a flat"), error_messages={"required": _("Choose a flat in the list.")}
    )

    def __init__(self, *args: Any, stairwell: Stairwell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flat"].of(stairwell)  # type: ignore[attr-defined]


class SlipForm(forms.Form):
    """What is written on a slip of paper. The flat is asked of the owner's staff only."""

    name = forms.CharField(
        label=_("What the neighbour wants to be called"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Any name will do. It does not have to be the real one."),
        error_messages={"required": _("Write a name. Any name will do.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    login = forms.CharField(
        label=_("E-mail or mobile number, if there is one on the slip"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "dir": "ltr"}),
        help_text=_("Leave it empty for who wants paper only. We write there first, and notices come after an answer."),
        error_messages={"max_length": _("This is too long for an e-mail address or a mobile number.")},
    )
    flat = FlatField(label=_("Flat"), required=False, empty_label=_("Not known"))
    shows_name = forms.BooleanField(label=_("The contact in the stairwell may see the name"), required=False)
    signed = forms.BooleanField(
        label=_("I have the slip here, and the neighbour has signed it"),
        error_messages={"required": _("Without a signed slip nobody can be typed in.")},
    )

    def __init__(self, *args: Any, stairwell: Stairwell, asks_flat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_flat:
            self.fields["flat"].of(stairwell)  # type: ignore[attr-defined]
        else:
            del self.fields["flat"]

    def clean_name(self) -> str:
        """The name on one line."""
        name = without_controls(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write a name. Any name will do."), code="required")
        return name

    def clean_login(self) -> Address | None:
        """The channel and the address, or None for paper only."""
        typed = self.cleaned_data["login"].strip()
        return read_address(typed) if typed else None

    def slip(self) -> Slip:
        """What was written."""
        data = self.cleaned_data
        return Slip(
            name=data["name"],
            language=data["language"],
            address=data["login"],
            flat=data.get("flat"),
            shows_name=data["shows_name"],
        )


class RecoveryCodeForm(forms.Form):
    """The code from the housing company, and whether an address of the other kind is safe."""

    code = forms.CharField(
        label=_("The code from your housing company"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_FIELD),
        help_text=_("Eight letters and digits. Capital or small letters and spaces do not matter."),
        error_messages={"required": _("Write the code that you got from your housing company.")},
    )
    keeps_others = forms.BooleanField(
        label=_("I still have the other address or number I use here. Keep it."),
        required=False,
        help_text=_("Leave this empty if somebody else may have got hold of it."),
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = tidy_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("Write the code that you got from your housing company."), code="required")
        return code
