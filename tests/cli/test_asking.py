"""Whoever sits at the terminal is asked about lists nobody knows; elsewhere the rows wait and the way to answer is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fournets.cli.asking import Clerk, label, named
from fournets.intake.extract import ExtractedSheet
from fournets.workbooks.examples import examples
from fournets.workbooks.model import Sheet
from fournets.workbooks.recognise import recognise
from tests.cli.terminal import at_terminal
from tests.cli.test_contract import fournets, home

__all__ = ["home"]
DIVISIONS = "code,official_name,short_name,kind,aliases\n440605123018,银河社区居委会,银河,community,\n"
STRANGE = "代称,标记,备用\n区美兰,x7,q\n陈志强,x8,q\n"


def sheet(rows: list[list[Any]]) -> ExtractedSheet:
    """A sheet as it comes from the reading child."""
    from dataclasses import asdict

    raw = Sheet(1, "名单", rows)
    layout = recognise(raw)
    waits = "review" if layout.kind == "unknown" else "data"
    table = pa.table({"status": [waits] * len(rows)})
    shown = examples(raw, layout)
    return ExtractedSheet(1, "名单", layout.kind, asdict(layout), len(rows), False, [], table, examples=shown)


def rows() -> list[list[Any]]:
    return [line.split(",") for line in STRANGE.split()]


def clerk(*answers: str) -> Clerk:
    """A clerk whose visitor types these answers, then leaves."""
    left = iter(answers)

    def read(_: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return Clerk(read=read)


def test_a_kind_and_the_columns_are_told_by_number_by_word_or_as_nothing() -> None:
    answer = clerk("5", "体温", "1")("怪表.csv", sheet(rows()))
    assert answer is not None
    assert (answer.kind, answer.columns) == ("pushed_list", {1: "temperature", 2: "id_number"})


def test_enter_skips_a_column_and_it_is_asked_about_again() -> None:
    answer = clerk("5", "", "0")("怪表.csv", sheet(rows()))
    assert answer is not None
    assert answer.columns == {2: None}


@pytest.mark.parametrize("skip", ["0", ""])
def test_a_list_that_is_skipped_stays_as_it_is(skip: str) -> None:
    assert clerk(skip)("怪表.csv", sheet(rows())) is None


def test_an_answer_that_is_no_choice_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    answer = clerk("99", "00", "x", "5", "小兔", "00", "1", "0")("怪表.csv", sheet(rows()))
    assert answer is not None
    assert answer.columns == {1: "id_number", 2: None}
    assert capsys.readouterr().out.count("none of the choices") == 5


@pytest.mark.parametrize("last", [("q",), ("Q",), ()])
def test_once_stopped_no_more_is_asked_but_what_was_told_counts(last: tuple[str, ...]) -> None:
    visitor = clerk("5", "1", *last)
    answer = visitor("怪表.csv", sheet(rows()))
    assert answer is not None
    assert answer.columns == {1: "id_number"}
    assert visitor("另一个.csv", sheet(rows())) is None


def test_stopped_before_anything_was_told_nothing_counts() -> None:
    assert clerk("q")("怪表.csv", sheet(rows())) is None


def test_the_progress_bar_is_quiet_while_a_question_stands() -> None:
    heard: list[str] = []

    @contextmanager
    def quiet() -> Iterator[None]:
        heard.append("quiet")
        yield
        heard.append("on")

    visitor = clerk("0")
    visitor.quiet = quiet
    visitor("怪表.csv", sheet(rows()))
    assert heard == ["quiet", "on"]


def test_of_two_columns_for_one_field_somebody_says_which_counts() -> None:
    table = [
        ["姓名", "返镇日期", "到达日期"],
        ["区美兰", "2020-02-01", "2020-02-02"],
        ["陈志强", "2020-02-03", ""],
    ]
    answer = clerk("1")("名单.csv", sheet(table))
    assert answer is not None
    assert (answer.kind, answer.columns) == (None, {2: "returned_on"})


def test_words_senders_use_are_understood() -> None:
    assert (named("手机号码"), named("id_number"), named("小兔")) == ("phone", "id_number", None)
    assert label("phone")


@pytest.fixture
def ready(home: Path, tmp_path: Path) -> Path:
    """A register with one community, and a list nobody knows beside it."""
    divisions = tmp_path / "divisions.csv"
    divisions.write_text(DIVISIONS, encoding="utf-8")
    assert fournets(home, "init", "--divisions", divisions).returncode == 0
    (tmp_path / "怪表.csv").write_text(STRANGE, encoding="utf-8")
    return home


def test_at_a_terminal_the_waiting_rows_are_asked_about_and_taken(ready: Path, tmp_path: Path) -> None:
    strange = tmp_path / "怪表.csv"
    piped = fournets(ready, "intake", strange, "--on", "2020-02-03")
    assert piped.returncode == 1
    assert "--map" in piped.stdout
    assert "review 3" in piped.stdout
    quiet, shown = at_terminal(ready, ["intake", strange, "--dry-run"], [])
    assert (quiet, "> " in shown.splitlines()) == (1, False)
    code, shown = at_terminal(ready, ["intake", strange, "--on", "2020-02-03"], ["5", "0", "备注"])
    assert "区美兰 · 陈志强" in shown
    assert "created 2" in shown
    assert code == 0, shown
    other = tmp_path / "再来.csv"
    other.write_text(STRANGE.replace("区美兰", "查文华"), encoding="utf-8")
    out = tmp_path / "report.json"
    assert fournets(ready, "intake", other, "--json", out).returncode == 0
    assert json.loads(out.read_text())["files"][0]["sheets"][0]["kind"] == "pushed_list"
