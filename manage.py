#!/usr/bin/env python
"""Django's command line for Trappan."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watch.settings")
    try:
        settings.DEBUG  # noqa: B018 (reading it loads the settings, so that what is missing is said plainly)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)
