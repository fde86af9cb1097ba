"""The page of health: it says what is wrong before what is sound, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fournets.home import home
from fournets.jobs.models import Job
from fournets.keeping.health import Sign, health_signs
from fournets.places.scope import scope, set_scope
from tests.apps.access.cast import AREAS, TOWN, member, plant

HEARTBEAT = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)"


@pytest.fixture
def administrator(db: None) -> Client:
    plant()
    client = member("administrator", TOWN)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def keys_open() -> Iterator[None]:
    """Others of the machine may read the keys, for a moment."""
    path = home() / "keys.toml"
    before = path.stat().st_mode
    path.chmod(0o644)
    yield
    path.chmod(before)


def sign(check: str) -> Sign:
    (found,) = (one for one in health_signs(at=timezone.now()) if one.check == check)
    return found


def beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HEARTBEAT, [timezone.now() - timedelta(seconds=seconds_ago)])


def test_a_worker_that_is_gone_is_told_with_what_to_run(administrator: Client) -> None:
    page = administrator.get("/system/").content.decode()
    assert "None runs" in page and "fournets worker" in page
    beat(60)
    assert (sign("worker").state, sign("worker").code) == ("danger", "health_worker_silent")
    beat(2)
    assert sign("worker").state == "good"


def test_what_waits_and_what_failed_is_seen_though_the_administrator_sees_no_rows(
    administrator: Client,
) -> None:
    now = timezone.now()
    with scope(""):
        Job.objects.all().delete()
        for state, ended in (("waiting", None), ("failed", now), ("failed", now - timedelta(days=2))):
            Job.objects.create(
                kind="intake",
                area_code=AREAS["own"],
                actor="x",
                asked_at=now - timedelta(minutes=25),
                state=state,
                ended_at=ended,
            )
    set_scope("0")  # of no area
    assert (sign("waiting").state, sign("waiting").values) == ("late", {"count": 1, "minutes": 25})
    assert (sign("failed").state, sign("failed").values) == ("late", {"count": 1})
    assert not Job.objects.exists()  # the scope is as it was


@pytest.mark.usefixtures("keys_open")
def test_keys_others_can_read_stand_first(administrator: Client) -> None:
    page = administrator.get("/system/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in page and "chmod 600 keys.toml" in page
    assert page.index("chmod 600") < page.index("in order")
