"""How the installation is: what an administrator looks at in the morning. Numbers and times, never a person."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection

from fournets.audit.anchors import anchors
from fournets.home import ROOM_NEEDED, home
from fournets.jobs.selectors import Queue, queue_now

State = Literal["good", "late", "danger"]
ROOM_SHORT = 5 * ROOM_NEEDED  # and before somebody should look for more
CLOCKS_APART = 5.0  # seconds between the database's clock and ours before times on record mislead
LONG_WAIT = timedelta(minutes=10)  # a job waits before somebody should ask why
FULL = 0.8  # of the connections the database gives
GIGABYTE = 1024**3
# Sizes as the planner knows them: nothing is counted.
SIZES = """SELECT pg_database_size(current_database()),
    (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'people_person'::regclass),
    (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'intake_sourcerow'::regclass)"""
ANSWER = """SELECT current_setting('server_version_num')::int / 10000, extract(epoch FROM clock_timestamp()),
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()), current_setting('max_connections')::int"""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: its state, and the sentence (code and values) that says so and what to do."""

    check: str
    state: State
    code: str
    values: dict[str, Any] = field(default_factory=dict)


def health_signs(*, at: datetime) -> list[Sign]:
    """Everything looked at, in order; a handful of statements, whatever the size of the register."""
    queue = queue_now(at=at)
    return [
        *_database(),
        _worker(queue, at),
        _waiting(queue, at),
        _failed(queue),
        _room(),
        _keys(),
        _anchor(at),
        _size(),
    ]


def _database() -> list[Sign]:
    before = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(ANSWER)
        version, clock, used, most = cursor.fetchone()
    took = time.monotonic() - before
    apart = abs(float(clock) - time.time())
    values = {"version": version, "took": round(took * 1000, 1)}
    return [
        Sign("database", "good", "health_database", values),
        Sign("clock", "good", "health_clock") if apart < CLOCKS_APART
        else Sign("clock", "danger", "health_clock_apart", {"seconds": round(apart)}),
        Sign("connections", "late" if used > FULL * most else "good", "health_connections", {"used": used, "most": most}),
    ]  # fmt: skip


def _worker(queue: Queue, at: datetime) -> Sign:
    if queue.seen_at is None:
        return Sign("worker", "danger", "health_no_worker")
    silent = max(0, round((at - queue.seen_at).total_seconds()))
    if not queue.alive:
        return Sign("worker", "danger", "health_worker_silent", {"seconds": silent})
    return Sign("worker", "good", "health_worker", {"seconds": silent})


def _waiting(queue: Queue, at: datetime) -> Sign:
    if queue.oldest is None:
        return Sign("waiting", "good", "health_nothing_waits")
    minutes = round((at - queue.oldest).total_seconds() / 60)
    state: State = "late" if at - queue.oldest > LONG_WAIT else "good"
    return Sign("waiting", state, "health_waiting", {"count": queue.waiting, "minutes": minutes})


def _failed(queue: Queue) -> Sign:
    if not queue.failed:
        return Sign("failed", "good", "health_none_failed")
    return Sign("failed", "late", "health_failed", {"count": queue.failed})


def _room() -> Sign:
    free = shutil.disk_usage(home()).free
    values = {"free": f"{free / GIGABYTE:.1f}"}
    if free < ROOM_NEEDED:
        return Sign("room", "danger", "health_no_room", values)
    return Sign("room", "late" if free < ROOM_SHORT else "good", "health_room", values)


def _keys() -> Sign:
    path = home() / "keys.toml"
    if not path.exists():
        return Sign("keys", "danger", "health_keys_absent")
    if path.stat().st_mode & 0o077:
        return Sign("keys", "danger", "health_keys_open")
    return Sign("keys", "good", "health_keys")


def _anchor(at: datetime) -> Sign:
    """An anchor is written hourly while anybody does anything; none at all where nobody has yet."""
    try:
        found = anchors()
    except OSError:
        return Sign("anchor", "danger", "health_anchor_unreadable")
    if not found:
        return Sign("anchor", "late", "health_no_anchor")
    return Sign(
        "anchor", "good", "health_anchor", {"count": len(found), "time": found[-1].at[:16].replace("T", " ")}
    )


def _size() -> Sign:
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        size, people, rows = cursor.fetchone()
    values = {"gigabytes": f"{size / GIGABYTE:.1f}", "people": people, "rows": rows}
    return Sign("size", "good", "health_size", values)
