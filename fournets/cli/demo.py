"""``fournets demo``: the whole main job on an invented town, with the commands anybody would type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from fournets.cli.console import Exit, command, errors, fail, screen
from fournets.language import say

DAY = "2020-02-03"
SEED = "2020"
TOWN_CODE = "440605123"
PRECISION, RECALL = 0.9995, 0.993  # what the demo must reach when it is checked


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
    release = _hold_database(run)
    try:
        _walk(run, people)
        _show(run)
        short = _shortfalls(run)
    finally:
        release()
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
    run.step("tasks", "tasks", asks_for_json=True)
    run.step("cover", "cover", asks_for_json=True)
    (run.folder / "forms").mkdir()
    for blank in sorted((town / "forms").glob("*.xlsx")):
        filled = run.folder / "forms" / f"{blank.stem}-{DAY}.xlsx"
        words = ("forms", "fill", blank, "--area", TOWN_CODE, "--on", DAY, "--out", filled)
        run.step(f"form {blank.stem}", *words, asks_for_json=True)
    run.step("close", "day", "close", "--on", DAY, asks_for_json=True)
    run.step("audit", "audit", "verify")


def _hold_database(run: Run) -> Callable[[], None]:
    """Keeps the demo's database running from step to step; gives the act that lets it go."""
    if os.environ.get("DATABASE_URL"):
        return lambda: None
    os.environ["FOURNETS_HOME"] = run.environment["FOURNETS_HOME"]
    from fournets.database import stop_embedded, owner_url

    owner_url()
    return stop_embedded
