"""The app's name in Django."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "fournets.calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the jobs of this app."""
        from fournets.calls import tasks  # noqa: F401
