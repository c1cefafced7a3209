"""The real settings with shorter pauses: what a person waits an hour for, a test waits seconds for."""

import os
import select
import time as clock
from datetime import timedelta

from watch.settings import *  # noqa: F403

OUTBOX_RETRY_PAUSES = [timedelta(seconds=1)] * 6

if "FAKETIME_TIMESTAMP_FILE" in os.environ:
    # libfaketime 0.9 spoils the sleep that Python asks of the monotonic clock; select's it leaves alone.
    clock.sleep = lambda seconds: select.select([], [], [], seconds) and None
