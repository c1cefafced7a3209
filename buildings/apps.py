"""The ground floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuildingsConfig(AppConfig):
    """Imports neither `notifications` nor `watch`."""

    name = "buildings"
    verbose_name = _("Buildings")
