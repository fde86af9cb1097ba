"""The invented town, opened to all of it."""

from tests.apps.intake.conftest import town

__all__ = ["town"]
