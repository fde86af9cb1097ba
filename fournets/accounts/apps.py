from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fournets.accounts"

    def ready(self) -> None:
        from fournets.accounts import signals  # noqa: F401
