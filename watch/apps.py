"""The top floor."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Settings, the model's pages and the commands; see docs/architecture.md."""

    name = "watch"

    def ready(self) -> None:
        """Register the system checks."""
        from watch import checks  # noqa: F401, PLC0415 (Django registers checks on import)
