"""What goes into forms, read in whole sets: people, households and enterprises of an area on a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from fournets.places.models import Area, Building
from fournets.places.scope import code_range

Row = dict[str, Any]
PARK = "industrial park"  # a kind of `Area`: 五金产业基地, to which the divisions add 社区

DECIDED = """
LEFT JOIN screening_assessment assessment ON assessment.person_id = person.id AND assessment.superseded_on IS NULL
LEFT JOIN screening_decision decision ON decision.id = assessment.decision_id
"""
# A form that names a region means that region: a plain yes counts for it only when no place is known.
STAYED = """((person.values ->> 'been_to_outbreak_area' = 'yes'
        AND NOT (%(narrow)s AND person.values ?| ARRAY['from_place', 'via_place'])) OR EXISTS (
    SELECT FROM unnest(string_to_array(person.values ->> 'from_place', '|')) code, unnest(%(outbreak)s::text[]) listed
    WHERE code LIKE listed || '%%') OR EXISTS (
    SELECT FROM unnest(string_to_array(person.values ->> 'via_place', '|')) code, unnest(%(via)s::text[]) listed
    WHERE code LIKE listed || '%%'))"""
ISOLATED = """(
    (decision.action LIKE 'isolate%%' AND decision.from_on <= %(on)s AND (decision.until_on IS NULL OR decision.until_on > %(on)s))
    OR (person.values ->> 'isolation_from' <= %(day)s AND coalesce(person.values ->> 'isolation_until', '9999') > %(day)s))"""
RETURNED = "(person.values ? 'returned_on' OR person.values ? 'from_place' OR person.values ? 'left_on')"
WORKS = "(person.values ? 'employer' OR EXISTS (SELECT FROM people_employment work WHERE work.person_id = person.id))"
TASKED = (
    "EXISTS (SELECT FROM organization_task task WHERE task.person_id = person.id AND task.closed_at IS NULL)"
)
# Where no list says where somebody is, he is where the rules send him.
AT_HOME = """coalesce(person.values ->> 'isolation_place', CASE WHEN decision.action IN ('isolate_site', 'isolate_point')
    THEN decision.action ELSE '居家' END) ~ '居家|家中|在家|自家'"""
WHO = {
    "resident": "true",
    "returnee": RETURNED,
    "outbreak": STAYED,
    "isolation": ISOLATED,
    "isolation_home": f"({ISOLATED} AND {AT_HOME})",
    "isolation_site": f"({ISOLATED} AND NOT {AT_HOME})",
    "staff": WORKS,
    "task": TASKED,
    "migrant": "person.values ->> 'residence_type' = 'migrant'",
    "contact": "(decision.risk_class = 'contact' OR person.values ->> 'contact_history' = 'yes')",
}
# A firm's list says where people work; they count where a list says that they live.
LIVES = """(length(person.area_code) > 12 OR EXISTS (
    SELECT FROM people_fact fact WHERE fact.person_id = person.id AND fact.kind <> 'staff_roster'))"""
INSIDE = 'person.area_code COLLATE "C" >= %(low)s AND person.area_code COLLATE "C" < %(high)s'
PEOPLE = f"""
SELECT person.id, person.id AS person_id, person.area_code, person.name, person.sex, person.birth_on, person.household_id, person.values,
    person.id_number_sealed, person.id_certainty, person.phone_sealed, person.address_sealed, person.values_sealed,
    decision.risk_class, decision.from_on, decision.until_on, decision.action,
    head.name AS head_name, head.id = person.id AS is_head, dwelling.door_sealed, household.number AS household_no,
    visit.outcome AS visit_state, visit."on" AS visited_on, visit.by AS visited_by, work.name AS employer, work.uscc AS employer_uscc
FROM people_person person {DECIDED}
LEFT JOIN people_household household ON household.id = person.household_id
LEFT JOIN people_person head ON head.id = household.head_id
LEFT JOIN places_dwelling dwelling ON dwelling.id = person.dwelling_id
LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, outcome, "on", by FROM screening_visit
    WHERE person_id IS NOT NULL AND "on" <= %(on)s ORDER BY person_id, "on" DESC, id DESC) visit ON visit.person_id = person.id
LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, firm.name, firm.uscc
    FROM people_employment JOIN places_enterprise firm ON firm.id = enterprise_id
    ORDER BY person_id, people_employment.id DESC) work ON work.person_id = person.id
WHERE {INSIDE} AND WHO
ORDER BY left(person.area_code, 12), coalesce(head.name, person.name), person.household_id,
    (head.id = person.id) IS NOT TRUE, person.birth_on, person.id
"""  # noqa: S608 built from constants
HOUSEHOLDS = f"""
SELECT household.id, head.id AS person_id, household.area_code, household.number AS household_no, head.name AS head_name,
    head.id_number_sealed, head.id_certainty, head.phone_sealed, coalesce(head.address_sealed, members.address_sealed) AS address_sealed,
    head.values_sealed, head.values, dwelling.door_sealed,
    members.count AS members, members.names AS member_names, members.ids AS member_ids, members.returnees, members.outbreak_members
FROM people_household household
JOIN (SELECT person.household_id, count(*), string_agg(person.name, '、' ORDER BY person.id) AS names,
        array_agg(person.id ORDER BY person.id) AS ids,
        count(*) FILTER (WHERE {RETURNED}) AS returnees, count(*) FILTER (WHERE {STAYED}) AS outbreak_members,
        (array_agg(person.address_sealed) FILTER (WHERE person.address_sealed IS NOT NULL))[1] AS address_sealed
    FROM people_person person {DECIDED} WHERE {INSIDE} AND WHO GROUP BY person.household_id) members
    ON members.household_id = household.id
LEFT JOIN people_person head ON head.id = household.head_id
LEFT JOIN places_dwelling dwelling ON dwelling.id = coalesce(household.dwelling_id, head.dwelling_id)
ORDER BY household.area_code, household.number, household.id
"""  # noqa: S608
ENTERPRISES = """
SELECT firm.id, firm.area_code, firm.name AS enterprise_name, firm.uscc, firm.headcount, firm.resume_on, firm.values,
    firm.contact_phone_sealed, firm.address_sealed AS enterprise_address_sealed, staff.outbreak
FROM places_enterprise firm
LEFT JOIN (SELECT work.enterprise_id, count(DISTINCT person.id) AS outbreak FROM people_employment work
    JOIN people_person person ON person.id = work.person_id WHERE STAYED GROUP BY 1) staff ON staff.enterprise_id = firm.id
WHERE firm.area_code COLLATE "C" >= %(low)s AND firm.area_code COLLATE "C" < %(high)s
ORDER BY firm.area_code, firm.id
""".replace("STAYED", STAYED)
# Of each file its newest day: a tab of an earlier day says what its later one has mended.
PHONES = """
SELECT person_id, file_id, phone_sealed FROM (
    SELECT fact.person_id, fact.file_id, fact.phone_sealed, fact.seen_on, fact.id,
        max(fact.seen_on) OVER (PARTITION BY fact.person_id, fact.file_id) AS newest
    FROM people_fact fact JOIN (SELECT person_id FROM people_fact WHERE phone_sealed IS NOT NULL
        GROUP BY 1 HAVING count(*) > 1) several USING (person_id)
    JOIN people_person person ON person.id = fact.person_id
    WHERE fact.phone_sealed IS NOT NULL AND INSIDE
) told WHERE seen_on = newest ORDER BY person_id, seen_on, id
""".replace("INSIDE", INSIDE)
WAITING = """
SELECT count(*) AS rows FROM people_reviewitem
WHERE decided = '' AND mended_by IS NULL AND area_code COLLATE "C" >= %(low)s AND area_code COLLATE "C" < %(high)s
"""
COVERS = """
SELECT area_code, worker, phone_sealed, rank FROM organization_cover
WHERE from_on <= %(on)s AND (until_on IS NULL OR until_on > %(on)s) ORDER BY area_code, rank, id
"""


def bindings(area: str, on: date, outbreak: Sequence[str], via: Sequence[str] | None = None) -> Row:
    """The values every statement of forms is run with; ``outbreak`` are the division codes listed on ``on``, ``via`` those
    of them for which it counts to have come by there (all of them when left out)."""
    return {
        **inside(area),
        "on": on,
        "day": on.isoformat(),
        "outbreak": list(outbreak),
        "via": list(outbreak if via is None else via),
        "listed": list(outbreak),
        "narrow": False,
    }


def inside(area: str) -> Row:
    """The bindings that keep a statement to an area."""
    low, high = code_range(area)
    return {"area": area, "low": low, "high": high}


def narrowed(values: Row, region: str) -> Row:
    """The same for a region, or several with ``|``, instead of the listed outbreak areas; without one as it is."""
    regions = region.split("|") if region else values["listed"]
    if _outermost(regions) == _outermost(values["listed"]):
        return values
    return {**values, "outbreak": regions, "via": regions, "narrow": True}


def _outermost(codes: Sequence[str]) -> set[str]:
    """Divisions without those that lie inside another of them."""
    return {code for code in codes if not any(code != one and code.startswith(one) for one in codes)}


def selection(who: str) -> str:
    """The condition on people a selection such as ``outbreak+staff`` stands for."""
    return " AND ".join(WHO[part] for part in who.split("+"))


def people_rows(who: str, values: Row, *, narrow: str = "true") -> RawRows:
    """Everybody of the selection ``who`` for whom a condition holds: household by household, the head first."""
    return RawRows(*_fetched(PEOPLE.replace("WHO", f"{selection(who)} AND {narrow}"), values))


def household_rows(who: str, values: Row) -> RawRows:
    """Every household with anybody of the selection ``who``, with counts of its members."""
    return RawRows(*_fetched(HOUSEHOLDS.replace("WHO", selection(who)), values))


def enterprise_rows(values: Row) -> RawRows:
    """Every enterprise of the area, with the number of its staff who were in an outbreak area."""
    return RawRows(*_fetched(ENTERPRISES, values))


def cover_rows(values: Row) -> list[Row]:
    """Who covers what on the day, first the responsible, then the substitutes."""
    return rows_of(COVERS, values)


def rows_waiting(values: Row) -> int:
    """How many rows of the area wait until somebody decides whom they are about: nobody is counted for them."""
    return int(rows_of(WAITING, values)[0]["rows"])


def area_names() -> dict[str, str]:
    """The name of every area by its code as forms write it: 丹灶社区, not 丹灶社区居委会; a park by its short name."""
    rows = Area.objects.values_list("code", "official_name", "short_name", "kind")
    return {code: short if kind == PARK else form_name(official) for code, official, short, kind in rows}


def form_name(name: str) -> str:
    """A place's name without the committee that runs it."""
    return re.sub(
        r"(?<=社区)(居民委员会|居委会)$|(?<=村)(村民委员会|村委会)$|(?<=.)(民委员会|委会)$", "", name
    )


def short_names() -> dict[str, tuple[str, ...]]:
    """Every name of every area by its code."""
    rows = Area.objects.values_list("code", "official_name", "short_name", "aliases")
    return {
        code: tuple(dict.fromkeys(name for name in (form_name(official), official, short, *others) if name))
        for code, official, short, others in rows
    }


def building_names() -> dict[str, str]:
    """The name of every building of the scope by its code."""
    return dict(Building.objects.values_list("code", "name"))


def rows_of(statement: str, values: Row) -> list[Row]:
    """The rows of a statement as dictionaries."""
    return list(RawRows(*_fetched(statement, values)))


class RawRows:
    """The rows of a statement, made dictionaries one by one: a town's rows are many."""

    def __init__(self, names: list[str], rows: list[tuple[Any, ...]]) -> None:
        self._names, self._rows = names, rows
        self._values = names.index("values") if "values" in names else None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        names, decode = self._names, msgspec.json.decode
        for row in self._rows:
            found = dict(zip(names, row, strict=True))
            if self._values is not None:
                text = row[self._values]
                found["values"] = decode(text) if text else {}
            yield found


def phones_told(values: Row) -> list[tuple[int, int, bytes]]:
    """Of everybody in the area whose telephone several rows tell: person, file and sealed numbers, the newest row last."""
    with connection.cursor() as cursor:
        cursor.execute(PHONES, values)
        return list(cursor.fetchall())


def _fetched(statement: str, values: Row) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [column.name for column in cursor.description or ()], cursor.fetchall()
