"""What every list shares: its columns, its order, what it is narrowed to, saved views, and what is selected in it.

A list is a `Listing`; a page makes `Line`s of what it shows and gives them to `shown`, and the address bar holds the whole
state: filters, ``sort`` and ``columns``. The acts on lists are in `list_acts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from fournets.language import Lang, say
from fournets.organization.saved_views import View, limits, removed_view, views_of
from fournets.organization.selection import selected
from fournets.web.access import lang_of, reader_of

VALUE = re.compile(r"[\w.:,-]{1,300}", re.ASCII)  # what a word of the address may say


class Column(NamedTuple):
    """One column: its message, and the order it has an index for; one that is ``kept`` is always shown."""

    key: str
    word: str
    sort: str = ""
    kept: bool = False


class Cell(NamedTuple):
    """What stands in a cell: a text, one of the four states where it is one, and what is said beside it."""

    text: str
    tone: str = ""
    note: str = ""


class Line(NamedTuple):
    """One line: the key by which it is selected, the page it opens, and its cells by column."""

    key: str
    address: str
    cells: Mapping[str, Cell]
    chosen: bool = False


class Head(NamedTuple):
    """The head of a shown column; ``address`` sorts by it, ``order`` is aria-sort's word where the list is sorted so."""

    word: str
    address: str
    order: str


class Chip(NamedTuple):
    """One part of what a list is narrowed to, in words, and the address without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the workbench: where it stands and what may be asked of it. ``usual``: its columns until somebody chooses."""

    name: str
    route: str
    columns: tuple[Column, ...]
    usual: tuple[str, ...]
    filters: tuple[str, ...]
    sorts: tuple[str, ...] = ()
    also: tuple[str, ...] = field(
        default=("after",)
    )  # words that are neither kept in a view nor left out on the way

    def query(self, typed: Mapping[str, Any], *more: str) -> dict[str, str]:
        """What an address says of this list, as far as the list knows the words."""
        words = (*self.filters, "sort", "columns", *more)
        found = {word: str(typed.get(word) or "") for word in words}
        return {word: said for word, said in found.items() if VALUE.fullmatch(said)}

    def address(self, typed: str, *more: str) -> str:
        """The page at what stands behind the question mark, cleaned; ``more`` words may stay."""
        query = self.query(QueryDict(typed.lstrip("?")), *more)
        return reverse(self.route) + (f"?{_written(query)}" if query else "")

    def chosen(self, written: str) -> list[Column]:
        """The columns somebody asks for, in the list's order; the usual ones where he asks for none it has."""
        wanted = set(written.split(",")) & {one.key for one in self.columns}
        if not wanted:
            wanted = set(self.usual)
        return [one for one in self.columns if one.kept or one.key in wanted]


def shown(
    request: HttpRequest,
    listing: Listing,
    lines: Sequence[Line],
    *,
    chips: Sequence[tuple[str, str]],
    at: datetime,
    sort: str = "",
    after: str = "",
    acts: Sequence[tuple[str, str]] = (),
    chosen: int | None = None,
) -> dict[str, Any]:
    """What the templates of lists draw. ``chips``: word of the address and what it says; ``after``: the line a page ends with.

    ``chosen``: how many lines are selected, None where nothing can be; ``acts``: what can be done with them.
    """
    reader, lang = reader_of(request), lang_of(request)
    views, last = views_of(reader, listing.name)
    columns = listing.chosen(request.GET.get("columns", "") or last)
    query = listing.query(request.GET)
    return {
        "listing": listing,
        "lines": [(one, [(column, one.cells[column.key]) for column in columns]) for one in lines],
        "heads": [_head(column, query, sort, lang) for column in columns],
        "chooser": [(one, one in columns) for one in listing.columns],
        "columns": ",".join(column.key for column in columns),
        "chips": [
            Chip(text, _address({name: said for name, said in query.items() if name != word}))
            for word, text in chips
        ],
        "views": [(view, _same(view, query, listing)) for view in views],
        "may_manage": any(not view.by for view in views),
        "removed": _removed(request),
        "query": _written(query),
        "here": request.GET.urlencode(),
        "begun": "after" not in request.GET,
        "first": _address(query),
        "next": _address(query | {"after": after}) if after else "",
        "at": at,
        "selected": chosen,
        "acts": acts,
        "most": limits().selected_most,
    }


def chosen_of(request: HttpRequest, listing: Listing) -> set[int]:
    """The numbers of what the reader has selected in a list."""
    return set(selected(reader_of(request), listing.name))


def _head(column: Column, query: Mapping[str, str], sort: str, lang: Lang) -> Head:
    if not column.sort or not sort:
        return Head(say(column.word, lang), "", "")
    order = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(sort, "")
    turned = f"-{column.sort}" if order == "ascending" else column.sort
    return Head(say(column.word, lang), _address({**query, "sort": turned}), order)


def _removed(request: HttpRequest) -> Any:
    number = request.GET.get("removed", "")
    return removed_view(reader_of(request), int(number)) if number.isdecimal() and len(number) < 19 else None


def _same(view: View, query: Mapping[str, str], listing: Listing) -> bool:
    """Whether the page is that view."""
    return bool(query) and listing.query(QueryDict(view.query)) == dict(query)


def _address(query: Mapping[str, str]) -> str:
    return f"?{_written(query)}"


def _written(query: Mapping[str, str]) -> str:
    typed = QueryDict(mutable=True)
    typed.update(query)
    return typed.urlencode(safe=",")
