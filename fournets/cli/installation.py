"""Setting up an installation and looking whether it is sound."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from fournets import database
from fournets.faults import DatabaseUnreachable
from fournets.home import home
from fournets.language import say

ROOM_NEEDED = 2 * 1024**3  # bytes free below the data folder before intake is no longer safe


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
    yield from (_version, _role, _tables, _policies, _log, _divisions)


def _room() -> Finding:
    free = shutil.disk_usage(home()).free
    fine = free >= ROOM_NEEDED
    return Finding("room", fine, say("room_fine" if fine else "room_short", free=f"{free / 1024**3:.1f}"))


def _keys() -> Finding:
    path = home() / "keys.toml"
    if not path.exists():
        return Finding("keys", True, say("keys_absent"))
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
    open_tables = link.execute(
        "SELECT c.table_name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name"
        " WHERE c.table_schema = 'public' AND c.column_name = 'area_code' AND NOT t.relrowsecurity"
        " AND c.table_name <> 'audit_auditline' ORDER BY 1"
    ).fetchall()
    names = ", ".join(row[0] for row in open_tables)
    return Finding(
        "protection", not names, say("policies_missing", tables=names) if names else say("policies_fine")
    )


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
