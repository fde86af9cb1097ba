"""From workbooks to tasks: takes in the invented town and opens its tasks; ``--people`` says how large, ``--runs`` how often."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Measured, run, table

FOURNETS = Path(sys.executable).with_name("fournets")
DAY = "2020-02-03"


def main() -> None:
    """Makes the town once, then measures each run on a fresh data folder."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=300_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--town", type=Path, help="a town made before, instead of a new one")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        town = words.town or _make(root, words.people)
        runs = [_whole(root / f"home{number}", town) for number in range(words.runs)]
    names = list(runs[0])
    table(f"intake to tasks, {words.people} people", [(name, [one[name] for one in runs]) for name in names])


def _make(root: Path, people: int) -> Path:
    town = root / "town"
    run([FOURNETS, "town", "make", "--people", str(people), "--seed", "1", "--out", town], root / "home")
    return town


def _whole(home: Path, town: Path) -> dict[str, Measured]:
    run([FOURNETS, "init", "--divisions", town / "divisions.csv"], home)
    steps = {
        "intake": run([FOURNETS, "intake", town / "in", "--on", DAY], home),
        "assess and open tasks": run([FOURNETS, "assess", "--on", DAY], home),
    }
    shutil.rmtree(home, ignore_errors=True)
    steps["intake to tasks"] = Measured(
        sum(one.seconds for one in steps.values()),
        max(one.megabytes for one in steps.values()),
        max(one.code for one in steps.values()),
    )
    return steps


if __name__ == "__main__":
    main()
