"""A file is taken back: its facts go, people only it knew go with them, the others are derived again."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from fournets.people.models import ReviewItem
from fournets.people.services.derive import derive_people
from fournets.people.services.merge import take_apart_merges_of

GONE = """
WITH gone AS (DELETE FROM people_fact WHERE file_id = %s RETURNING person_id, household_id)
SELECT array_agg(DISTINCT person_id), array_agg(DISTINCT household_id) FROM gone
"""
WORK = "DELETE FROM people_employment USING people_fact AS fact WHERE fact_id = fact.id AND fact.file_id = %s"
EMPTY = """
DELETE FROM people_household WHERE id = ANY(%s)
    AND NOT EXISTS (SELECT FROM people_fact WHERE household_id = people_household.id)
"""


def withdraw_file(file_id: int) -> None:
    """Takes back all a file said of people, in the caller's transaction."""
    with transaction.atomic():
        take_apart_merges_of(file_id, timezone.now())
        ReviewItem.objects.filter(file_id=file_id).delete()
        with connection.cursor() as cursor:
            cursor.execute(WORK, [file_id])
            cursor.execute(GONE, [file_id])
            people, households = cursor.fetchone()
        derive_people(people or [])
        with connection.cursor() as cursor:
            cursor.execute(EMPTY, [[number for number in households or [] if number is not None]])
