"""The application's role sees nothing until a scope is set."""

import pytest
from django.db import connection

from fournets.places.models import Building
from fournets.places.scope import scope


@pytest.mark.django_db
def test_the_application_cannot_see_a_row_outside_its_scope() -> None:
    with scope("440605123"):
        Building.objects.create(code="4406051230180010000001", area_code="4406051230180010000001", name="2栋")
        assert Building.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("fournets_app",)
    assert Building.objects.count() == 0
    with scope("440605123019"):
        assert Building.objects.count() == 0
