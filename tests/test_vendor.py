"""What was copied from npm's packages is what VENDOR.json says, and nothing else lies beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = [
    ROOT / "fournets/web/static/vendor",
    ROOT / "fournets/web/static/webforms",
    ROOT / "tests/vendor",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_every_file_has_its_fingerprint(folder: Path) -> None:
    known = {one["file"]: one["sha256"] for one in json.loads((folder / "VENDOR.json").read_text())}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "VENDOR.json"
    }
    assert found == known


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_versions_are_those_that_are_pinned(folder: Path) -> None:
    pinned = json.loads((ROOT / "package.json").read_text())
    wanted = pinned["dependencies"] | pinned["devDependencies"]
    for one in json.loads((folder / "VENDOR.json").read_text()):
        assert wanted[one["package"]] == one["version"]


def test_nothing_copied_asks_for_a_file_that_is_not_there() -> None:
    for folder in FOLDERS:
        assert [path.name for path in folder.iterdir() if b"sourceMappingURL" in path.read_bytes()] == []
