"""Forms of the register: they validate what was sent, nothing else."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from buildings.models import District
from buildings.register import Register, UnreadableError, read_register


def too_large() -> str:
    """What is said of a file over the limit, by the browser and by the form."""
    return _("The file is larger than %(limit)s. Check that it is the right one.") % {
        "limit": filesizeformat(settings.UPLOAD_LIMIT)
    }


class RegisterForm(forms.Form):
    """A register file and the district it is for. A valid form holds the `register` and the file's `content`."""

    register: Register
    content: bytes

    file = forms.FileField(
        label=_("The register, as CSV or Excel"),
        allow_empty_file=True,
        max_length=200,
        help_text=_("One row for each flat, with headings, as your property system exports it."),
        error_messages={"required": _("Choose the file with your register.")},
    )
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=_("District"),
        empty_label=None,
        help_text=_("Everything in the file stands here. Other districts are left as they are."),
    )

    def __init__(self, *args: Any, districts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs |= {
            "accept": ".csv,.txt,.xlsx",
            "data-max-bytes": str(settings.UPLOAD_LIMIT),
            "data-too-large": too_large(),
        }

    def clean_file(self) -> UploadedFile[bytes]:
        """A file of a size we take, that can be read as a register."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if upload.size is None or upload.size > settings.UPLOAD_LIMIT:
            raise ValidationError(too_large(), code="too_large")
        self.content = upload.read()
        try:
            self.register = read_register(io.BytesIO(self.content), upload.name or "")
        except UnreadableError as error:
            raise ValidationError(str(error), code="unreadable") from error
        return upload
