"""The reference of the numbers is written from the values, and cannot go stale unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.policy import document
from fournets.policy.catalogue import catalogue


def test_every_value_and_every_entry_is_on_the_page() -> None:
    text = document.page(catalogue())
    for value in catalogue().values.values():
        assert f"### {value.zh} · {value.en}\n\n`{value.name}`" in text
        assert all(str(entry.start) in text and entry.reference.document in text for entry in value.entries)


def test_what_was_not_checked_is_marked() -> None:
    line = next(line for line in document.page(catalogue()).splitlines() if "`37.3`" in line)
    assert line.endswith("| ○ |")


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    rows = [line for line in document.page(catalogue()).splitlines() if line.startswith("| ")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {8, 9}


def test_the_page_that_ships_is_fresh() -> None:
    assert document.main(["--check"]) == 0


def test_a_stale_page_fails_the_check_and_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(document, "PAGE", tmp_path / "reference" / "policy.md")
    assert document.main(["--check"]) == 1
    assert "python -m fournets.policy.document" in capsys.readouterr().err
    assert document.main([]) == 0
    assert document.main(["--check"]) == 0
