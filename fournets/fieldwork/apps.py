"""The app's name in Django."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "fournets.fieldwork"

    def ready(self) -> None:
        """Names the jobs of this app."""
        from fournets.fieldwork import tasks  # noqa: F401
