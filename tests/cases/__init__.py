"""Cases an official can read: the TOML files beside this, read for the tests that run them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KEYS = {"zh", "en", "on", "area", "ask", "given", "expect"}


def cases(*asks: str) -> list[dict[str, Any]]:
    """Every case that asks one of ``asks`` (or any), with the name of its file under ``file``."""
    found = [
        {**case, "file": path.stem}
        for path in sorted(FOLDER.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
    ]
    return [case for case in found if not asks or case["ask"] in asks]


def title(case: dict[str, Any]) -> str:
    """How a case is called in the list of tests."""
    return f"{case['file']}: {case['en']}"
