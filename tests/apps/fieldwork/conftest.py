"""A phone of a grid worker, and the reference areas; every person is invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import User
from fournets.fieldwork.models import FieldRecord
from fournets.organization.models import Task
from fournets.places.scope import scope
from fournets.screening.models import Visit
from tests.apps.access.cast import AREAS, Made, account_for, appointed, plant, signed_in

RECORDS = "/field/records/"


@dataclass
class Phone:
    """A phone somebody is signed in on; ``ahead``: by how much its clock is wrong."""

    user: User
    client: Client
    area: str = AREAS["own"]
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def record(self, outcome: str = "reached", **more: Any) -> dict[str, Any]:
        """A record as the phone makes it."""
        made = (self.now() - timedelta(hours=1)).isoformat()
        return {
            "id": str(uuid4()),
            "account": self.user.pk,
            "area": self.area,
            "outcome": outcome,
            "device_at": made,
        } | more

    def post(self, content: object) -> HttpResponse:
        body = content if isinstance(content, str) else json.dumps(content)
        return self.client.post(RECORDS, body, content_type="application/json", HTTP_ACCEPT_LANGUAGE="en")

    def send(self, *records: dict[str, Any], sent_at: datetime | None = None) -> list[dict[str, Any]]:
        """What it is told of each record."""
        answer = self.post(
            {"sent_at": (sent_at or self.now()).isoformat(), "records": records, "device": "a1"}
        )
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = json.loads(answer.content)["answers"]
        return found


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def phone_of(made: dict[str, Made]) -> Callable[..., Phone]:
    def hired(login: str = "mei", role: str = "grid_worker", area: str = AREAS["own"]) -> Phone:
        user = account_for(login)
        appointed(user, role, area)
        return Phone(user, signed_in(user), area)

    return hired


@pytest.fixture
def phone(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of()


def kept() -> list[FieldRecord]:
    with scope(""):
        return list(FieldRecord.objects.exclude(sent_by="x").order_by("id"))


def visits() -> list[tuple[int | None, str]]:
    with scope(""):
        return sorted(Visit.objects.values_list("person_id", "outcome"))


def task_of(made: Made) -> Task:
    with scope(""):
        return Task.objects.get(pk=made.task.pk)


def states(answers: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["state"], one["reason"]) for one in answers]
