"""Fills the six blank forms of the invented town and compares every cell with the town's truth.

    FOURNETS_HOME=… python benchmarks/forms.py TOWN_FOLDER [--area 440605123] [--on 2020-02-10] [--show 5] [--json OUT]

TOWN_FOLDER comes from `fournets town make`; its files must have been taken in under FOURNETS_HOME. With `--people N` a town of
N people is made and taken in first, in a folder of its own. For each cell of a row that stands in the truth:

  fillable  some file says the true value of this person or enterprise
  right     the form says the true value (dates, marks and numbers as this form writes them, addresses by their last part)
  sent      the form says something else, and a file really says that of this person: the sender's mistake
  wrong     the form says what no file says of this person: our mistake
  empty     fillable, but left empty

An ID number that no true person bears counts as sent. Rows are found by their ID number, without one by name and telephone.

Figures of people are compared with a count over the people some file names, where the files say they live: the town's
truth also counts people of whom no file ever spoke, and 15 to 89 in a community cannot be known by any register. How
far the figures written are from that full truth is printed below.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import measure
import said
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

FOURNETS = Path(sys.executable).with_name("fournets")
DAY = re.compile(r"((?:19|20)\d\d)[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")  # as the form writes it
WORDS = dict.fromkeys(["yes", "是", "1", "有", "√", "y"], "yes") | dict.fromkeys(
    ["no", "否", "2", "无", "n"], "no"
)
SEXES = {"1": "male", "男": "male", "男性": "male", "2": "female", "女": "female", "女性": "female"}
# Fields a form works out: fillable when any of these is on file.
FROM = {
    "age": ("id_number", "birth_on", "age"),
    "sex": ("sex", "id_number"),
    "birth_on": ("birth_on", "id_number"),
    "cell_name": ("cell_name",),
    "head_name": ("head_name", "household_no"),
    "community": ("enterprise_address",),
}
OF_PEOPLE = ("people", "returnees", "outbreak_returnees")
MERGE = re.compile(r'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
MISSED = {"sent", "wrong", "empty"}
COLUMNS = ("rows", "known", "fillable", "right", "sent", "wrong", "empty")


def main() -> None:
    options = _options()
    if options.people:
        _make_town(options)
    said.open_register()
    ground = {"person": said.said_of_people(options.town), "firm": said.said_of_enterprises(options.town)}
    figures = said.figures_of_people(options.town)
    numbers = {row["id_number"] for row in said.table(options.town / "truth_people.csv")}
    print(f"{'form':<26}" + "".join(f"{name:>9}" for name in COLUMNS) + f"{'median s':>10}{'peak MB':>9}")
    total: Counter[str] = Counter()
    for blank in sorted((options.town / "forms").glob("*.xlsx")):
        runs, filled = _fill(blank, options)
        answers = _answers(options.town / "truth_forms", blank, ground, figures, numbers)
        counts, shown = _compare(filled, answers, options.show)
        total += counts
        seconds = sorted(one.seconds for one in runs)[len(runs) // 2]
        line = "".join(f"{counts[name]:>9}" for name in COLUMNS)
        print(f"{blank.stem:<26}{line}{seconds:>10.1f}{max(one.megabytes for one in runs):>9.0f}")
        for line in shown:
            print("   ", line)
    share = total["right_of_fillable"] / max(total["fillable"], 1)
    print(
        f"right {share:.2%} of {total['fillable']} fillable cells; wrong {total['wrong']}, as sent {total['sent']}; "
        f"rows of the truth on the forms {total['known']} of {total['rows']}; {options.runs} runs\n"
        f"figures of people, all communities together, off the town's full truth by {total['off']}"
    )
    if options.json:
        options.json.write_text(json.dumps({**total, "share": share}, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("town", type=Path, nargs="?")
    parser.add_argument("--people", type=int, help="make and take in a town of so many people first")
    parser.add_argument("--seed", type=int, default=2020, help="of the town that is made")
    parser.add_argument("--area", default="440605123")
    parser.add_argument("--on", default="2020-02-10")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--show", type=int, default=0, help="so many cells of each form that are not right")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not options.town and not options.people:
        parser.error("a TOWN_FOLDER or --people")
    return options


def _make_town(options: argparse.Namespace) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fournets-forms-"))
    options.town = folder / "town"
    os.environ["FOURNETS_HOME"] = str(folder / "home")
    steps: tuple[tuple[str | Path, ...], ...] = (
        ("town", "make", "--people", str(options.people), "--seed", str(options.seed), "--out", options.town),
        ("init", "--divisions", options.town / "divisions.csv"),
        ("intake", options.town / "in", "--on", options.on),
    )
    for words in steps:
        done = measure.run((FOURNETS, *words), folder / "home")
        if done.code > 1:
            raise SystemExit(f"{words[0]} ended with {done.code}")


def _fill(blank: Path, options: argparse.Namespace) -> tuple[list[measure.Measured], Path]:
    out = Path(tempfile.mkdtemp()) / blank.name
    words = ("forms", "fill", blank, "--area", options.area, "--on", options.on, "--out", out, "--force")
    runs = [measure.run((FOURNETS, *words), Path(os.environ["FOURNETS_HOME"])) for _ in range(options.runs)]
    if any(one.code > 1 for one in runs):
        raise SystemExit(f"{blank.name} could not be filled")
    return runs, out


@dataclass
class Answers:
    """What a form should say: its columns by field, the true rows, what the files say, the numbers people bear."""

    columns: dict[str, int]
    rows: dict[str, dict[str, str]]
    by_phone: dict[tuple[str, str], dict[str, str]]
    ground: Mapping[str, Mapping[str, set[str]]]
    numbers: set[str]
    key: int
    of_people: bool

    def row(self, cells: Sequence[Any]) -> dict[str, str] | None:
        """The true row a row of the form is about."""
        number = cells[self.key] if self.key < len(cells) else None
        if number is not None or not self.of_people:
            return self.rows.get(str(number))
        place = [self.columns[name] for name in ("name", "phone")]
        return self.by_phone.get((str(cells[place[0]]), str(cells[place[1]])))

    def is_strange(self, cells: Sequence[Any]) -> bool:
        """Whether a row bears an ID number that is nobody's."""
        text = str(cells[self.key]) if self.key < len(cells) else ""
        return self.of_people and text[:6].isdigit() and len(text) >= 15 and text not in self.numbers


def _answers(
    folder: Path,
    blank: Path,
    ground: Mapping[str, said.Said],
    figures: Mapping[str, Mapping[str, int]],
    numbers: set[str],
) -> Answers:
    columns = {
        row["field"]: column_index_from_string(row["cell"].rstrip("0123456789")) - 1
        for row in said.table(folder / "columns.csv")
        if row["file"] == blank.name and row["field"]
    }
    rows = list(said.table(folder / f"{blank.stem}.csv"))
    of_people = "id_number" in columns
    facts = _with_heads(rows, ground["person"]) if of_people else ground["firm"]
    for row in rows:
        for name in OF_PEOPLE:
            if name in row:
                row[f"full {name}"], row[name] = row[name], str(figures[row["key"]][name])
    key = columns.get("id_number", columns.get("uscc", columns.get("community", 0)))
    named = {(_value(row, "name"), _value(row, "phone")): row for row in rows} if of_people else {}
    return Answers(columns, {row["number"]: row for row in rows}, named, facts, numbers, key, of_people)


def _value(row: Mapping[str, str], field: str) -> str:
    return next((value for name, value in row.items() if name.rpartition(":")[2] == field), "")


def _with_heads(rows: Sequence[Mapping[str, str]], ground: said.Said) -> said.Said:
    """What is said of people; of each member of a household also every name some file gives its head."""
    heads = {
        _value(row, "household_no"): ground[row["key"]].get("name", set())
        for row in rows
        if _value(row, "relation") == "户主" and row["key"] in ground
    }
    facts = {key: {**said_of} for key, said_of in ground.items()}
    for row in rows:
        if names := heads.get(_value(row, "household_no")):
            own = facts.setdefault(row["key"], {})
            own["head_name"] = own.get("head_name", set()) | names
    return facts


def _compare(filled: Path, answers: Answers, show: int) -> tuple[Counter[str], list[str]]:
    counts, shown = Counter(rows=len(answers.rows)), list[str]()
    missed: Counter[str] = Counter()
    covered = _covered(filled)
    above: dict[int, Any] = {}
    for place, cells in enumerate(
        load_workbook(filled, read_only=True).worksheets[0].iter_rows(values_only=True), 1
    ):
        hidden = covered.get(place, set())
        above = {at: above.get(at) if at in hidden else value for at, value in enumerate(cells)}
        strange = answers.is_strange(cells)
        counts["sent"] += strange
        missed["sent id_number"] += strange
        expected = answers.row(cells)
        if expected is None:
            continue
        counts["known"] += 1
        counts["off"] += sum(
            abs(int(cells[answers.columns[f"figure:{name}"]]) - int(expected[f"full {name}"]))
            for name in OF_PEOPLE
            if f"full {name}" in expected and cells[answers.columns[f"figure:{name}"]] is not None
        )
        for name, wanted in expected.items():
            field = name.rpartition(":")[2] if ":" in name else f"figure:{name}"
            if field in answers.columns and wanted != "":
                found = above[answers.columns[field]]
                verdicts = _verdicts(field, found, wanted, answers.ground.get(expected["key"], {}))
                counts.update(verdicts)
                missed.update(f"{verdict} {field}" for verdict in verdicts if verdict in MISSED)
                if MISSED & set(verdicts) and len(shown) < show:
                    shown.append(f"{verdicts[-1]} {field}: {found!r} for {wanted!r}")
    return counts, [f"{count} {name}" for name, count in missed.most_common(show) if count] + shown


def _covered(filled: Path) -> dict[int, set[int]]:
    """The cells by row that a merged range over several rows hides: its first row's value stands for all."""
    hidden: dict[int, set[int]] = {}
    with ZipFile(filled) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    for left, top, _, bottom in MERGE.findall(xml):
        for row in range(int(top) + 1, int(bottom) + 1):
            hidden.setdefault(row, set()).add(column_index_from_string(left) - 1)
    return hidden


def _verdicts(field: str, found: Any, wanted: str, facts: Mapping[str, set[str]]) -> list[str]:
    if field.startswith("figure:"):
        fillable, known = True, False
    else:
        values = {value for name in FROM.get(field, (field,)) for value in facts.get(name, ())}
        fillable = bool(values) if field in FROM else any(_same(field, one, wanted) for one in values)
        known = found is not None and any(_same(field, one, found) for one in values)
    right = found is not None and _same(field, found, wanted)
    counted = ["fillable"] if fillable else []
    counted += ["right"] if right else []
    counted += ["right_of_fillable"] if right and fillable else []
    if not right and found is not None:
        counted.append("sent" if known else "wrong")
    elif fillable and found is None:
        counted.append("empty")
    return counted


def _same(field: str, one: Any, other: Any) -> bool:
    first, second = _plain(field, one), _plain(field, other)
    if field.endswith("address"):
        return first.endswith(second[-6:]) or second.endswith(first[-6:])
    return first == second


def _plain(field: str, value: Any) -> str:
    text = str(value).strip().replace(" ", "").removesuffix(".0")
    if field == "sex":
        return SEXES.get(text, text)
    if field in ("been_to_outbreak_area", "resumed"):
        return WORDS.get(text, text)
    if field in ("from_place", "via_place", "native_place"):
        return _region(text)
    if field.endswith("_on"):
        text = text[:10]
    day = DAY.fullmatch(text)
    return f"{day[1]}-{int(day[2])}-{int(day[3])}" if day else text


def _region(text: str) -> str:
    from fournets.places.rules.regions import find_region

    code = text if text.replace("|", "").isdigit() else find_region(text) or text
    return code.rstrip("0")[:4]


if __name__ == "__main__":
    main()
