"""``fournets town make`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from fournets.cli import town


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    town.register(app)
    app.callback()(lambda: None)
    return app


def test_it_says_what_it_made_and_where(app: typer.Typer, tmp_path: Path) -> None:
    out, report = tmp_path / "demo", tmp_path / "made.json"
    words = ["town", "make", "--people", "300", "--seed", "3", "--out", str(out), "--json", str(report)]
    result = CliRunner(env={"FOURNETS_LANG": "zh"}).invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "300 人" in result.output
    assert json.loads(report.read_text())["people"] == 300
    assert (out / "divisions.csv").exists()


def test_a_folder_in_use_ends_with_a_sentence_and_code_two(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    result = CliRunner().invoke(app, ["town", "make", "--people", "300", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "--force" in result.stderr


def test_a_town_of_a_few_people_is_refused(app: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["town", "make", "--people", "20", "--out", str(tmp_path / "demo")])
    assert result.exit_code == 2
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(("people", "seed"), [(30, 1), (31, 2), (60, 3), (150, 7)])
def test_the_smallest_towns_have_every_kind_of_file(
    app: typer.Typer, tmp_path: Path, people: int, seed: int
) -> None:
    out = tmp_path / "demo"
    words = ["town", "make", "--people", str(people), "--seed", str(seed), "--out", str(out)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert all(
        any((out / "in" / kind).iterdir()) for kind in ("places", "registers", "enterprises", "rosters")
    )
    with (out / "truth_people.csv").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == people + 1
