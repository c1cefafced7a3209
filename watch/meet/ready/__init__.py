"""Ready-made words for the usual kinds of meeting."""

from watch.meet.ready.kinds import KINDS, Ready

__all__ = ["KINDS", "Ready"]
