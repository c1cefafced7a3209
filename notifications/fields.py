"""Form fields that tidy what is typed before its length is counted."""

from collections.abc import Callable
from typing import Any

from django import forms


def one_line(typed: str) -> str:
    """The text on one line, so that it can stand in a mail's subject."""
    return " ".join(typed.split())


def plain_lines(typed: str) -> str:
    """The text with plain line breaks, each one character whatever the browser sent."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


class TidyField(forms.CharField):
    """A text field whose value is tidied before its length is counted."""

    def __init__(self, *, tidy: Callable[[str], str], **kwargs: Any) -> None:
        self.tidy = tidy
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The tidy text."""
        return self.tidy(str(super().to_python(value) or ""))
