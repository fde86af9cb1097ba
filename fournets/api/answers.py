"""What the operations answer, field by field; who sees which of them stands in ``fields.toml``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema


class Myself(Schema):
    """Whom a token acts for, under which post, and until when."""

    login: str
    name: str
    role: str
    role_name: str
    post: str
    area: str
    area_name: str
    rights: list[str]
    token: int
    purpose: str
    until: datetime


class AreaLine(Schema):
    """What is known and surveyed of one area."""

    area: str
    name: str
    kind: str
    households: int
    households_from: str
    surveyed: int
    unreached: int
    refused: int
    not_started: int
    persons: int
    enterprises: int
    enterprises_surveyed: int
    complete: bool


class Coverage(Schema):
    """The day's coverage of an area: its own line, then one for each area listed below it."""

    as_of: datetime
    area: str
    whole: AreaLine
    below: list[AreaLine]
    open_tasks: int
    without_cover: int


class State(Schema):
    """What the rules say of a person, with the reasons; ``until_on`` is the first day it no longer counts."""

    risk_class: str
    word: str
    action: str
    act: str
    from_on: date | None = None
    until_on: date | None = None
    assessed_on: date
    stands: bool
    why: list[str]
    sources: list[str]


class Member(Schema):
    """Somebody of the same household."""

    person: str
    name: str


class Row(Schema):
    """What one row of a file said: file, sheet and row, and why it was filed here."""

    source: str
    seen_on: date
    kind: str
    rule: str
    said: dict[str, str]


class Person(Schema):
    """One person's file; numbers, phones and addresses are masked, values in words."""

    person: str
    name: str
    values: dict[str, str]
    employers: list[str]
    household: list[Member]
    state: State | None = None
    facts: list[Row]


class TaskLine(Schema):
    """One open task."""

    id: int
    area: str
    worker: str | None = None
    purpose: str
    reason: str
    due_at: datetime
    person: str


class TaskSumLine(Schema):
    """How many open tasks of a purpose a worker has in a cell; no worker where nobody covers it."""

    area: str
    worker: str | None = None
    purpose: str
    open: int
    late: int
    first_due_at: datetime


class Tasks(Schema):
    """Open tasks of an area: the sums, then the tasks; ``next`` asks for those that follow."""

    area: str
    open: int
    late: int
    without_cover: int
    by_worker: list[TaskSumLine]
    tasks: list[TaskLine]
    next: str | None = None


class FigureLine(Schema):
    """One frozen figure of an area."""

    figure: str
    name: str
    area: str
    value: int


class Day(Schema):
    """The figures of a closed day; ``correction`` counts how often it was closed again."""

    on: date
    at: datetime
    correction: int
    definitions_digest: str
    figures: list[FigureLine]


class Outcomes(Schema):
    """Rows, and how many ended in each outcome."""

    rows: int
    created: int
    matched: int
    updated: int
    unchanged: int
    review: int
    rejected: int
    not_data: int
    problems: int


class Sheet(Outcomes):
    """One sheet taken in."""

    sheet: str
    kind: str
    notices: list[dict[str, Any]]
    questions: list[dict[str, Any]]


class File(Schema):
    """One file taken in, or the sentence why it was refused."""

    file: str
    sha256: str
    id: int | None = None
    archive: str
    known: bool
    mended: int
    sheets: list[Sheet]
    refused: str | None = None


class Totals(Outcomes):
    """Sums over all files."""

    files: int
    refused: int


class Intake(Schema):
    """What came of the files, as ``fournets intake --json`` says it."""

    files: list[File]
    totals: Totals
