"""WSGI entry point for gunicorn, which runs no system checks: a start that is unsafe is refused here too."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from watch.checks import demo_stays_local, push_calls_known_services_only, secret_key_is_long

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watch.settings")

application = get_wsgi_application()
for problem in (*demo_stays_local(None), *secret_key_is_long(None), *push_calls_known_services_only(None)):
    raise ImproperlyConfigured(f"{problem.msg} {problem.hint}")
