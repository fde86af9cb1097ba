"""Free beds of all isolation sites of an area on the days to come: by the ends there are now, who waits, who is expected."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from fournets.isolation.selectors.boards import AHEAD
from fournets.places.scope import code_range
from fournets.sites.rules import Expected, with_arrivals

FREE = """
SELECT count(*) FILTER (WHERE NOT bed.reserve AND bed.state = 'free' OR bed.state = 'to_disinfect'),
    (SELECT count(*) FROM isolation_order waits WHERE waits.state = 'site' AND waits.area_code >= %(low)s AND waits.area_code < %(high)s
        AND NOT EXISTS (SELECT FROM isolation_stay WHERE order_id = waits.id AND until_at IS NULL))
FROM isolation_bed bed JOIN isolation_site site ON site.id = bed.site_id
WHERE site.kind = 'site' AND site.area_code >= %(low)s AND site.area_code < %(high)s
"""
ENDS = """
SELECT greatest(guest.until_on, %(on)s), count(*) FROM isolation_site site CROSS JOIN LATERAL people_at_site(site.id) guest
WHERE site.kind = 'site' AND site.area_code >= %(low)s AND site.area_code < %(high)s AND guest.until_on < %(end)s GROUP BY 1
"""
EXPECTED = """
SELECT arrival."on", sum(arrival.people) FROM sites_arrival arrival JOIN isolation_site site ON site.id = arrival.site_id
WHERE arrival.ended_at IS NULL AND site.kind = 'site' AND site.area_code >= %(low)s AND site.area_code < %(high)s GROUP BY 1
"""


def ahead_in(area_code: str, *, on: date) -> tuple[int, list[tuple[date, int, int]]]:
    """How many who are to be at a site have no bed yet, and for each day free beds less these and all who are expected, and
    how many are expected that day. Beds to be disinfected count as free, whoever is there as gone on his first free day."""
    low, high = code_range(area_code)
    given: dict[str, str | date] = {"low": low, "high": high, "on": on, "end": on + timedelta(days=AHEAD)}
    with connection.cursor() as cursor:
        cursor.execute(FREE, given)
        free, waiting = cursor.fetchone()
        cursor.execute(ENDS, given)
        ends = dict(cursor.fetchall())
        cursor.execute(EXPECTED, given)
        expected = [Expected(day, people) for day, people in cursor.fetchall()]
    ahead = []
    for day in (on + timedelta(days=at) for at in range(AHEAD)):
        free += ends.get(day, 0)
        ahead.append((day, free - waiting))
    return waiting, with_arrivals(ahead, expected)
