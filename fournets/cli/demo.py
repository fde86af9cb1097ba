"""``fournets demo``: the whole main job on an invented town, with the commands anybody would type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from fournets.cli.console import Exit, command, errors, fail, screen
from fournets.language import say
from fournets.town.score import LinkQuality, against_truth

DAY = "2020-02-10"
SEED = "2020"
TOWN_CODE = "440605123"
# Below these a check fails: what was reached, not what is aimed at.
PRECISION, RECALL, FORMS = 0.9995, 0.985, 6
COMMUNITY_DIGITS, CELL_DIGITS = 12, 15
# whoever signs in on the demo: role, login, invented name; passwords are made anew each time
CAST = (
    ("commander", "zhihui", "冼国梁"),
    ("task_group", "zhuanze", "陈敏仪"),
    ("community", "shequ", "区美珍"),
    ("grid_worker", "wangge", "梁小梅"),
    ("phone_desk", "dianhua", "黎淑芬"),
    ("enterprise_hr", "renshi", "邝家明"),
    ("gate_guard", "mengang", "罗锦华"),
    ("liaison", "lianluo", "陆志远"),
    ("site_manager", "geli", "麦少玲"),
    ("medic", "yihu", "劳婉婷"),
    ("volunteer", "zhiyuan", "郭子健"),
    ("data_protection_officer", "baohu", "何静文"),
    ("auditor", "shenji", "杜志坚"),
    ("administrator", "guanli", "罗永强"),
)
GUEST = ("login", "name", "role", "password")
OUTCOMES = ("created", "matched", "updated", "unchanged", "review", "rejected", "not_data")


def register(app: typer.Typer) -> None:
    """Adds this command to ``fournets``."""
    app.command("demo")(demo)


@dataclass
class Run:
    """One run of the demo: its folder, what each step took and what each step said."""

    folder: Path
    took: dict[str, float] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def step(self, name: str, *words: str | Path, asks_for_json: bool = False) -> None:
        """Runs one ``fournets`` command; more than rows to look at ends the demo with what the command said."""
        report = self.folder / "reports" / f"{name}.json"
        options = ["--json", str(report)] if asks_for_json else []
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "fournets.cli.main", *map(str, words), *options],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.took[name] = time.perf_counter() - start
        if done.returncode not in (Exit.DONE, Exit.LOOK):
            fail(
                say("demo_stopped", step=" ".join(map(str, words)), said=done.stderr or done.stdout),
                Exit.ENVIRONMENT,
            )
        errors.print(f"  {self.took[name]:6.1f} s  fournets {' '.join(map(str, words))}", markup=False)
        if asks_for_json:
            self.said[name] = json.loads(report.read_text())

    @property
    def environment(self) -> dict[str, str]:
        """The demo has a data folder of its own."""
        return {**os.environ, "FOURNETS_HOME": str(self.folder / "home")}


@command
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the demo; made anew each time.")] = Path("demo"),
    people: Annotated[int, typer.Option(help="How many people the invented town has.")] = 60_000,
    check: Annotated[
        bool, typer.Option(help="Hold the result against the truth; exit 1 when it falls short.")
    ] = False,
) -> None:
    """Make an invented town, take every file in, and print its day on one screen."""
    if out.exists() and not (out / "home").exists() and any(out.iterdir()):
        fail(say("demo_folder_used", folder=out))
    shutil.rmtree(out, ignore_errors=True)
    (out / "reports").mkdir(parents=True)
    run = Run(out.resolve())
    _hold_database(run)
    _walk(run, people)
    short = _shortfalls(run)
    screen.print(_day(run))
    screen.print(_times(run))
    screen.print(_accounts(run))
    screen.print(say("demo_sign_in", folder=run.environment["FOURNETS_HOME"]), markup=False)
    for sentence in short:
        errors.print(sentence, style="red", markup=False)
    raise typer.Exit(Exit.LOOK if check and short else Exit.DONE)


def _walk(run: Run, people: int) -> None:
    town = run.folder / "town"
    run.step("town", "town", "make", "--people", str(people), "--seed", SEED, "--out", town)
    run.step("init", "init", "--divisions", town / "divisions.csv")
    run.step("intake", "intake", town / "in", "--on", DAY, asks_for_json=True)
    run.step("links", "people", "links", "--out", run.folder / "links.csv")
    run.step("assess", "assess", "--on", DAY, asks_for_json=True)
    run.step("tasks", "tasks", TOWN_CODE, asks_for_json=True)
    run.step("cover", "cover", TOWN_CODE, asks_for_json=True)
    (run.folder / "forms").mkdir()
    for blank in sorted((town / "forms").glob("*.xlsx")):
        filled = run.folder / "forms" / f"{blank.stem}-{DAY}.xlsx"
        words = ("forms", "fill", blank, "--area", TOWN_CODE, "--on", DAY, "--out", filled)
        run.step(f"form {blank.stem}", *words, asks_for_json=True)
    run.step("close", "day", "close", "--on", DAY, asks_for_json=True)
    _let_in(run)
    run.step("audit", "audit", "verify")


def _let_in(run: Run) -> None:
    """One account per role, and the page that shows them; the passwords are kept for that page alone."""
    from fournets.organization.tour import Guest, write_tour

    table = run.folder / "reports" / "accounts.csv"
    lines = [f"{login},{name},{role},{_area_of(run, role)}" for role, login, name in CAST]
    table.write_text("\n".join(["login,name,role,area", *lines]), encoding="utf-8")
    run.step("accounts", "user", "import", table, asks_for_json=True)
    (run.folder / "reports" / "accounts.json").unlink()
    guests = [Guest(**{name: one[name] for name in GUEST}) for one in run.said["accounts"]]
    write_tour(guests, Path(run.environment["FOURNETS_HOME"]))


def _hold_database(run: Run) -> None:
    """Starts the demo's own database once; it stops when the demo ends."""
    os.environ["FOURNETS_HOME"] = run.environment["FOURNETS_HOME"]
    from fournets.database import owner_url

    owner_url()


def _day(run: Run) -> Table:
    """The day on one screen."""
    table = Table(title=say("demo_title", day=DAY), show_header=False, title_style="bold")
    for name, value in _figures(run).items():
        table.add_row(say(f"demo_{name}"), value)
    return table


def _area_of(run: Run, role: str) -> str:
    """Where a role of the cast has its post: the town, its first community with a cell, or that cell."""
    codes: list[str] = [one["area"] for one in run.said["cover"]["areas"]]
    cell = next(code for code in codes if len(code) == CELL_DIGITS)
    return {"community": cell[:COMMUNITY_DIGITS], "grid_worker": cell}.get(role, TOWN_CODE)


def _accounts(run: Run) -> Table:
    """Who may sign in on the demo, and the first passwords: they stand here and on the demo's first page."""
    from fournets.organization.rights import roles

    heads = ("user_login", "user_name", "demo_role", "demo_password", "user_second_factor")
    table = Table(title=say("demo_accounts"), title_style="bold")
    for head in heads:
        table.add_column(say(head), no_wrap=head == "demo_password")  # cut short it would be worth nothing
    for one in run.said["accounts"]:
        role = roles()[one["role"]]
        factor = say("demo_factor" if role.second_factor else "user_no")
        table.add_row(one["login"], one["name"], role.text(), one["password"], factor)
    return table


def _figures(run: Run) -> dict[str, str]:
    rows, cover, tasks = run.said["intake"]["totals"], run.said["cover"], run.said["tasks"]
    quality = _quality(run)
    town = cover["areas"][0]
    households, enterprises = town["households"], town["enterprises"]
    return {
        "rows": say("demo_rows_value", **rows),
        "people": f"{town['persons']['found']:,}",
        "merged": say("demo_merged_value", count=quality.answered - town["persons"]["found"]),
        "links": f"{quality.precision:.5f} / {quality.recall:.5f}",
        "classes": "  ".join(f"{name} {count:,}" for name, count in run.said["assess"]["classes"].items()),
        "tasks": say("demo_tasks_value", open=tasks["open"], gaps=tasks["without_cover"]),
        "households": say("demo_of", part=households["surveyed"], whole=households["known"]),
        "communities": say("demo_of", part=_reached(cover["areas"]), whole=len(_communities(cover["areas"]))),
        "enterprises": say("demo_of", part=enterprises["surveyed"], whole=enterprises["known"]),
        "outbreak": f"{len(cover['outbreak_enterprises']):,}",
        "forms": say(
            "demo_forms_value", count=len(_filled(run)), cells=_cells(run), folder=run.folder / "forms"
        ),
    }


def _communities(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in areas if len(one["area"]) == COMMUNITY_DIGITS]


def _reached(areas: list[dict[str, Any]]) -> int:
    return sum(
        bool(one["households"]["surveyed"] or one["enterprises"]["surveyed"]) for one in _communities(areas)
    )


def _filled(run: Run) -> list[dict[str, Any]]:
    return [said for name, said in run.said.items() if name.startswith("form ")]


def _cells(run: Run) -> int:
    return sum(form["cells_filled"] for form in _filled(run))


def _times(run: Run) -> Table:
    table = Table(say("demo_step"), say("demo_seconds"), title=say("demo_times"))
    for name, seconds in run.took.items():
        table.add_row(name, f"{seconds:.1f}")
    table.add_row(say("demo_all"), f"{sum(run.took.values()):.1f}", style="bold")
    return table


def _quality(run: Run) -> LinkQuality:
    return against_truth(run.folder / "town" / "truth.csv", run.folder / "links.csv")


def _shortfalls(run: Run) -> list[str]:
    """Sentences for what falls short of what the demo must reach."""
    quality, totals = _quality(run), run.said["intake"]["totals"]
    checks = {
        "demo_short_precision": (quality.precision, PRECISION),
        "demo_short_recall": (quality.recall, RECALL),
        "demo_short_forms": (len(_filled(run)), FORMS),
    }
    short = [say(code, found=found, least=least) for code, (found, least) in checks.items() if found < least]
    if sum(totals[name] for name in OUTCOMES) != totals["rows"]:
        short.append(say("demo_short_sums"))
    return short
