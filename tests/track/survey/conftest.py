"""The same small district as for meetings that are held, in English."""

from tests.meet.held.conftest import _english, here

__all__ = ["_english", "here"]
