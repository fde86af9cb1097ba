"""An event is closed by two people; figures stay, people go, and a back-up does not bring them back.

One register lives through it all, with the commands people type; each test looks at one part of what it met.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

import psycopg
import pytest

from fournets.crypto import load_ring
from fournets.keeping.closing import digest_of, tables
from fournets.organization.rights import rights
from tests.journeys.conftest import CELLS, DAY, HOUSEHOLDS, MEI, PHONE, Home, new_home, write_book

FIGURES = "SELECT area_code, figure, value FROM reporting_dayfigure ORDER BY 1, 2"
DECIDED = """UPDATE keeping_event SET reason = %s, asked_by = %s, asked_at = now(), decided_by = %s, decided_at = now()
    WHERE closed_at IS NULL"""
COUNTED = (
    "SELECT sum(households_known)::int, sum(households)::int, sum(persons)::int FROM screening_coveragecount"
)
COPIED = ("keeping_event", "people_person", "people_fact")


@dataclass
class Story:
    """A register before, at and after the end of its event."""

    home: Home
    undecided: int = 0
    people: dict[str, int] = field(default_factory=dict)
    figures: list[Any] = field(default_factory=list)
    certificate: dict[str, Any] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    figures_left: list[Any] = field(default_factory=list)
    written: bytes = b""
    counted: list[Any] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    verified: str = ""
    refused: str = ""

    def ask(self, sql: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.home.server()) as link:
            return link.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608

    def decide(self, asked: str = "protector", decided: str = "boss") -> None:
        """As two accounts do on their pages."""
        with psycopg.connect(self.home.server()) as link:
            link.execute(DECIDED, ["响应级别终止", asked, decided])

    def close(self) -> dict[str, Any]:
        out = self.home.folder / "certificate.json"
        self.home.run("event", "close", "--certificate", out)
        found: dict[str, Any] = json.loads(out.read_text())
        return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = new_home(tmp_path_factory.mktemp("closing"))
    one = Story(home)
    book = write_book(home.folder / "银河户册.xlsx", HOUSEHOLDS)
    cells = write_book(home.folder / "银河网格.xlsx", CELLS)
    home.run("intake", book, cells, "--on", DAY, "--area", "银河", codes=(0, 1))
    home.run("assess", "--on", DAY, codes=(0, 1))
    home.run("day", "close", "--on", DAY)
    home.run("event", "close", "--certificate", home.folder / "none.json", codes=(2,))
    one.undecided = one.count("people_person")
    one.figures = one.ask(FIGURES)
    one.decide()
    copies = _copies(home)
    one.certificate = one.close()
    one.left = {name: one.count(name) for name in tables()["shred"]}
    one.figures_left = one.ask(FIGURES)
    one.counted = one.ask(COUNTED)
    one.keys = [
        hashlib.sha256(key.secret).hexdigest() for key in load_ring(home.folder / "keys.toml").keys.values()
    ]
    one.written = b"".join(path.read_bytes() for path in _files(home))
    one.verified = home.run("audit", "verify")
    _bring_back(home, copies)
    one.people["back"] = one.count("people_person")
    one.refused = _error(home, "people", "links", "--out", "links.csv")
    one.close()
    one.people["closed again"] = one.count("people_person")
    home.run("intake", book, "--on", DAY, "--area", "银河", codes=(0, 1))
    one.people["next event"] = one.count("people_person")
    return one


def test_without_two_who_decide_nothing_is_closed(story: Story) -> None:
    assert story.undecided == 2
    with pytest.raises(psycopg.errors.CheckViolation, match="an_event_is_closed_by_two_people"):
        story.decide("boss", "boss")


def test_closed_nobody_is_left_and_the_figures_stay(story: Story) -> None:
    assert story.certificate["shredded"]["people_person"] == 2
    recounted = {"screening_coveragecount"}  # what is left of it: the test after this one
    assert {name for name, rows in story.left.items() if rows} == recounted
    assert story.figures_left == story.figures != []
    assert story.ask("SELECT count(*) FROM reporting_dayfigure WHERE behind <> '{}'") == [(0,)]
    assert "holds" in story.verified


def test_coverage_counts_the_buildings_that_stay_and_nobody(story: Story) -> None:
    assert story.counted == [(24, 0, 0)]


def test_no_key_of_the_event_is_left(story: Story) -> None:
    assert len(story.certificate["keys"]) == len(story.keys) == 1
    assert story.certificate["keys"] != story.keys


def test_nothing_of_a_person_is_left_in_the_folder(story: Story) -> None:
    assert story.certificate["files"] == 2
    assert MEI.encode() not in story.written
    assert PHONE.encode() not in story.written


def test_the_certificate_stands_in_the_audit_by_its_fingerprint(story: Story) -> None:
    said = {name: value for name, value in story.certificate.items() if name != "sha256"}
    noted = story.ask(
        "SELECT details->>'certificate' FROM audit_auditline WHERE act = 'event_closed' ORDER BY id"
    )
    assert noted[0][0] == story.certificate["sha256"] == digest_of(said)


def test_the_log_outside_knows_before_anything_is_shredded(story: Story) -> None:
    lines = [line.split() for line in (story.home.folder / "closed.log").read_text().splitlines()]
    assert [what for _, event, what in lines if event == story.certificate["event"]][:2] == [
        "begun", story.certificate["sha256"],
    ]  # fmt: skip


def test_a_back_up_of_a_closed_event_is_not_opened_until_it_is_shredded_again(story: Story) -> None:
    assert story.people["back"] == 2
    assert "back-up of an event that was closed" in story.refused
    assert story.people["closed again"] == 0


def test_the_next_event_begins_at_once(story: Story) -> None:
    assert story.people["next event"] == 2


def test_every_table_is_named_once(story: Story) -> None:
    known = [row[0] for row in story.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    named = [*tables()["shred"], *tables()["blank"], *tables()["keep"]]
    assert sorted(named) == sorted(known)


def test_those_who_ask_and_those_who_approve_are_others() -> None:
    assert not rights()["event.ask"].roles & rights()["event.decide"].roles


def _files(home: Home) -> list[Path]:
    """What the data folder holds beside the database and what was sent."""
    return [
        path
        for path in home.folder.rglob("*")
        if path.is_file() and "postgres" not in path.parts and path.suffix not in (".xlsx", ".csv")
    ]


def _copies(home: Home) -> dict[str, bytes]:
    with psycopg.connect(home.server()) as link, link.cursor() as cursor:
        found = {}
        for name in COPIED:
            with cursor.copy(f"COPY {name} TO STDOUT") as copy:
                found[name] = b"".join(bytes(part) for part in copy)
        return found


def _bring_back(home: Home, copies: dict[str, bytes]) -> None:
    with psycopg.connect(home.server()) as link, link.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name in COPIED:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(copies[name])


def _error(home: Home, *words: str) -> str:
    process = home.popen(*words, stdout=PIPE, stderr=PIPE)
    _, error = process.communicate()
    assert process.returncode == 3
    return error
