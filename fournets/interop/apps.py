"""The app's name in Django."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "fournets.interop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the jobs of this app."""
        from fournets.interop import tasks  # noqa: F401
