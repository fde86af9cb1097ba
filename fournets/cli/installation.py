"""Setting up an installation and looking whether it is sound."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from fournets import database
from fournets.crypto import SealError, load_ring
from fournets.faults import DatabaseUnreachable
from fournets.home import ROOM_NEEDED, home
from fournets.language import Refusal, say
from fournets.protection import unprotected

AUDIT, SOURCES = "audit_auditline", "intake_sourcefile"
# A register that is not up to date yet does not know the column.
KEPT = f"""SELECT DISTINCT sha256 FROM {SOURCES} AS file
WHERE state <> 'refused' AND to_jsonb(file) ->> 'destroyed_at' IS NULL"""  # noqa: S608
DELETIONS = (
    """SELECT uuid, to_jsonb(event) ->> 'deletions' FROM keeping_event AS event WHERE closed_at IS NULL"""
)
# Counts of coverage are written by the database alone, and only it sees which cells an act has touched.
WRONG_RIGHTS = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (
    (relname !~ '^(django|auth)_|^screening_(coveragecount|coveragehour|touchedcell)$'
        AND NOT (has_table_privilege(%(role)s, oid, 'SELECT') AND has_table_privilege(%(role)s, oid, 'INSERT')))
    OR (relname ~ '^screening_coverage(count|hour)$' AND NOT has_table_privilege(%(role)s, oid, 'SELECT'))
    OR (relname ~ '^screening_(coveragecount|coveragehour|touchedcell)$' AND has_table_privilege(%(role)s, oid, 'INSERT, UPDATE, DELETE'))
    OR (relname IN ('audit_auditline', 'audit_chainlink') AND has_table_privilege(%(role)s, oid, 'UPDATE, DELETE, TRUNCATE'))
) ORDER BY 1
"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fine, and the sentence that says so or what to do."""

    check: str
    fine: bool
    sentence: str


def migrate() -> None:
    """Makes the database, the application's role and all tables, with the owner's rights."""
    try:
        database.prepare()
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(str(error).splitlines()[0]) from error
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    ordinary = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(database.as_django(database.owner_url()))
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    connection.settings_dict.update(ordinary)


def is_new() -> bool:
    """Whether there is no register yet: a database without a single table of ours, or one that is still to be made."""
    try:
        database.prepare()
        with psycopg.connect(database.owner_url()) as link:
            return not _has(link, "django_migrations")
    except (psycopg.OperationalError, DatabaseUnreachable):
        return False  # whoever opens it next says why it cannot be reached


def findings() -> list[Finding]:
    """Everything the doctor looks at, in order; what needs the database is left out when there is none."""
    found = [_room(), _keys()]
    try:
        database.prepare()
        link = psycopg.connect(database.owner_url())
    except (psycopg.OperationalError, DatabaseUnreachable) as error:
        return [
            *found,
            Finding("database", False, say("database_unreachable", reason=str(error).splitlines()[0])),
        ]
    with link:
        return [*found, *(look(link) for look in _database_checks())]


def _database_checks() -> Iterator[Callable[[psycopg.Connection[Any]], Finding]]:
    yield from (
        _version,
        _role,
        _tables,
        _rights,
        _policies,
        _log,
        _divisions,
        _opens,
        _files,
        _deletions,
        _audit,
        _numbers,
    )


def _room() -> Finding:
    free = shutil.disk_usage(home()).free
    fine = free >= ROOM_NEEDED
    return Finding("room", fine, say("room_fine" if fine else "room_short", free=f"{free / 1024**3:.1f}"))


def _keys() -> Finding:
    path = home() / "keys.toml"
    if not path.exists():
        return Finding("keys", True, say("keys_absent"))  # whether they are lost says `_opens`
    fine = path.stat().st_mode & 0o077 == 0
    return Finding("keys", fine, say("keys_fine" if fine else "keys_open"))


def _version(link: psycopg.Connection[Any]) -> Finding:
    version = link.info.server_version // 10000
    fine = version >= 16
    return Finding("database", fine, say("database_fine" if fine else "database_old", version=version))


def _role(link: psycopg.Connection[Any]) -> Finding:
    row = link.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [database.APP_ROLE]
    ).fetchone()
    owns = link.execute(
        "SELECT count(*) FROM pg_tables WHERE tableowner = %s", [database.APP_ROLE]
    ).fetchone()
    fine = row is not None and not row[0] and owns is not None and owns[0] == 0
    return Finding("role", fine, say("role_fine" if fine else "role_strong"))


def _tables(link: psycopg.Connection[Any]) -> Finding:
    row = link.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    if not (row and row[0]):
        return Finding("tables", False, say("tables_absent"))
    done = set(link.execute("SELECT app, name FROM django_migrations").fetchall())
    fine = _migrations() <= done
    return Finding("tables", fine, say("tables_fine" if fine else "register_outdated"))


def _migrations() -> set[tuple[str, str]]:
    """Every step this version of the program knows, as application and name."""
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader

    return set(MigrationLoader(None).graph.nodes)


def _policies(link: psycopg.Connection[Any]) -> Finding:
    with link.cursor() as cursor:
        names = ", ".join(unprotected(cursor))
    return Finding(
        "protection", not names, say("policies_missing", tables=names) if names else say("policies_fine")
    )


def _rights(link: psycopg.Connection[Any]) -> Finding:
    """The application may read and write every table, but change nothing in the audit chain."""
    wrong = link.execute(WRONG_RIGHTS, {"role": database.APP_ROLE}).fetchall() if _has(link, AUDIT) else []
    names = ", ".join(row[0] for row in wrong)
    return Finding("rights", not names, say("rights_wrong", tables=names) if names else say("rights_fine"))


def _opens(link: psycopg.Connection[Any]) -> Finding:
    """Whether the key file opens what is sealed: one telephone is enough to tell."""
    if not _has(link, "people_person"):
        return Finding("sealed", True, say("sealed_nothing"))
    row = link.execute(
        "SELECT phone_sealed FROM people_person WHERE phone_sealed IS NOT NULL LIMIT 1"
    ).fetchone()
    if row is None:
        return Finding("sealed", True, say("sealed_nothing"))
    path = home() / "keys.toml"
    if not path.exists():
        return Finding("sealed", False, say("keys_lost"))
    try:
        load_ring(path).unseal("phone", row[0])
    except SealError:
        return Finding("sealed", False, say("keys_other"))
    return Finding("sealed", True, say("sealed_opens"))


def _files(link: psycopg.Connection[Any]) -> Finding:
    """Whether every file that was taken in, and not destroyed since, still lies sealed in the data folder."""
    rows = link.execute(KEPT).fetchall() if _has(link, SOURCES) else []
    folder = home() / "files"
    gone = sum(not (folder / row[0][:2] / f"{row[0]}.sealed").exists() for row in rows)
    return Finding(
        "files", not gone, say("files_gone", count=gone) if gone else say("files_fine", count=len(rows))
    )


def _deletions(link: psycopg.Connection[Any]) -> Finding:
    """Whether the register has seen every deletion the log tells of, and the log every one the register has seen."""
    from fournets.keeping.deletions import lost, unseen
    from fournets.keeping.models import Event

    row = link.execute(DELETIONS).fetchone() if _has(link, "keeping_event") else None
    if row is None or row[1] is None:  # no register yet, or one to be brought up to date
        return Finding("deletions", True, say("deletions_fine"))
    event = Event(uuid=row[0], deletions=int(row[1]))
    if found := unseen(event):
        return Finding("deletions", False, say("deletions_unseen", count=len(found)))
    gone = lost(event)
    return Finding("deletions", not gone, say("deletions_lost" if gone else "deletions_fine"))


def _audit(link: psycopg.Connection[Any]) -> Finding:
    """Whether the database guards the audit, the chain fits its anchors, and anchors can be written."""
    from fournets.cli.anchored import look_at_audit

    fine, said = (
        look_at_audit(link) if _has(link, "audit_chainlink") else (True, say("anchors_fine", count=0))
    )
    return Finding("audit", fine, said)


def _numbers(link: psycopg.Connection[Any]) -> Finding:
    """Whether the official numbers can be read, and the rules find theirs for today."""
    from fournets.policy import in_force
    from fournets.screening.rules.numbers import numbers_of

    try:
        numbers_of(in_force(on=datetime.now(UTC).date()))
    except Refusal as error:
        return Finding("policy", False, say("policy_unreadable", reason=str(error)))
    return Finding("policy", True, say("policy_fine"))


def _has(link: psycopg.Connection[Any], table: str) -> bool:
    row = link.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return bool(row and row[0])


def _log(link: psycopg.Connection[Any]) -> Finding:
    loud = [
        name
        for name, value in database.QUIET_LOG.items()
        if link.execute("SELECT current_setting(%s)", [name]).fetchone() != (value,)
    ]
    said = say("log_loud", settings=", ".join(loud)) if loud else say("log_quiet")
    return Finding("log", not loud, said)


def _divisions(link: psycopg.Connection[Any]) -> Finding:
    known = link.execute("SELECT to_regclass('places_area') IS NOT NULL").fetchone()
    count = link.execute("SELECT count(*) FROM places_area").fetchone() if known and known[0] else None
    fine = bool(count and count[0])
    return Finding(
        "divisions",
        fine,
        say("divisions_fine", count=count[0]) if fine and count else say("register_not_ready"),
    )
