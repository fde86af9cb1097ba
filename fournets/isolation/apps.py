from django.apps import AppConfig


class IsolationConfig(AppConfig):
    name = "fournets.isolation"
