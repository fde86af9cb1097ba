"""The end of an event: figures stay, personal data is shredded, and a certificate says what was done."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import uuid4

import psycopg
from django.db import transaction

from fournets.accounts.services import seal_second_factors_again
from fournets.audit.chain import head
from fournets.audit.services import record
from fournets.crypto import KeyRing, load_ring, save_ring, without_a_trace
from fournets.database import owner_url
from fournets.home import home
from fournets.keeping.models import Event
from fournets.language import Refusal
from fournets.organization.access import Reader

ASK, DECIDE = "event.ask", "event.decide"
TABLES = Path(__file__).with_name("tables.toml")
LOG = "closed.log"  # events that were closed, kept apart from the database: a back-up of one may come back
FIGURES = """
SELECT d."on", d.correction, f.area_code, f.figure, f.value FROM reporting_dayfigure f
JOIN reporting_dayclose d ON d.id = f.day_id ORDER BY 1, 2, 3, 4
"""

# What is left of coverage once nobody is: the buildings and enterprises that stay.
RECOUNT = """
SELECT count_cells(array_agg(DISTINCT left(code, 15))) FROM (
    SELECT area_code AS code FROM places_enterprise UNION ALL SELECT code FROM places_building
    UNION ALL SELECT code FROM places_area WHERE length(code) = 15
) AS every
"""


@cache
def tables() -> dict[str, Any]:
    """What becomes of each table: ``shred``, ``blank`` and ``keep`` of ``tables.toml``."""
    return tomllib.loads(TABLES.read_text(encoding="utf-8"))


def present_event() -> Event:
    """The event the register serves now."""
    return Event.objects.get(closed_at=None)


@transaction.atomic
def ask_closing(reader: Reader, reason: str, *, at: datetime) -> Event:
    """Asks for the end of the present event."""
    event = Event.objects.select_for_update().get(closed_at=None)
    if not reader.may(ASK):
        raise Refusal("event_right")
    if event.asked_by:
        raise Refusal("event_asked_already", login=event.asked_by)
    if not reason.strip():
        raise Refusal("event_reason")
    event.reason, event.asked_by, event.asked_at = reason.strip(), reader.login, at
    event.save(update_fields=["reason", "asked_by", "asked_at"])
    _record("event_close_asked", event, reader.login, at)
    return event


@transaction.atomic
def decide_closing(reader: Reader, approve: bool, *, at: datetime) -> Event:
    """Approves the end of the event that another account has asked for, or turns it down."""
    event = Event.objects.select_for_update().get(closed_at=None)
    if not reader.may(DECIDE):
        raise Refusal("event_right")
    if not event.asked_by or event.decided_by:
        raise Refusal("event_not_asked")
    if event.asked_by == reader.login:
        raise Refusal("event_two_people")
    if approve:
        event.decided_by, event.decided_at = reader.login, at
    else:
        event.reason, event.asked_by, event.asked_at = "", "", None
    event.save()
    _record("event_close_approved" if approve else "event_close_refused", event, reader.login, at)
    return event


def close_event(*, actor: str, at: datetime) -> dict[str, Any]:
    """Shreds the personal data of an event two people have decided to close; gives the certificate.

    Begun, it is always brought to its end: run again after an interruption, or on a back-up of a closed event, it does
    what is left. A `Refusal` unless the end was decided.
    """
    event = present_event()
    if not (event.decided_by or was_closed(str(event.uuid))):
        raise Refusal("event_not_decided")
    _note(event, "begun", at)
    (position, before), ring = head(), load_ring(home() / "keys.toml")
    with psycopg.connect(owner_url()) as link:
        rows, figures = _shred(link)
    certificate = {
        "event": str(event.uuid),
        "begun_at": event.begun_at.isoformat(),
        "closed_at": at.isoformat(),
        "asked_by": event.asked_by,
        "decided_by": event.decided_by,
        "shredded": rows,
        "files": _remove_files(),
        "keys": _destroy_keys(ring),
        "figures": figures,
        "audit_head_before": f"{position} {before.hex()}",
    }
    digest = digest_of(certificate)
    with transaction.atomic():
        _end(event, certificate, at)
        details = {"event": str(event.uuid), "certificate": digest}
        record(act="event_closed", actor=actor, area_code="", at=at, details=details)
    _note(event, digest, at)
    return {**certificate, "sha256": digest}


def digest_of(certificate: dict[str, Any]) -> str:
    """The SHA-256 of a certificate, as the audit and the log outside the database keep it."""
    text = json.dumps(certificate, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def was_closed(uuid: str) -> bool:
    """Whether the log outside the database says that this event was closed, or that its closing was begun."""
    path = home() / LOG
    return path.exists() and any(line.split()[1] == uuid for line in path.read_text().splitlines())


def _shred(link: psycopg.Connection[Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Everything in one transaction of the owner: rows counted and gone, columns emptied, figures fingerprinted."""
    rows = {name: _count(link, name) for name in tables()["shred"]}
    link.execute(f"TRUNCATE {', '.join(tables()['shred'])}")
    for table, columns in tables()["blank"].items():
        emptied = ", ".join(f'"{name}" = {value}' for name, value in columns.items())
        link.execute(f"UPDATE {table} SET {emptied}")  # noqa: S608  # nosec B608
    link.execute(RECOUNT)
    lines = link.execute(FIGURES).fetchall()
    text = "\n".join(" ".join(map(str, line)) for line in lines)
    return rows, {"rows": len(lines), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _count(link: psycopg.Connection[Any], table: str) -> int:
    found = link.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # nosec B608
    return int(found[0]) if found else 0


def _remove_files() -> int:
    """Removes every file that was kept as it came in; how many there were."""
    folder = home() / "files"
    count = sum(1 for _ in folder.glob("*/*.sealed"))
    rmtree(folder, ignore_errors=True)
    return count


def _destroy_keys(ring: KeyRing) -> list[str]:
    """Puts fresh keys in the place of all there are, but the audit's; gives the fingerprints of those that are gone.

    Second factors, which stay, are sealed again in between.
    """
    path = home() / "keys.toml"
    fresh = replace(without_a_trace(ring), current=max(ring.keys) + 1)
    (key,) = fresh.keys.values()
    fresh = replace(fresh, keys={fresh.current: replace(key, number=fresh.current)})
    save_ring(replace(fresh, keys={**ring.keys, **fresh.keys}), path)
    seal_second_factors_again()
    save_ring(fresh, path)
    return [hashlib.sha256(key.secret).hexdigest() for key in ring.keys.values()]


def _end(event: Event, certificate: dict[str, Any], at: datetime) -> None:
    """Ends the event; the next one begins."""
    decided = event.decided_by or "back-up"
    Event.objects.filter(pk=event.pk).update(
        closed_at=at, certificate=certificate, decided_by=decided, asked_by=event.asked_by or "closed before"
    )
    Event.objects.create(uuid=uuid4(), begun_at=at)


def _note(event: Event, what: str, at: datetime) -> None:
    with (home() / LOG).open("a") as log:
        log.write(f"{at.isoformat()} {event.uuid} {what}\n")


def _record(act: str, event: Event, actor: str, at: datetime) -> None:
    record(act=act, actor=actor, area_code="", at=at, details={"event": str(event.uuid)})
