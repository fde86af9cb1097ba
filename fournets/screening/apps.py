from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "fournets.screening"
