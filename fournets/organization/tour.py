"""The tour of a demo: who may sign in there. An installation for real people has none."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from fournets.home import home

NAME = "tour.json"


@dataclass(frozen=True, slots=True)
class Guest:
    """An account of the demo, all invented: its role, and the first password it was given."""

    login: str
    name: str
    role: str
    password: str


def write_tour(guests: list[Guest], folder: Path) -> None:
    """Leaves who may sign in in a demo's data folder, readable by its own user alone."""
    text = json.dumps([asdict(one) for one in guests], ensure_ascii=False)
    number = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)


def tour() -> list[Guest]:
    """Who may sign in on this demo; nobody where it is none."""
    path = home() / NAME
    if not path.exists():
        return []
    return [Guest(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
