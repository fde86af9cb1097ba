"""Every operation × every role × every area, and every field of every answer: as the tables of rights and fields say.

Nothing here names an operation. One that was added without a right, without a way to ask for it, or whose answer holds
a field without a line in ``fields.toml`` fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fournets.api.access import OPERATIONS, OWN, Operation
from fournets.api.fields import fields, narrowed, needed
from fournets.audit.models import AuditLine
from fournets.organization.access import Reader
from fournets.organization.rights import rights, roles
from tests.apps.access.cast import ADDRESS, AREAS, ID_NUMBER, INSIDE, NAMES, PHONE, TOWN, Made, member
from tests.apps.access.operations import (
    ASKS,
    NO_AREA,
    WHOLE_TOWN,
    ask,
    described,
    named,
    paths,
    plant_all,
    program,
)

pytestmark = pytest.mark.django_db
NOTHING = {"api_nothing", "api_nothing_there", "api-root"}  # addresses at which there is no operation
BIRTH = ("1990-01-01", "19900101")
REFUSED = {401, 403, 404}
# What the rows a list names are, in the tests' own words: a mistake in fields.toml does not make it true.
FOR_BIRTH = {"values.birth_on", "facts.said.birth_on"}


@pytest.fixture
def made() -> dict[str, Made]:
    return plant_all()


def undone(client: Client, operation: Operation, made: Made) -> HttpResponse:
    before = transaction.savepoint()
    try:
        return ask(client, operation, made)
    finally:
        transaction.savepoint_rollback(before)


def may(operation: Operation, role: str) -> bool:
    return operation.needs == OWN or role in rights()[operation.needs].roles


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        else:
            yield str(one.name)


def wrong_in(answer: HttpResponse, role: str, inside: tuple[str, ...]) -> list[str]:
    """Whom and what an answer shows that it should not."""
    text = answer.content.decode()
    try:
        text += str(answer.json())
    except ValueError:
        return ["no JSON"]
    hidden = [ID_NUMBER, PHONE, ADDRESS, *(() if role in rights()["people.birth"].roles else BIRTH)]
    others = [name for relation, name in NAMES.items() if relation not in inside or not roles()[role].rows]
    return [one for one in (*hidden, *others) if one in text]


def test_every_address_below_api_is_an_operation_of_the_list_or_says_that_there_is_none() -> None:
    (api,) = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/"]
    names = list(addresses(api.url_patterns))
    assert sorted(names) == sorted([one.name for one in OPERATIONS] + list(NOTHING))
    for address in ("/api/", "/api/docs", "/api/people/", "/api/../users"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "api_nothing")


def test_every_operation_has_a_known_right_and_a_way_to_be_asked() -> None:
    assert {one.needs for one in OPERATIONS} <= {OWN, *rights()}
    assert {one.name for one in OPERATIONS} == set(ASKS) == set(fields())
    assert set(ASKS) >= NO_AREA | WHOLE_TOWN


@pytest.mark.parametrize("role", roles())
@pytest.mark.parametrize("area", [AREAS["own"], TOWN])
def test_a_role_is_answered_exactly_where_its_rights_say(made: dict[str, Made], role: str, area: str) -> None:
    client, wrong = program(role, area), []
    inside = tuple(AREAS) if area == TOWN else INSIDE
    for operation, relation in product(OPERATIONS, AREAS):
        opens = may(operation, role) and (relation in inside or operation.name in NO_AREA)
        opens = opens and (area == TOWN or operation.name not in WHOLE_TOWN)
        answer = undone(client, operation, made[relation])
        fits = answer.status_code == 200 if opens else answer.status_code in REFUSED
        if not fits or (found := wrong_in(answer, role, inside)):
            wrong.append((operation.name, relation, answer.status_code, found if fits else answer.content))
    assert wrong == []


def test_the_shape_of_every_answer_is_the_table_of_fields() -> None:
    """Of a field whose parts have any name, parts that take a right of their own stand in the table besides."""
    for one in OPERATIONS:
        listed = {path for path, right in fields()[one.name].items() if not right}
        assert set(described(one.answer)) == listed, one.name
        assert {needed(one.name, path.rpartition(".")[0]) for path in fields()[one.name] if "." in path} <= {
            ""
        }


def test_the_rights_in_the_table_of_fields_are_known_and_those_of_birth_are_there() -> None:
    special = {path: right for table in fields().values() for path, right in table.items() if right}
    assert set(special.values()) <= set(rights())
    assert special == dict.fromkeys(FOR_BIRTH, "people.birth")


@pytest.mark.parametrize("role", roles())
def test_a_role_is_given_exactly_the_fields_the_table_says(made: dict[str, Made], role: str) -> None:
    client = program(role, TOWN)
    for operation in OPERATIONS:
        if not may(operation, role):
            continue
        given = set(paths(undone(client, operation, made["own"]).json()))
        allowed = {path: needed(operation.name, path) for path in given}
        assert None not in allowed.values(), operation.name
        assert all(not right or role in rights()[right].roles for right in allowed.values())
        listed = fields()[operation.name].items()
        due = {path for path, right in listed if not right or role in rights()[right].roles}
        missing = {path for path in due - given if not path.endswith("*")}
        assert missing == set(), operation.name


def test_a_field_nobody_listed_does_not_leave() -> None:
    reader = Reader(1, "x", "x", 1, roles()["community"], "", TOWN)
    answer = {
        "person": "P1",
        "id_number": ID_NUMBER,
        "facts": [{"row": 1, "said": {"birth_on": "1990-01-01"}}],
    }
    assert narrowed("person", answer, reader) == {
        "person": "P1",
        "facts": [{"said": {"birth_on": "1990-01-01"}}],
    }
    other = Reader(1, "x", "x", 1, roles()["commander"], "", TOWN)
    assert narrowed("person", answer, other) == {"person": "P1", "facts": [{"said": {}}]}
    assert narrowed("unheard_of", answer, reader) == {}


def test_being_signed_in_on_the_pages_opens_no_operation(made: dict[str, Made]) -> None:
    """A cookie does not count, so no other site can make a browser send for it."""
    client = member("task_group", TOWN)
    assert client.get("/coverage/").status_code == 200
    for operation in OPERATIONS:
        answer = undone(client, operation, made["own"])
        assert (answer.status_code, answer.json()["code"]) == (401, "api_no_token")


def lines(act: str) -> list[tuple[str, str, Any]]:
    return [(one.actor, one.area_code, one.details) for one in AuditLine.objects.filter(act=act)]


def test_reads_stand_in_the_audit_as_those_of_the_pages(made: dict[str, Made]) -> None:
    client, login = program("community", login="mei.au"), "mei.au"
    ask(client, named("person"), made["below"])
    ask(client, named("tasks"), made["own"])
    ask(client, named("person"), made["parent"])
    ask(client, named("coverage"), made["own"])
    assert lines("person_opened") == [(login, AREAS["below"], {"person": "PBELOW"})]
    assert lines("list_shown") == [(login, AREAS["own"], {"list": "tasks", "shown": 1})]
    assert AuditLine.objects.filter(actor=login).count() == 2
