"""No table of people without a policy: what the database shows depends on the scope, and without one it shows nothing."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from fournets import protection
from fournets.database import within
from fournets.places.scope import scope
from tests.apps.access.tables import OPENED_BY, SCOPED, as_owner, row_for

TOWN, NEXT_TOWN = "440605123", "440605124"
OWN, NEIGHBOUR = TOWN + "018", TOWN + "008"
ALL = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
"""


def kept_tables() -> list[str]:
    with connection.cursor() as cursor:
        return protection.protected(cursor)


def all_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return {name for (name,) in cursor.fetchall()}


def findings() -> list[str]:
    with connection.cursor() as cursor:
        return protection.unprotected(cursor)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_every_table_has_a_policy_of_the_scope_or_a_reason_to_have_none() -> None:
    assert findings() == []
    assert set(protection.OPEN) | set(protection.CLOSED) | set(kept_tables()) == all_tables()


@pytest.mark.django_db
def test_no_table_stands_in_two_lists_or_without_a_reason() -> None:
    assert not set(protection.OPEN) & set(protection.WIDER)
    assert set(protection.WIDER) <= set(kept_tables())
    assert all(len(reason.split()) > 2 for reason in (protection.OPEN | protection.WIDER).values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE people_note (area_code text, said text)",
        "CREATE VIEW people_wide AS SELECT * FROM people_person",
        "CREATE MATERIALIZED VIEW people_kept AS SELECT * FROM people_person",
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY people_person_scope ON people_person",
        "CREATE POLICY wide ON people_person USING (true)",
        "CREATE POLICY wide ON people_person FOR SELECT USING (current_setting('fournets.low', true) IS NOT NULL)",
        "CREATE POLICY wide ON people_person FOR INSERT WITH CHECK (true)",
        "CREATE POLICY wide ON audit_auditline FOR SELECT USING (true)",
        "CREATE POLICY wide ON audit_auditline FOR SELECT USING (current_setting('fournets.chain', true) = 'on' OR act <> '')",
        "CREATE POLICY wide ON people_canary USING (current_setting('fournets.canary', true) = 'on' or added_by <> '')",
        "ALTER POLICY people_person_scope ON people_person WITH CHECK (true)",
        "ALTER POLICY people_person_scope ON people_person USING (area_code >= current_setting('fournets.low', true)"
        " OR area_code < current_setting('fournets.high', true))",
    ],
)
def test_a_table_that_shows_too_much_is_found(statement: str) -> None:
    as_owner(statement)
    assert len(findings()) == 1


@pytest.mark.django_db
def test_a_policy_that_narrows_is_no_finding() -> None:
    as_owner("CREATE POLICY narrow ON people_person AS RESTRICTIVE USING (sex <> '')")
    assert findings() == []


@pytest.mark.django_db
def test_a_row_of_any_table_is_shown_in_its_area_and_above_and_nowhere_else() -> None:
    wrong = []
    for table in kept_tables():
        as_owner(*row_for(table, TOWN if table == "screening_decision" else OWN))
        shown = {"without a scope": count(table)}
        for name, area in (("own", OWN), ("above", TOWN), ("all", ""), ("next town", NEXT_TOWN)):
            with scope(area):
                shown[name] = count(table)
        with scope(NEIGHBOUR):
            shown["neighbour"] = count(table)
        wanted = {"own": 1, "above": 1, "all": 1, "next town": 0, "without a scope": 0}
        wanted["neighbour"] = 1 if table == "screening_decision" else 0  # a decision belongs to its town
        if shown != wanted:
            wrong.append((table, shown))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("area", [None, NEXT_TOWN])
def test_a_row_is_not_written_outside_the_scope(area: str | None) -> None:
    accepted = []
    for table in kept_tables():
        statement = row_for(table, TOWN if SCOPED.get(table) == "town_code" else OWN)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if area is None:
                    cursor.execute(*statement)
                else:
                    with scope(area):
                        cursor.execute(*statement)
            accepted.append(table)
        except ProgrammingError as refused:
            assert "row-level security" in str(refused) or table in protection.COUNTED
    assert accepted == []


@pytest.mark.django_db
def test_rows_outside_the_scope_are_neither_changed_nor_deleted() -> None:
    as_owner(*row_for("people_person", OWN))
    with connection.cursor() as cursor, scope(NEIGHBOUR):
        cursor.execute("UPDATE people_person SET name = 'y'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM people_person")
        assert cursor.rowcount == 0
    with scope(OWN):
        assert count("people_person") == 1


@pytest.mark.django_db
def test_a_row_cannot_be_moved_out_of_the_scope() -> None:
    as_owner(*row_for("people_person", OWN))
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT set_config('fournets.low', %s, true), set_config('fournets.high', %s, true)",
                       [OWN, OWN[:-1] + chr(ord(OWN[-1]) + 1)])  # fmt: skip
        cursor.execute("UPDATE people_person SET area_code = %s", [NEIGHBOUR])


@pytest.mark.django_db
def test_an_appointment_is_shown_to_its_holder_and_no_other_account() -> None:
    as_owner(*row_for("organization_appointment", OWN))
    with connection.cursor() as cursor:
        for user, shown in (("1", 1), ("2", 0), ("", 0)):
            cursor.execute("SELECT set_config('fournets.user', %s, true)", [user])
            assert count("organization_appointment") == shown


@pytest.mark.django_db
def test_every_policy_looks_the_scope_up_once_a_query() -> None:
    """Not once a row: see `fournets.database.within_scope`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = tablename || '_scope'"
            " AND (qual !~* 'NULLIF.*SELECT current_setting.*SELECT current_setting'"
            " AND qual !~* 'ANY .*SELECT ARRAY.current_setting.*ANY .*SELECT ARRAY.current_setting' OR with_check <> qual)"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_policies WHERE policyname = tablename || '_scope'")
        assert cursor.fetchone()[0] > 20


@pytest.mark.django_db
def test_people_counted_by_area_are_kept_to_the_scope_by_the_index_alone() -> None:
    """Not row by row: see `fournets.database.within_scope_by_index`."""
    as_owner(*row_for("people_person", OWN))
    with connection.cursor() as cursor, scope(OWN):
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT area_code, count(*) FROM people_person WHERE area_code >= %s GROUP BY 1", [TOWN]
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using person_by_area" in plan and "Filter" not in plan, plan


@pytest.mark.django_db
def test_policies_made_before_are_made_anew() -> None:
    from importlib import import_module

    old = "area_code >= current_setting('fournets.low', true) AND area_code < current_setting('fournets.high', true)"
    as_owner(f"ALTER POLICY people_person_scope ON people_person USING ({old}) WITH CHECK ({old})")
    as_owner(import_module("fournets.organization.migrations.0008_scope_once_a_query").AGAIN)
    test_every_policy_looks_the_scope_up_once_a_query()
    assert findings() == []


@pytest.mark.django_db
def test_what_is_open_without_a_scope_is_open_for_a_reason_only() -> None:
    """A table of the list has no column that is sealed, or that names a person's number or area of living.

    But for the key an account's phones lock with: of an account, nobody of the register, and useless without our own keys.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name = ANY(%s) AND (column_name ~ '_sealed$' OR column_name IN"
            " ('person_id', 'household_id', 'birth_on', 'id_number', 'phone', 'address'))",
            [list(protection.OPEN)],
        )
        assert set(cursor.fetchall()) <= {("fieldwork_phonekey", "key_sealed")}


@pytest.mark.django_db
@pytest.mark.parametrize("table", protection.CLOSED)
def test_what_no_scope_opens_is_shown_for_its_own_setting_alone(table: str) -> None:
    key = protection.KEYS[table][0]
    as_owner(*row_for(table, OWN))
    with scope(""):
        with within({key: ""}):
            assert count(table) == 0
        with within({key: OPENED_BY[table]}):
            assert count(table) == 1
