"""The real settings with shorter pauses: what a person waits an hour for, a test waits seconds for."""

from datetime import timedelta

from watch.settings import *  # noqa: F403

OUTBOX_RETRY_PAUSES = [timedelta(seconds=1)] * 6
