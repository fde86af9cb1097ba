"""An account's own ways to look at lists, and what it has selected in them: nobody else's, wherever he is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from fournets.audit.models import AuditLine
from fournets.organization import saved_views
from fournets.organization.access import Reader, opened, readers
from fournets.organization.models import SavedView, Selection
from fournets.organization.saved_views import (
    keep_columns,
    remove_view,
    removed_view,
    rename_view,
    restore_view,
    save_view,
    views_of,
)
from fournets.organization.selection import clear_selection, select, selected
from fournets.places.scope import scope
from tests.apps.organization.conftest import TOWN, YINHE, refused

Hire = Callable[..., object]


@pytest.fixture
def acting(hire: Hire, at: datetime) -> Callable[..., Reader]:
    def made(login: str, role: str = "community", area: str = YINHE) -> Reader:
        return readers(hire(login, role, area).pk, at=at)[0]  # type: ignore[attr-defined]

    return made


@pytest.fixture
def liang(acting: Callable[..., Reader]) -> Reader:
    return acting("liang")


def seen(reader: Reader) -> list[tuple[str, str, bool]]:
    """The views of the list of tasks a reader is shown: name, whose, shared."""
    with opened(reader):
        return [(one.name, one.by, one.shared) for one in views_of(reader, "tasks")[0]]


def save(reader: Reader, name: str, at: datetime, *, shared: bool = False, query: str = "only=late") -> int:
    with opened(reader):
        return save_view(reader, "tasks", name, query, shared=shared, at=at).pk


def test_a_view_is_its_accounts_and_its_lists(
    acting: Callable[..., Reader], liang: Reader, at: datetime
) -> None:
    save(liang, "已过时限", at)
    assert seen(liang) == [("已过时限", "", False)]
    assert seen(acting("hua")) == []
    with opened(liang):
        assert views_of(liang, "people") == ([], "")


def test_a_shared_view_is_seen_by_posts_of_that_very_area(
    acting: Callable[..., Reader], liang: Reader, at: datetime
) -> None:
    number = save(liang, "已过时限", at, shared=True)
    assert seen(acting("hua")) == [("已过时限", "liang", True)]
    assert seen(acting("zhen", "task_group", TOWN)) == []
    hua = readers(acting("hua2").user_id, at=at)[0]
    with opened(hua), refused("view_unknown"):
        remove_view(hua, number, at=at)
    with opened(hua):  # nor by a statement of his own
        assert SavedView.objects.filter(pk=number).update(name="x") == 0


def test_one_of_the_same_name_is_replaced(liang: Reader, at: datetime) -> None:
    first = save(liang, "我的", at)
    assert save(liang, " 我的 ", at, query="only=uncovered") == first
    with opened(liang):
        assert [one.query for one in views_of(liang, "tasks")[0]] == ["only=uncovered"]


def test_renamed_removed_and_brought_back(liang: Reader, at: datetime) -> None:
    one, two = save(liang, "甲", at), save(liang, "乙", at)
    with opened(liang):
        with refused("view_name_taken"):
            rename_view(liang, one, "乙", at=at)
        rename_view(liang, one, "丙", at=at)
        remove_view(liang, one, at=at)
        assert removed_view(liang, one) is not None
    assert [name for name, *_ in seen(liang)] == ["乙"]
    with opened(liang):
        restore_view(liang, one, at=at)
        remove_view(liang, two, at=at)
        remove_view(liang, one, at=at)  # of two that were removed the first is gone for good
        with refused("view_unknown"):
            restore_view(liang, two, at=at)
    acts = AuditLine.objects.filter(act__contains="view").order_by("id")
    assert [line.act for line in acts][2:] == ["rename_view", "remove_view", "restore_view", "remove_view", "remove_view"]  # fmt: skip
    assert all("甲" not in str(line.details) and "丙" not in str(line.details) for line in acts)


def test_a_view_whose_name_is_taken_again_is_not_brought_back(liang: Reader, at: datetime) -> None:
    one = save(liang, "甲", at)
    with opened(liang):
        remove_view(liang, one, at=at)
    save(liang, "甲", at)
    with opened(liang), refused("view_name_taken"):
        restore_view(liang, one, at=at)


@pytest.mark.parametrize(("name", "code"), [("", "view_name_missing"), ("\u202e ", "view_name_missing"), ("长" * 41, "view_name_long")])  # fmt: skip
def test_a_name_says_something_and_is_short(liang: Reader, at: datetime, name: str, code: str) -> None:
    with opened(liang), refused(code):
        save_view(liang, "tasks", name, "", shared=False, at=at)


def test_there_is_an_end_to_views(liang: Reader, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "limits", lambda: saved_views.Limits(5, 1))
    save(liang, "甲", at)
    save(liang, "乙", at)
    with opened(liang), refused("views_many"):
        save_view(liang, "tasks", "丙", "", shared=False, at=at)
    save(liang, "乙", at)  # one that is there is replaced all the same


def test_the_columns_chosen_last_are_kept_and_are_no_view(liang: Reader, at: datetime) -> None:
    with opened(liang):
        keep_columns(liang, "tasks", "name,due_at", at=at)
        keep_columns(liang, "tasks", "name,area", at=at)
        assert views_of(liang, "tasks") == ([], "name,area")
        number = SavedView.objects.get(user_id=liang.user_id).pk
        with refused("view_unknown"):
            remove_view(liang, number, at=at)


def test_what_is_selected_adds_up_and_is_nobody_elses(
    acting: Callable[..., Reader], liang: Reader, at: datetime
) -> None:
    hua = acting("hua")
    with opened(liang):
        assert select(liang, "tasks", add=[3, 1], at=at) == 2
        assert select(liang, "tasks", add=[3, 7], drop=[1], at=at) == 2
        select(liang, "people", add=[3], at=at)
        assert selected(liang, "tasks") == [3, 7]
    with opened(hua):
        assert selected(hua, "tasks") == [] and Selection.objects.count() == 0
        clear_selection(hua, "tasks")
    with scope(""):
        assert Selection.objects.count() == 0  # no scope shows it
    with opened(liang):
        clear_selection(liang, "tasks")
        assert selected(liang, "tasks") == [] and selected(liang, "people") == [3]


def test_nobody_selects_for_somebody_else(acting: Callable[..., Reader], liang: Reader, at: datetime) -> None:
    hua = acting("hua")
    with opened(liang), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organization_selection (user_id, list, item, at) VALUES (%s, 'tasks', 1, %s)",
            [hua.user_id, at],
        )


def test_beyond_the_limit_nothing_is_added(
    liang: Reader, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fournets.organization.selection.limits", lambda: saved_views.Limits(3, 30))
    with opened(liang):
        select(liang, "tasks", add=[1, 2], at=at)
        with refused("selected_many"):
            select(liang, "tasks", add=[3, 4, 5], drop=[1], at=at)
        assert selected(liang, "tasks") == [1, 2]
