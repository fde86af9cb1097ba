"""The security page names files; each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/explanation/security.md"
NAMED = sorted(
    set(
        re.findall(
            r"`((?:fournets|tests|benchmarks|scripts|requirements|docs)/[^`\s]+)`",
            PAGE.read_text(encoding="utf-8"),
        )
    )
)


@pytest.mark.parametrize("path", NAMED)
def test_a_file_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_the_page_names_what_keeps_it_and_what_tries_it() -> None:
    assert sum(path.startswith("fournets/") for path in NAMED) > 20
    assert sum(path.startswith("tests/") for path in NAMED) > 15
