"""What concerns the reader: what waits for his word, answers to what he asked, his jobs; nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import User
from fournets.jobs.models import Job
from fournets.places.scope import scope
from fournets.reporting.models import Export
from fournets.screening.models import Override
from tests.apps.access.cast import AREAS, TOWN, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def page(client: Client, address: str) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def answered(made: Made, login: str, *, state: str = "approved") -> None:
    """A list and an override ``login`` asked for were decided on just now, and a job of his ended."""
    now = timezone.now()
    words = {"state": state, "decided_at": now}
    with scope(""):
        Export.objects.filter(pk=made.export.pk).update(asker=login, approver="other", word="x", **words)
        Override.objects.filter(pk=made.override.pk).update(asked_by=login, decided_by="other", **words)
        Job.objects.filter(pk=made.job.pk).update(actor=login, state="done", ended_at=now)


def test_what_waits_for_his_word_stands_for_who_may_decide(made: dict[str, Made]) -> None:
    said = page(member("commander", TOWN), "/news/")
    assert "List XOWN of 1 people waits for your word" in said
    assert f"Override {made['own'].override.pk} waits for your word" in said
    assert "waits" not in page(member("task_group", TOWN), "/news/").replace("What waits", "")


def test_answers_and_ended_jobs_reach_who_asked_alone(made: dict[str, Made]) -> None:
    clerk = member("community")
    answered(made["own"], f"community.{AREAS['own']}")
    said = page(clerk, "/news/")
    assert "Your list XOWN was approved" in said
    assert f"Your override {made['own'].override.pk} was approved" in said
    assert f"Job {made['own'].job.pk} is done (1 items)" in said
    assert "Your list" not in page(member("task_group", TOWN), "/news/")


def test_a_refusal_is_told_as_one(made: dict[str, Made]) -> None:
    clerk = member("community")
    answered(made["own"], f"community.{AREAS['own']}", state="refused")
    assert "Your list XOWN was refused" in page(clerk, "/news/")


def test_the_bell_counts_what_is_new_until_it_was_seen(made: dict[str, Made]) -> None:
    clerk = member("community")
    assert "badge" not in page(clerk, "/news/bell/")
    answered(made["own"], f"community.{AREAS['own']}")
    assert '<span class="badge">3</span>' in page(clerk, "/news/bell/")
    clerk.post("/news/seen/")
    assert "badge" not in page(clerk, "/news/bell/") and "Your list XOWN" in page(clerk, "/news/")


def test_what_is_older_than_three_days_is_gone(made: dict[str, Made]) -> None:
    clerk = member("community")
    answered(made["own"], f"community.{AREAS['own']}")
    with scope(""):
        old = timezone.now() - timedelta(days=4)
        Export.objects.update(decided_at=old)
        Override.objects.update(decided_at=old)
        Job.objects.update(ended_at=old)
    assert "Nothing in the last three days." in page(clerk, "/news/")
    assert User.objects.get(login=f"community.{AREAS['own']}").news_seen_at is None
