"""Whatever a program sends, described or not: no fault of ours, and no answer the description does not allow for.

Schemathesis makes the requests from ``/api/openapi.json``: those it allows, and those it forbids. The ordinary run asks
for a few of each; ``FOURNETS_SLOW_TESTS=1`` for many.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from fournets.organization.tokens import limits
from fournets.wsgi import application
from tests.apps.access.cast import ADDRESS, AREAS, ID_NUMBER, NAMES, ON, PHONE, TOWN, account_for, appointed
from tests.apps.access.operations import plant_all, token_for

pytestmark = pytest.mark.django_db
SLOW = os.environ.get("FOURNETS_SLOW_TESTS") == "1"
EACH = 40 if SLOW else 3  # requests of a kind, for each operation and role
ROLES = ("commander", "community", "grid_worker", "phone_desk", "auditor", "administrator", "task_group")
KNOWN: dict[str, dict[str, Any]] = {
    "person": {"path_parameters": {"person": "POWN"}},
    "day": {"path_parameters": {"on": ON.isoformat()}, "query": {"area": AREAS["own"]}},
    "coverage": {"query": {"area": AREAS["below"]}},
    "tasks": {"query": {"area": AREAS["own"], "limit": 1}},
}
# Asked for elsewhere: without a token, and with wrong ones, in test_tokens; that would soon be told to wait here.
NOT_HERE = [ignored_auth]
# Within one process an empty file is sent as no file at all, which is refused though the description allows for it.
NOT_OF = {"intake": [positive_data_acceptance]}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The server closes a connection after a request; here it holds the test's own transaction, as in Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens() -> dict[str, str]:
    """A token of each role, for the whole town."""
    plant_all()
    found = {}
    for role in ROLES:
        user = account_for(f"{role}.program", factor=True)
        found[role] = token_for(user, appointed(user, role, TOWN))
    return found


def operations(token: str) -> Iterator[Any]:
    """The operations as they describe themselves to whoever sends a token."""
    headers = {"Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=headers)
    for result in schema.get_all_operations():
        yield result.ok()


def name_of(operation: Any) -> str:
    """What an operation is called."""
    return str(operation.definition.raw["operationId"])


def requests(operation: Any) -> Any:
    """What the description allows, what it forbids, and what asks for something that is there."""
    known = KNOWN.get(name_of(operation), {})
    kinds = [
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.POSITIVE, **known),
    ]
    if operation.query or operation.path_parameters or operation.body:
        kinds.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(kinds)


@pytest.mark.parametrize("role", ROLES)
def test_no_request_makes_a_fault_or_an_answer_that_is_not_described(
    tokens: dict[str, str], role: str
) -> None:
    statuses: Counter[int] = Counter()
    headers = {"Authorization": f"Bearer {tokens[role]}", "Accept-Language": "en"}
    for operation in operations(tokens[role]):
        excluded = NOT_HERE + NOT_OF.get(name_of(operation), [])

        @settings(max_examples=EACH * 3, derandomize=True, database=None, deadline=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=requests(operation))
        def ask(case: Any) -> None:
            answer = case.call(headers=headers)
            statuses[answer.status_code] += 1
            case.validate_response(answer, excluded_checks=excluded)  # noqa: B023  called in this round
            text = answer.content.decode()
            assert [one for one in (ID_NUMBER, PHONE, ADDRESS) if one in text] == []
            assert "Traceback" not in text

        ask()
    print(role, dict(sorted(statuses.items())))
    assert not [status for status in statuses if status >= 500]
    assert statuses[200] > EACH


def test_a_stranger_is_told_nothing_whatever_he_sends(tokens: dict[str, str]) -> None:
    sent = 0
    for operation in operations(tokens["commander"]):

        @settings(max_examples=min(EACH, limits().wrong_per_hour), derandomize=True, database=None, deadline=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=requests(operation))
        def ask(case: Any) -> None:
            nonlocal sent
            answer = case.call(headers={"Authorization": "Bearer nobodys"})
            sent += 1
            assert answer.status_code in (401, 429)
            assert [one for one in NAMES.values() if one in answer.content.decode()] == []

        ask()
    assert sent >= EACH
