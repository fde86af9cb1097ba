"""Every list and first page of the workbench on a register filled with invented people, row-level security on.

    python benchmarks/pages.py [--people 3000000] [--runs 25] [--folder KEPT]

A clerk of a town, and one of a community, ask for each page in turn, through the whole of the program but the socket: sign-in,
policies, queries, template. Milliseconds of each page: median, 95th percentile, most. The register is that of
`row_level_security.py`; what is sealed there (one person, a row in doubt) is not asked for. Reach: 150 ms for the 95th percentile.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import row_level_security as register

REACH = 150
TOWN, COMMUNITY = "440605100", "440605100003"
POSTS = (("task_group", TOWN), ("community", COMMUNITY))
SAME = "UPDATE people_person SET id_number_sealed = %(id)s, phone_sealed = %(phone)s WHERE id_number_sealed <> %(id)s"
WARM = 3  # requests that do not count: templates are read, plans made


def main() -> int:
    """Fills, asks, prints; 1 when a page is over the reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=3_000_000)
    asked.add_argument("--runs", type=int, default=25)
    asked.add_argument("--folder", type=Path, help="Keep the register here, and take it up again next time.")
    words = asked.parse_args()
    with register.folder_of(words.folder) as folder:
        os.environ |= {"FOURNETS_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            register.make(words.people)
            _complete()
            return _ask_all(words.runs)
        finally:
            register.stop(folder)


def _complete() -> None:
    """What the pages ask for beyond the tables: numbers that can be opened, counts of coverage."""
    import psycopg

    from fournets import database
    from fournets.crypto import load_ring
    from fournets.home import home

    ring = load_ring(home() / "keys.toml")
    count_all = import_module("fournets.screening.migrations.0007_recount_coverage").COUNT_ALL
    with psycopg.connect(database.owner_url(), autocommit=True) as link:
        if link.execute("SELECT EXISTS (SELECT FROM screening_coveragecount)").fetchone() == (True,):
            return
        link.execute("SET session_replication_role = replica")
        sealed = {
            "id": ring.seal("id_number", "440605199001011234"),
            "phone": ring.seal("phone", "13800138001"),
        }
        link.execute(SAME, sealed)
        link.execute("SET session_replication_role = origin")
        link.execute(count_all)
        link.execute("VACUUM ANALYZE")


def _ask_all(runs: int) -> int:
    from django.core.management import call_command

    over = 0
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    print(f"load {os.getloadavg()[0]:.1f}\n{'page':44}{'post':>12}{'median ms':>11}{'95th':>8}{'most':>8}")
    for role, area in POSTS:
        client = _signed_in(role, area)
        for address in _addresses(area):
            took = _ask(client, address, runs)
            late = statistics.quantiles(took, n=20, method="inclusive")[-1]
            over += late > REACH
            told = f"{address:44}{role:>12}{statistics.median(took):>11.1f}{late:>8.1f}{max(took):>8.1f}"
            print(f"{told}{'  over the reach' if late > REACH else ''}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"over {REACH} ms: {over}; load {os.getloadavg()[0]:.1f}; peak memory of the asking process: {peak:.0f} MB"
    )
    return int(over > 0)


def _addresses(area: str) -> list[str]:
    from fournets.places.models import Enterprise
    from fournets.places.scope import scope

    with scope(area):
        firm = Enterprise.objects.filter(area_code__gte=area, area_code__lt=area + ":").first()
    missing = f"/coverage/missing/?area={COMMUNITY}"
    people = [f"/people/?sort={sort}" for sort in ("area", "name")]
    lists = [
        "/people/",
        *people,
        "/people/?no_phone=yes",
        "/tasks/",
        "/tasks/?only=late",
        "/isolation/",
        "/observations/",
        "/beds/",
        missing,
        "/enterprises/",
        "/enterprises/?only=all",
    ]
    one = [f"/enterprises/{firm.public_id}/"] if firm else []
    return ["/today/", "/news/", "/coverage/", *lists, *one, "/intake/", "/intake/senders/", "/forms/", "/jobs/", "/exports/", "/policy/"]  # fmt: skip


def _ask(client: Any, address: str, runs: int) -> list[float]:
    took = []
    for number in range(WARM + runs):
        start = time.perf_counter()
        answer = client.get(address)
        if number >= WARM:
            took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return took


def _signed_in(role: str, area: str) -> Any:
    """A browser of somebody who holds the post."""
    from django.test import Client
    from django.utils import timezone

    from fournets.accounts.models import User
    from fournets.organization.models import Appointment
    from fournets.places.scope import scope

    now = timezone.now()
    words = {"name": "区美兰", "created_at": now, "password": "!", "must_change_password": False}
    with scope(""):
        user, made = User.objects.get_or_create(login=f"{role}.{area}", defaults=words)
        if made:
            Appointment.objects.create(user=user, role=role, area_code=area, from_at=now, given_by="bench")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


if __name__ == "__main__":
    sys.exit(main())
