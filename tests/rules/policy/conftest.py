"""Values of a test's own, instead of those that ship."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fournets.policy import catalogue, reader

UseValues = Callable[..., None]


@pytest.fixture
def use_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UseValues]:
    """Call it with the text of files by subject: from then on the reader knows nothing else."""

    def use(**texts: str) -> None:
        for subject, text in texts.items():
            head = '[subject]\nzh = "题"\nen = "Subject"\n'
            (tmp_path / f"{subject}.toml").write_text(head + text, encoding="utf-8")
        known = catalogue.load(tmp_path)
        monkeypatch.setattr(reader, "catalogue", lambda: known)
        forget()

    yield use
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Empties what the reader keeps."""
    for kept in (reader.in_force, reader._in_force):
        kept.cache_clear()
