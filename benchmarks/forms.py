"""Fills the six blank forms of the invented town and compares every cell with the town's truth.

    python benchmarks/forms.py TOWN_FOLDER [--area 440605123] [--on 2020-02-10] [--show]

TOWN_FOLDER comes from `fournets town make`; its files must have been taken in under FOURNETS_HOME. A cell is right when it
says what the truth says (dates, marks and numbers as this form writes them, addresses by their last part), wrong when it says
something else, empty when nothing was on file. Fillable cells are those for which the truth holds something.
"""

from __future__ import annotations

import argparse
import csv
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

FOURNETS = Path(sys.executable).with_name("fournets")
DAY = re.compile(
    r"((?:19|20)\d\d)[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?"
)  # the form says how, or leaves it open
KEYS = ("id_number", "uscc")


def main() -> None:
    options = _options()
    print(f"{'form':34} {'rows':>6} {'fillable':>8} {'right':>8} {'wrong':>6} {'empty':>6} {'s':>6}")
    total: Counter[str] = Counter()
    for blank in sorted((options.town / "forms").glob("*.xlsx")):
        seconds, filled = _fill(blank, options)
        counts, shown = _compare(filled, options.town / "truth_forms", blank, options.show)
        total += counts
        print(
            f"{blank.stem:34} {counts['rows']:6} {counts['fillable']:8} {counts['right']:8} {counts['wrong']:6} {counts['empty']:6} {seconds:6.1f}"
        )
        for line in shown:
            print("   ", line)
    share = total["right"] / max(total["fillable"], 1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"right {share:.2%} of {total['fillable']} fillable cells, wrong {total['wrong']}; peak memory {peak:.0f} MB; seconds are the median of {options.runs}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("--area", default="440605123")
    parser.add_argument("--on", default="2020-02-10")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--show", type=int, default=0, help="so many wrong cells of each form")
    return parser.parse_args()


def _fill(blank: Path, options: argparse.Namespace) -> tuple[float, Path]:
    out = Path(tempfile.mkdtemp()) / blank.name
    times = []
    for _ in range(options.runs):
        start = time.perf_counter()
        command = [
            FOURNETS,
            "forms",
            "fill",
            blank,
            "--area",
            options.area,
            "--on",
            options.on,
            "--out",
            out,
            "--force",
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode > 1:
            raise SystemExit(done.stderr)
        times.append(time.perf_counter() - start)
    return statistics.median(times), out


def _compare(filled: Path, folder: Path, blank: Path, show: int) -> tuple[Counter[str], list[str]]:
    fields = {row["cell"]: row["field"] for row in _rows(folder / "columns.csv") if row["file"] == blank.name}
    truth = {row["number"]: row for row in _rows(folder / f"{blank.stem}.csv")}
    sheet = load_workbook(filled).worksheets[0]
    columns = {
        field: column_index_from_string(cell.rstrip("0123456789")) for cell, field in fields.items() if field
    }
    key = next(
        (
            columns[name]
            for name in (*KEYS, "community")
            if name in columns and not (name == "uscc" and "id_number" in columns)
        ),
        0,
    )
    first = max(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for cell in fields) + 1
    counts: Counter[str] = Counter()
    shown = []
    for row in range(first, sheet.max_row + 1):
        expected = truth.get(str(sheet.cell(row, key).value))
        if expected is None:
            continue
        counts["rows"] += 1
        for name, wanted in expected.items():
            field = name.rpartition(":")[2] if ":" in name else f"figure:{name}"
            if field not in columns or wanted == "":
                continue
            found = sheet.cell(row, columns[field]).value
            verdict = _verdict(field, found, wanted)
            counts["fillable"] += 1
            counts[verdict] += 1
            if verdict == "wrong" and len(shown) < show:
                shown.append(f"{field}: {found!r} for {wanted!r}")
    return counts, shown


def _verdict(field: str, found: Any, wanted: str) -> str:
    if found is None:
        return "empty"
    one, other = _plain(found), _plain(wanted)
    if field.endswith("address"):
        return "right" if one.endswith(other[-6:]) or other.endswith(one[-6:]) else "wrong"
    return "right" if one == other else "wrong"


def _plain(value: Any) -> str:
    text = str(value).strip().replace(" ", "").removesuffix(".0")
    day = DAY.fullmatch(text)
    return f"{day[1]}-{int(day[2])}-{int(day[3])}" if day else text


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
