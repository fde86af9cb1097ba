"""Every route × every role × every area: allowed exactly where the one table of rights says so.

Nothing here names a page. A route without a mark, a route with parameters nobody made rows for, or an answer that
differs from `fournets/organization/rights.toml` fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from fournets.organization.models import Task
from fournets.organization.rights import rights, roles
from fournets.places.scope import scope
from fournets.web.access import ANYBODY, OWN
from fournets.web.frame import PAGES
from tests.apps.access.cast import (
    ADDRESS,
    AREAS,
    ID_NUMBER,
    INSIDE,
    NAMES,
    PHONE,
    Made,
    account_for,
    appointed,
    member,
    plant,
    signed_in,
)  # fmt: skip
from tests.apps.access.routes import (
    BARE,
    CLOSED,
    GIVEN_DOWN,
    LIBRARY,
    ONE_TIME,
    PARAMETERS,
    SIGNED_IN,
    Route,
    routes,
)

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
NOT_THAT_METHOD = 405
SIGN_IN, NEW_PASSWORD, NEW_FACTOR, CONFIRM = (
    "account_login", "account_change_password", "mfa_index", "mfa_reauthenticate",
)  # fmt: skip
RIGHTS = [one for one in routes() if one.needs in rights()]
REQUESTS = list(product(RIGHTS, METHODS))
SOME = (
    "commander",
    "grid_worker",
    "volunteer",
    "administrator",
)  # with rows and without, with a second factor and without
TRACES = ("audit_", "axes_", "django_session", "usersessions_")
Asked = tuple[str, str, str]


def ask(client: Client, route: Route, method: str, made: Made) -> HttpResponse:
    """The answer; whatever the request changed is undone."""
    before = transaction.savepoint()
    try:
        return getattr(client, method)(route.address(made))
    finally:
        transaction.savepoint_rollback(before)


def gate(answer: HttpResponse) -> str:
    """What an answer says: open, refused, or the page somebody is sent to before he may go on."""
    if answer.status_code >= 500:
        return f"error {answer.status_code}"
    if answer.status_code in (403, 404):
        return "refused"
    sent_to = answer.headers.get("Location", "").partition("?")[0]
    for name in (SIGN_IN, NEW_PASSWORD, NEW_FACTOR, CONFIRM):
        if sent_to == reverse(name):
            return name
    return "open"


def text_of(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def shown(answer: HttpResponse) -> set[str]:
    """In which areas those live whom an answer names."""
    text = text_of(answer)
    return {relation for relation, name in NAMES.items() if name in text}


def bare(answer: HttpResponse, *, birth: bool) -> list[str]:
    """What an answer shows whole that it should not; the day of birth only to those who may see it."""
    hidden = [ID_NUMBER, PHONE, ADDRESS, *([] if birth else ["1990-01-01", "19900101"])]
    text = text_of(answer)
    return [one for one in hidden if one in text]


def changed() -> Counter[str]:
    """How many rows of each table this transaction has written so far, but for what says that somebody was here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return Counter({name: count for name, count in cursor.fetchall() if not name.startswith(TRACES)})


def refused_in_effect(client: Client, route: Route, method: str, made: Made) -> str:
    """A form that names what is not there may say so and lead back, but changes nothing and hands out nothing."""
    before = changed()
    answer = ask(client, route, method, made)
    said = gate(answer)
    if said == "open" and answer.status_code != 200 and changed() == before:
        return "refused"
    return said


def surprises(
    client: Client, made: dict[str, Made], wanted: str, see: tuple[str, ...] = ()
) -> Iterator[Asked]:
    """Where every page that needs a right answers something other than ``wanted``, or names somebody not to be seen."""
    for route, method in REQUESTS:
        answer = ask(client, route, method, made["own"])
        if gate(answer) != wanted or not shown(answer) <= set(see):
            yield route.name, method, gate(answer)


@pytest.fixture
def made() -> dict[str, Made]:
    return plant()


def test_every_route_has_a_name_of_its_own() -> None:
    names = [one.name for one in routes()]
    assert all(names) and len(set(names)) == len(names)


def test_every_route_is_marked_or_a_known_page_of_the_sign_in_library() -> None:
    known = {OWN, ANYBODY, *rights()}
    assert [one.pattern for one in routes() if one.needs is not None and one.needs not in known] == []
    assert {one.name for one in routes() if one.needs is None} == set(LIBRARY)


def test_every_route_with_parameters_has_made_up_rows() -> None:
    assert {one.name for one in routes() if one.words} == set(PARAMETERS)


@pytest.mark.parametrize("role", roles())
def test_a_role_opens_exactly_the_pages_its_rights_name(made: dict[str, Made], role: str) -> None:
    client, wrong = member(role), []
    for route, method in REQUESTS:
        may = role in rights()[str(route.needs)].roles
        inside = ("own", "parent") if route.name in GIVEN_DOWN else INSIDE
        for relation in AREAS if route.words else ("own",):
            answer = ask(client, route, method, made[relation])
            if may and answer.status_code == NOT_THAT_METHOD:
                continue  # the right was asked for first, and nothing has been looked at
            wanted, said = "open" if may and relation in inside else "refused", gate(answer)
            if may and said != wanted == "refused":
                said = refused_in_effect(client, route, method, made[relation])
            see = set(INSIDE) if may and roles()[role].rows else set()
            whole = [] if route.name in BARE else bare(answer, birth=role in rights()["people.birth"].roles)
            if said != wanted or not shown(answer) <= see or whole:
                wrong.append((route.name, method, relation, answer.status_code, shown(answer), whole))
    assert wrong == []


def test_nobody_who_is_not_signed_in_gets_beyond_the_sign_in(made: dict[str, Made]) -> None:
    assert list(surprises(Client(raise_request_exception=False), made, SIGN_IN)) == []


@pytest.mark.parametrize("role", SOME)
def test_a_closed_account_is_not_signed_in(made: dict[str, Made], role: str) -> None:
    user = account_for("closed", factor=True)
    appointed(user, role, AREAS["own"])
    client = signed_in(user, used_factor=True)
    user.is_active = False
    user.save()
    assert list(surprises(client, made, SIGN_IN)) == []


def test_an_account_without_a_post_opens_nothing(made: dict[str, Made]) -> None:
    assert list(surprises(signed_in(account_for("new.here")), made, "refused")) == []


@pytest.mark.parametrize("role", SOME)
def test_whoever_must_change_his_password_does_that_first(made: dict[str, Made], role: str) -> None:
    user = account_for("first.time", factor=True, must_change_password=True)
    appointed(user, role, AREAS["own"])
    assert list(surprises(signed_in(user, used_factor=True), made, NEW_PASSWORD)) == []


@pytest.mark.parametrize("role", [key for key, one in roles().items() if one.second_factor])
@pytest.mark.parametrize(("has", "sent_to"), [(False, NEW_FACTOR), (True, CONFIRM)])
def test_a_role_that_asks_for_a_second_factor_opens_nothing_without(
    made: dict[str, Made], role: str, has: bool, sent_to: str
) -> None:
    """Neither for an account that has none, nor in a session that did not use it."""
    user = account_for("one.factor", factor=has)
    appointed(user, role, AREAS["own"])
    assert list(surprises(signed_in(user), made, sent_to)) == []


def test_pages_of_ones_own_account_are_for_whoever_is_signed_in(made: dict[str, Made]) -> None:
    own = [one for one in routes() if one.needs == OWN]
    nobody, somebody = Client(raise_request_exception=False), member("grid_worker")
    for route, method in product(own, METHODS):
        assert gate(ask(nobody, route, method, made["own"])) == SIGN_IN, route
        answer = ask(somebody, route, method, made["own"])
        assert (gate(answer), shown(answer)) == ("open", set()), route


def test_what_anybody_may_ask_for_names_nobody(made: dict[str, Made]) -> None:
    for route, method in product([one for one in routes() if one.needs == ANYBODY], METHODS):
        answer = ask(Client(raise_request_exception=False), route, method, made["own"])
        wanted = "refused" if route.name in ONE_TIME else "open"
        assert (gate(answer), shown(answer)) == (wanted, set()), route


@pytest.mark.parametrize("role", [None, *roles()])
def test_the_sign_in_librarys_pages_are_as_the_list_says(made: dict[str, Made], role: str | None) -> None:
    client, wrong = member(role) if role else Client(raise_request_exception=False), []
    for route, method in product([one for one in routes() if one.name in LIBRARY], METHODS):
        answer = ask(client, route, method, made["own"])
        who, said = LIBRARY[route.name][0], gate(answer)
        barred = said == SIGN_IN if role is None else False
        if (
            said.startswith("error")
            or shown(answer)
            or (who == CLOSED and said != "refused")
            or (who == SIGNED_IN and role is None and not barred)
        ):
            wrong.append((route.name, method, said, answer.status_code))
    assert wrong == []


def test_a_passkey_of_somebody_else_is_not_there(made: dict[str, Made]) -> None:
    from allauth.mfa.models import Authenticator

    other = Authenticator.objects.create(user=made["own"].account, type="webauthn", data={"name": "other"})
    client = member("community")
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        for method in METHODS:
            answer = getattr(client, method)(reverse(name, kwargs={"pk": other.pk}))
            assert answer.status_code != 200
    assert Authenticator.objects.filter(pk=other.pk, data={"name": "other"}).exists()


def test_a_page_that_changes_something_asks_for_the_token_of_its_own_form(made: dict[str, Made]) -> None:
    """No page is exempt, and a request from elsewhere is refused although its sender is signed in."""
    assert [one.name for one in routes() if getattr(one.callback, "csrf_exempt", False)] == []
    user = account_for("elsewhere", factor=True)
    appointed(user, "commander", AREAS["own"])
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    for route in routes():
        assert ask(client, route, "post", made["own"]).status_code == 403, route


def test_no_answer_is_kept_on_the_way(made: dict[str, Made]) -> None:
    client = member("community")
    for route in routes():
        assert ask(client, route, "get", made["own"])["Cache-Control"] == "no-store", route


def test_every_right_belongs_to_a_role() -> None:
    assert all(one.roles and one.roles <= set(roles()) for one in rights().values())


def test_a_link_of_the_frame_leads_to_a_page_that_needs_the_right_it_is_shown_for() -> None:
    needed = {one.name: one.needs for one in routes()}
    assert [(name, right) for name, right, _ in PAGES if needed.get(name) != right] == []


def test_a_change_is_noticed_though_it_was_undone(made: dict[str, Made]) -> None:
    """What the matrix holds a refusal to: a form that leads back and has written nothing."""
    before, inside = changed(), transaction.savepoint()
    with scope(""):
        Task.objects.filter(pk=made["own"].task.pk).update(reason="x")
    transaction.savepoint_rollback(inside)
    assert changed() - before == Counter({"organization_task": 1})
