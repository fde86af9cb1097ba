"""How accounts look at lists: the columns they chose last, and views they keep under a name, for themselves or their area."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import SavedView

LONGEST = 40  # characters of a name
LAST_COLUMNS = ""  # the name of what is no view, but the columns chosen last


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``limits.toml`` says of lists."""

    selected_most: int
    views_most: int


@cache
def limits() -> Limits:
    """The limits in force."""
    text = Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
    return Limits(**tomllib.loads(text)["lists"])


@dataclass(frozen=True, slots=True)
class View:
    """A view of a list as its reader sees it: ``query`` is what stands in the address; ``by`` is empty for his own."""

    number: int
    name: str
    query: str
    shared: bool
    by: str


def views_of(reader: Reader, listing: str) -> tuple[list[View], str]:
    """A reader's views of a list and those his area shares, by name, and the columns he chose last."""
    mine = Q(user_id=reader.user_id) | Q(shared_with=reader.area_code)
    found = SavedView.objects.filter(mine, list=listing, removed_at=None).order_by("name", "id")
    rows = found.values_list("id", "name", "query", "shared_with", "user_id", "user__name")
    columns = next((row[2] for row in rows if row[1] == LAST_COLUMNS and row[4] == reader.user_id), "")
    return [
        View(number, name, query, bool(shared), "" if owner == reader.user_id else by)
        for number, name, query, shared, owner, by in rows
        if name != LAST_COLUMNS
    ], columns


def keep_columns(reader: Reader, listing: str, columns: str, *, at: datetime) -> None:
    """Keeps which columns an account last chose for a list; it names nobody and is no act for the audit."""
    SavedView.objects.update_or_create(
        user_id=reader.user_id,
        list=listing,
        name=LAST_COLUMNS,
        removed_at=None,
        defaults={"query": columns, "made_at": at},
    )


@transaction.atomic
def save_view(
    reader: Reader, listing: str, name: str, query: str, *, shared: bool, at: datetime
) -> SavedView:
    """Keeps a view under a name; one of the reader's of that name is replaced. A `Refusal` for no name or too many."""
    name = _plain(name)
    own = SavedView.objects.filter(user_id=reader.user_id, list=listing, removed_at=None)
    if not own.filter(name=name).exists() and own.count() > limits().views_most:
        raise Refusal("views_many", most=limits().views_most)
    view, _ = SavedView.objects.update_or_create(
        user_id=reader.user_id,
        list=listing,
        name=name,
        removed_at=None,
        defaults={"query": query, "shared_with": reader.area_code if shared else "", "made_at": at},
    )
    _note("save_view", view, reader, at, shared=shared)
    return view


@transaction.atomic
def rename_view(reader: Reader, number: int, name: str, *, at: datetime) -> SavedView:
    """Gives a view of the reader's own another name; a `Refusal` when it is not his, or he has one of that name."""
    name, view = _plain(name), _own(reader, number)
    taken = SavedView.objects.filter(user_id=reader.user_id, list=view.list, name=name, removed_at=None)
    if taken.exclude(pk=view.pk).exists():
        raise Refusal("view_name_taken")
    view.name = name
    view.save(update_fields=["name"])
    _note("rename_view", view, reader, at)
    return view


@transaction.atomic
def remove_view(reader: Reader, number: int, *, at: datetime) -> SavedView:
    """Takes a view of the reader's own away, so that it can be brought back; those he removed before are gone for good."""
    view = _own(reader, number)
    SavedView.objects.filter(user_id=reader.user_id, removed_at__isnull=False).delete()
    view.removed_at = at
    view.save(update_fields=["removed_at"])
    _note("remove_view", view, reader, at)
    return view


@transaction.atomic
def restore_view(reader: Reader, number: int, *, at: datetime) -> SavedView:
    """Brings back the view the reader removed last; a `Refusal` when it is gone or its name was given again."""
    view = _own(reader, number, removed=True)
    if SavedView.objects.filter(
        user_id=reader.user_id, list=view.list, name=view.name, removed_at=None
    ).exists():
        raise Refusal("view_name_taken")
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    _note("restore_view", view, reader, at)
    return view


def removed_view(reader: Reader, number: int) -> SavedView | None:
    """The view of that number, if the reader has removed it and may still bring it back."""
    return SavedView.objects.filter(user_id=reader.user_id, pk=number, removed_at__isnull=False).first()


def _own(reader: Reader, number: int, *, removed: bool = False) -> SavedView:
    found = SavedView.objects.select_for_update().filter(
        user_id=reader.user_id, pk=number, removed_at__isnull=not removed
    )
    view = found.exclude(name=LAST_COLUMNS).first()
    if view is None:
        raise Refusal("view_unknown")
    return view


def _plain(name: str) -> str:
    name = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    if not name:
        raise Refusal("view_name_missing")
    if len(name) > LONGEST:
        raise Refusal("view_name_long", most=LONGEST)
    return name


def _note(act: str, view: SavedView, reader: Reader, at: datetime, **more: Any) -> None:
    """What somebody calls a view is his own word: the audit has its number alone."""
    details = {"list": view.list, "view": view.pk, **more}
    record(act=act, actor=reader.login, area_code=reader.area_code, at=at, details=details)
