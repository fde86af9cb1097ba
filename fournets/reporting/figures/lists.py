"""The lists the figures count: for each, SQL that gives area, id and the columns a definition may ask for."""

from __future__ import annotations

from fournets.screening.selectors.states import ENTERPRISES, HOUSEHOLDS

LISTS = {
    "people": (
        "SELECT area_code, id FROM people_person WHERE area_code >= %(low)s AND area_code < %(high)s",
        (),
    ),
    "households": (f"WITH {HOUSEHOLDS} SELECT area_code, id, state FROM household_state", ("state",)),  # noqa: S608
    "enterprises": (
        f"WITH {ENTERPRISES} SELECT area_code, id, CASE WHEN surveyed THEN 'surveyed' ELSE 'not_started' END AS state"  # noqa: S608
        " FROM enterprise_state",
        ("state",),
    ),
    "outbreak_enterprises": (
        "SELECT area_code, id FROM places_enterprise WHERE id = ANY(%(outbreak)s)",
        (),
    ),
    "assessments": (
        "SELECT a.area_code, a.person_id AS id, d.risk_class AS class,"
        " CASE WHEN a.since_on = %(on)s THEN 'day' END AS since, CASE WHEN d.until_on = %(on)s THEN 'day' END AS until"
        " FROM screening_assessment a JOIN screening_decision d ON d.id = a.decision_id"
        " WHERE a.superseded_on IS NULL AND a.area_code >= %(low)s AND a.area_code < %(high)s",
        ("class", "since", "until"),
    ),
    "tasks": (
        "SELECT area_code, id, CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END AS state,"
        " CASE WHEN cover_id IS NULL THEN 'none' ELSE 'some' END AS cover,"
        " CASE WHEN (closed_at AT TIME ZONE %(zone)s)::date = %(on)s THEN 'day' END AS closed"
        " FROM organization_task WHERE area_code >= %(low)s AND area_code < %(high)s",
        ("state", "cover", "closed"),
    ),
    "overrides": (
        "SELECT area_code, person_id AS id, CASE WHEN state = 'asked' THEN 'asked' ELSE 'in_force' END AS state"
        " FROM screening_override WHERE state IN ('asked', 'approved') AND from_on <= %(on)s AND until_on > %(on)s"
        " AND area_code >= %(low)s AND area_code < %(high)s",
        ("state",),
    ),
}

PUBLIC = {
    "person": "SELECT id, public_id FROM people_person",
    "household": "SELECT id, public_id FROM people_household",
    "enterprise": "SELECT id, public_id FROM places_enterprise",
    "task": "SELECT id, id::text FROM organization_task",
}
