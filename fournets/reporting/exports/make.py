"""The act of making a list that may be made: the file, the record of whose rows it holds, and the audit line."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.db import connection, transaction

from fournets.crypto import KeyRing
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.reporting.exports.handing import hand_out
from fournets.reporting.exports.keys import MarkKey, written_code
from fournets.reporting.exports.marks import Hand
from fournets.reporting.exports.narrow import narrow_of
from fournets.reporting.exports.request import check_may_make, move, note, over_the_limit
from fournets.reporting.exports.selectors import bindings, export_of, town_names
from fournets.reporting.exports.sheet import FORMATS, Paper, write_file
from fournets.reporting.exports.spelling import Speller
from fournets.reporting.forms.meaning import PERSON
from fournets.reporting.forms.selectors import people_rows
from fournets.reporting.forms.values import FilledRows, answers_for
from fournets.reporting.models import Export
from fournets.workbooks.vocabulary import fields

Content = Callable[[Export], tuple[list[int], bytes]]
PERSON_ID = "person_id"
ONE_ASKER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"  # two lists of one asker are made one after the other


@dataclass(frozen=True, slots=True)
class Made:
    """A list that was made: its content, and how the file may be called."""

    export: Export
    content: bytes
    kind: str

    @property
    def name(self) -> str:
        """Says nothing of anybody."""
        return f"{self.export.serial}.{self.kind}"


def make(
    serial: str,
    kind: str,
    *,
    reader: Reader,
    ring: KeyRing,
    at: datetime,
    lang: Lang = "zh",
    actor: str = "",
) -> Made:
    """Makes the list of a serial as ``xlsx`` or ``csv``, once, for whoever asked for it.

    A `Refusal` when it waits, was refused or made; when the right for it is gone; or when it has grown over the limit
    since: then it waits for a second person from now on.
    """
    if kind not in FORMATS:
        raise Refusal("export_format", known=", ".join(FORMATS))
    return make_with(
        serial,
        kind,
        lambda export: _content(export, kind, reader, ring, at, lang),
        reader=reader,
        ring=ring,
        at=at,
        actor=actor,
    )


def make_with(
    serial: str,
    kind: str,
    content: Content,
    *,
    of: str = "list",
    reader: Reader,
    ring: KeyRing,
    at: datetime,
    actor: str = "",
) -> Made:
    """Makes an export of the kind ``of`` under every condition of `make`; ``content`` writes it and says whose rows it holds."""
    made = _make(serial, kind, content, of, reader=reader, ring=ring, at=at, actor=actor)
    if made is None:
        raise Refusal("export_grown", serial=serial)
    return made


@transaction.atomic
def _make(
    serial: str,
    kind: str,
    content_of: Content,
    of: str,
    *,
    reader: Reader,
    ring: KeyRing,
    at: datetime,
    actor: str,
) -> Made | None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_ASKER, [reader.login])
    export = export_of(serial, lock=True)
    if export.asker != reader.login or export.kind != of:
        raise Refusal("export_not_yours", serial=serial)
    check_may_make(reader, export.area_code, export.columns, unmasked=export.unmasked)
    approved = export.state == "approved"
    if export.state == "ready" and over_the_limit(export, at=at):
        move(export, "waiting")
        export.save(update_fields=["state"])
        note("hold_export", export, actor=actor or reader.login, at=at)
        return None
    move(export, "made")
    people, content = content_of(export)
    if approved and len(people) > export.count:
        raise Refusal("export_outgrown", serial=serial, approved=export.count, now=len(people))
    export.made_at, export.sha256 = at, hashlib.sha256(content).hexdigest()
    export.count = len(people)
    export.save(update_fields=["state", "made_at", "sha256", "count"])
    hand_out(export, people, ring=ring, marked=True, at=at)
    note(
        "make_export",
        export,
        actor=actor or reader.login,
        at=at,
        sha256=export.sha256,
        format=kind,
        unmasked=export.unmasked,
        columns=export.columns,
    )
    return Made(export, content, kind)


def _content(
    export: Export, kind: str, reader: Reader, ring: KeyRing, at: datetime, lang: Lang
) -> tuple[list[int], bytes]:
    people: list[int] = []
    paper = Paper(export.serial, export.recipient, f"{reader.name} ({reader.login})", at, lang)
    words = [(name, getattr(fields()[name], lang)) for name in export.columns]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        write_file(
            path, kind, [("", say("export_code", lang)), *words], list_rows(export, ring, people), paper
        )
        return people, path.read_bytes()


def list_rows(export: Export, ring: KeyRing, people: list[int]) -> Iterator[list[str]]:
    """The rows of a list as they are written, each with its code first; ``people`` is filled as they are read."""
    values = bindings(export.area_code, export.on)
    answers = answers_for(PERSON, [*export.columns, PERSON_ID], values, ring)
    key, names = MarkKey(ring), town_names()
    copy = key.copy(export.serial)
    speller = Speller(export.columns, export.unmasked)
    narrow = narrow_of(export)
    rows = people_rows(export.who, values | narrow.values(), narrow=narrow.condition())
    for row in FilledRows(PERSON, rows, answers):
        person = row[PERSON_ID]
        people.append(person)
        hand = Hand(copy.choices(person), names)
        code = [written_code(key.code(export.serial, person))]
        yield list(chain(code, speller.row(row, hand)))
