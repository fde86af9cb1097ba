"""Asks whoever sits at the terminal what a list is and what its columns hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fournets.cli.console import screen
from fournets.language import reader_language, say
from fournets.workbooks.kinds import NAMED_KINDS, usual_fields
from fournets.workbooks.mapping import Answer
from fournets.workbooks.packages import column_letters, column_number
from fournets.workbooks.vocabulary import fields, header_key

if TYPE_CHECKING:
    from fournets.intake.extract import ExtractedSheet

OFFERED, COLUMNS_SHOWN = 9, 40
NOTHING, STOP = "0", "q"


def at_a_terminal() -> bool:
    """Whether somebody is there who can be asked and can read the question."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Stopped(Exception):
    """Whoever is asked wants no more questions."""


@dataclass
class Clerk:
    """Puts the questions of one run; once stopped, it asks no more.

    ``quiet`` is entered while a question stands, so that no progress bar writes over it.
    """

    quiet: Callable[[], AbstractContextManager[Any]] = nullcontext
    read: Callable[[str], str] = field(default=input)
    stopped: bool = False

    def __call__(self, file: str, sheet: ExtractedSheet) -> Answer | None:
        """What a sheet is and its columns in doubt hold; None when nothing of it was answered."""
        if self.stopped:
            return None
        with self.quiet():
            return self._ask(file, sheet)

    def _ask(self, file: str, sheet: ExtractedSheet) -> Answer | None:
        kind: str | None = None
        columns: dict[int, str | None] = {}
        _show(file, sheet)
        try:
            if sheet.kind == "unknown":
                kind = self._kind(sheet)
                if kind is None:
                    return None
            for question in sheet.layout["questions"]:
                if "column" in question:
                    self._column(question, sheet, kind or sheet.kind, columns)
        except (Stopped, EOFError):
            self.stopped = True
            screen.print(say("asking_stopped"), markup=False)
        return Answer("asked", kind, columns=columns) if kind or columns else None

    def _kind(self, sheet: ExtractedSheet) -> str | None:
        kinds = list(NAMED_KINDS)
        screen.print(say("question_kind", sheet=sheet.name), markup=False, style="bold")
        _offer([say(f"kind_{kind}") for kind in kinds], say("answer_skip_list"))
        while True:
            told = self._read()
            if told in ("", NOTHING):
                return None
            if chosen := _choice(told, kinds):
                return chosen
            screen.print(say("answer_unreadable", most=len(kinds)), markup=False)

    def _column(
        self, question: dict[str, Any], sheet: ExtractedSheet, kind: str, columns: dict[int, str | None]
    ) -> None:
        index = column_number(question["column"]) - 1
        offered = _offered(question, sheet, kind, columns)
        screen.print(say(question["code"], **_in_words(question)), markup=False, style="bold")
        screen.print("  " + _values(sheet, question["column"]), markup=False)
        _offer([label(name) for name in offered], say("answer_nothing"))
        while True:
            told = self._read()
            if told == "":
                return
            if told == NOTHING:
                columns[index] = None
                return
            if chosen := _choice(told, offered) or named(told):
                columns[index] = chosen
                return
            screen.print(say("answer_unreadable", most=len(offered)), markup=False)

    def _read(self) -> str:
        told = self.read("> ").strip()
        if told.lower() == STOP:
            raise Stopped
        return told


def _choice(told: str, offered: Sequence[str]) -> str | None:
    """The one chosen by its number, counted from 1."""
    return dict(zip(map(str, range(1, len(offered) + 1)), offered, strict=False)).get(told)


def label(name: str) -> str:
    """A field as the reader's language calls it."""
    one = fields()[name]
    return one.zh if reader_language() == "zh" else one.en


def named(text: str) -> str | None:
    """The field somebody means who writes its name or one of the words senders use for it."""
    if text in fields():
        return text
    key = header_key(text)
    return next((name for name, one in fields().items() if key in map(header_key, one.names)), None)


def _offered(
    question: dict[str, Any], sheet: ExtractedSheet, kind: str, columns: dict[int, str | None]
) -> list[str]:
    """The likely fields, then those such a list usually has and no column holds yet."""
    held = {one["field"] for one in sheet.layout["columns"]} | set(columns.values())
    usual = [name for name in usual_fields(kind) if name not in held]
    likely = [name for name in question["likely"] if name not in columns.values()]
    return list(dict.fromkeys([*likely, *usual]))[:OFFERED]


def _in_words(question: dict[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in question.items() if key != "code"}
    return values | {"field": label(values["field"])} if "field" in values else values


def _show(file: str, sheet: ExtractedSheet) -> None:
    """The sheet's columns: letters, header, three masked values, and the field of those that are known."""
    screen.print()
    screen.print(say("asking_about", file=file, sheet=sheet.name, rows=sheet.rows), markup=False)
    shown = [one for one in sheet.layout["columns"] if _letters(one) in sheet.examples]
    for one in shown[:COLUMNS_SHOWN]:
        known = f"  = {label(one['field'])}" if one["field"] else ""
        screen.print(
            f"  {_letters(one):>3}  {one['header'] or '-'}: {_values(sheet, _letters(one))}{known}",
            markup=False,
        )


def _letters(column: dict[str, Any]) -> str:
    return column_letters(column["index"] + 1)


def _values(sheet: ExtractedSheet, letters: str) -> str:
    return " · ".join(sheet.examples.get(letters, ()))


def _offer(choices: Sequence[str], nothing: str) -> None:
    for number, choice in enumerate(choices, 1):
        screen.print(f"  {number}  {choice}", markup=False)
    screen.print(f"  {NOTHING}  {nothing}", markup=False)
    screen.print(f"  {STOP}  {say('answer_stop')}", markup=False)
