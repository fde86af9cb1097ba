"""Recognises every sheet of the invented town and compares each column and kind with the town's truth.

    python benchmarks/recognition.py [TOWN_FOLDER] [--people 60000] [--runs 3] [--show 20]

TOWN_FOLDER comes from `fournets town make`; without it one is made. A column is *right* when it got the field of the truth
(or none where the register keeps nothing), *asked* when it got none and a question about it stands, *missed* when it got none
and nothing is asked, *wrong* when it got another field: that is the silent mistake. Ends with 1 when the share right is below
98 % or any number of identity was taken for a telephone or the other way round. Times are of recognising alone; reading the
files stands beside them.
"""

from __future__ import annotations

import argparse
import csv
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fournets.workbooks.model import Layout, Sheet
from fournets.workbooks.packages import column_letters
from fournets.workbooks.read import expand, read_workbook
from fournets.workbooks.recognise import recognise

FOURNETS = Path(sys.executable).with_name("fournets")
LEAST = 0.98
NUMBERS = {"id_number", "phone", "contact_phone", "worker_phone", "uscc", "employer_uscc"}
PERSONS = {"household_register", "staff_roster", "returnee_list", "pushed_list"}
Truth = dict[tuple[str, str], dict[str, dict[str, str]]]  # file and sheet -> column -> line


@dataclass
class Tally:
    """What one run found."""

    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    swapped: int = 0
    sheets: int = 0
    rows: int = 0
    cells: int = 0
    reading: float = 0.0
    recognising: float = 0.0


def main() -> None:
    """Prints sheets, rows, columns right, asked, missed and wrong, kinds, times and peak memory."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        town = options.town or _make(Path(folder), options.people)
        truth = _truth(town / "truth_columns.csv")
        tallies = [_run(town / "in", truth, Path(folder) / f"run{run}") for run in range(options.runs)]
    sys.exit(_print(tallies, options.show))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("town", type=Path, nargs="?")
    parser.add_argument("--people", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--show", type=int, default=0, help="so many of the mistakes")
    return parser.parse_args()


def _make(folder: Path, people: int) -> Path:
    words = [FOURNETS, "town", "make", "--people", str(people), "--seed", "1", "--out", folder / "town"]
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
    return folder / "town"


def _truth(path: Path) -> Truth:
    found: Truth = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            found.setdefault((line["file"], line["sheet"]), {})[line["column"]] = line
    return found


def _run(folder: Path, truth: Truth, unpacked: Path) -> Tally:
    tally = Tally()
    for path in _files(folder, unpacked):
        start = time.perf_counter()
        sheets = read_workbook(path)
        tally.reading += time.perf_counter() - start
        for sheet in sheets:
            if columns := truth.get((path.name, sheet.name)):
                _recognise(sheet, path.name, columns, tally)
    return tally


def _files(folder: Path, unpacked: Path) -> Iterator[Path]:
    for number, path in enumerate(sorted(one for one in folder.rglob("*") if one.is_file())):
        if path.suffix.lower() != ".zip":
            yield path
            continue
        into = unpacked / str(number)
        into.mkdir(parents=True)
        yield from expand(path, into)


def _recognise(sheet: Sheet, file: str, columns: dict[str, dict[str, str]], tally: Tally) -> None:
    start = time.perf_counter()
    layout = recognise(sheet, file_name=file)
    tally.recognising += time.perf_counter() - start
    tally.sheets += 1
    tally.rows += len(sheet.rows)
    tally.cells += sum(map(len, sheet.rows))
    kind = next(iter(columns.values()))["kind"]
    tally.kinds[kind, layout.kind] += 1
    _compare(layout, columns, tally)


def _compare(layout: Layout, columns: dict[str, dict[str, str]], tally: Tally) -> None:
    asked = {question.get("column") for question in layout.questions}
    got = {column_letters(column.index + 1): column.field or "" for column in layout.columns}
    for letters, line in columns.items():
        found, wanted = got.get(letters, ""), line["field"]
        verdict = _verdict(found, wanted, asked=letters in asked)
        tally.verdicts[verdict] += 1
        if verdict != "right":
            tally.mistakes[verdict, line["header"], wanted, found] += 1
        tally.swapped += verdict == "wrong" and {found, wanted} <= NUMBERS


def _verdict(found: str, wanted: str, *, asked: bool) -> str:
    if found == wanted:
        return "right"
    if found:
        return "wrong"
    return "asked" if asked else "missed"


def _kind_right(wanted: str, found: str) -> bool:
    """The truth's `visit_list` is any list of persons."""
    return found in PERSONS if wanted == "visit_list" else found == wanted


def _print(tallies: list[Tally], show: int) -> int:
    one = tallies[-1]
    total = one.verdicts.total()
    share = one.verdicts["right"] / max(total, 1)
    kinds = sum(count for (wanted, found), count in one.kinds.items() if _kind_right(wanted, found))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{one.sheets:,} sheets, {one.rows:,} rows, {one.cells:,} cells; {total:,} columns")
    print(
        f"columns right {share:.2%}, asked {one.verdicts['asked']}, missed {one.verdicts['missed']},"
        f" wrong {one.verdicts['wrong']}; numbers taken for one another {one.swapped}"
    )
    print(f"kinds right {kinds / max(one.sheets, 1):.2%} ({one.sheets - kinds} of {one.sheets} wrong)")
    reading, recognising = (
        statistics.median(getattr(tally, name) for tally in tallies) for name in ("reading", "recognising")
    )
    print(f"median of {len(tallies)}: recognising {recognising:.2f} s (reading the files {reading:.2f} s)")
    print(f"peak memory {peak:,.0f} MB")
    for (verdict, header, wanted, found), count in one.mistakes.most_common(show):
        print(f"  {count:5} x {verdict}: {header!r} is {wanted or 'nothing'}, got {found or 'nothing'}")
    for (wanted, found), count in one.kinds.items():
        if show and not _kind_right(wanted, found):
            print(f"  {count:5} x kind {wanted}, got {found}")
    return int(share < LEAST or one.swapped > 0 or total == 0)


if __name__ == "__main__":
    main()
