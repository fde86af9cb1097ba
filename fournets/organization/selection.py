"""The lines of a list an account has selected: kept over its pages, for what is done with many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Selection
from fournets.organization.saved_views import limits

ADD = """
INSERT INTO organization_selection (user_id, list, item, at) SELECT %s, %s, item, %s FROM unnest(%s::bigint[]) AS item
ON CONFLICT DO NOTHING
"""


def selected(reader: Reader, listing: str) -> list[int]:
    """The numbers an account has selected in a list, in their order."""
    found = Selection.objects.filter(user_id=reader.user_id, list=listing).order_by("item")
    return list(found.values_list("item", flat=True))


@transaction.atomic
def select(
    reader: Reader, listing: str, *, add: Sequence[int], drop: Sequence[int] = (), at: datetime
) -> int:
    """Adds to what an account has selected in a list, and drops from it; gives how many are selected then.

    A `Refusal`, and nothing is changed, when they would be more than the limit.
    """
    Selection.objects.filter(user_id=reader.user_id, list=listing, item__in=list(drop)).delete()
    with connection.cursor() as cursor:
        cursor.execute(ADD, [reader.user_id, listing, at, list(add)])
    count = Selection.objects.filter(user_id=reader.user_id, list=listing).count()
    if count > limits().selected_most:
        raise Refusal("selected_many", most=limits().selected_most)
    return count


def clear_selection(reader: Reader, listing: str) -> None:
    """Nothing of a list is selected any more."""
    Selection.objects.filter(user_id=reader.user_id, list=listing).delete()
