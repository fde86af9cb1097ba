"""A small invented town, made once, and its files read back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fournets.town.make import Made, make_town

PEOPLE, SEED = 6000, 11
Grid = list[list[object]]


@dataclass(frozen=True)
class SmallTown:
    """The folder of a made town, and what making it reported."""

    folder: Path
    made: Made

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def grids(self) -> dict[tuple[str, str], Grid]:
        """Every sheet of every file, those in a .zip too, by file and sheet."""
        return {
            (name, sheet): grid
            for path in sorted((self.folder / "in").rglob("*.*"))
            for name, data in unpacked(path)
            for sheet, grid in read(name, data)
        }


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix != ".zip":
        yield path.name, path.read_bytes()
        return
    with zipfile.ZipFile(path) as pack:
        for name in pack.namelist():
            yield name, pack.read(name)


def read(name: str, data: bytes) -> Iterator[tuple[str, Grid]]:
    if name.endswith(".csv"):
        yield Path(name).stem, [list(row) for row in csv.reader(io.StringIO(decoded(data), newline=""))]
        return
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in book.sheet_names:
        yield sheet, [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("neither UTF-8 nor GB18030")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> SmallTown:
    folder = tmp_path_factory.mktemp("town")
    return SmallTown(folder, make_town(PEOPLE, SEED, folder, workers=1))


@pytest.fixture(scope="session")
def grids(town: SmallTown) -> dict[tuple[str, str], Grid]:
    return town.grids()
