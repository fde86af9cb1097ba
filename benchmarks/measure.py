"""Times whole commands: wall seconds and the peak memory of the command with all the processes it started."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Measured:
    """One run: wall seconds, peak memory in MB (proportional set sizes of the process tree), exit code."""

    seconds: float
    megabytes: float
    code: int


def run(words: Sequence[str | Path], home: Path) -> Measured:
    """Runs one command with its data folder at ``home``."""
    environment = {**os.environ, "FOURNETS_HOME": str(home)}
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, words)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = [0.0]
    done = threading.Event()
    watcher = threading.Thread(target=watch, args=(process.pid, peak, done))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return Measured(seconds, peak[0], code)


def table(title: str, rows: Sequence[tuple[str, Sequence[Measured]]]) -> None:
    """Prints a line a step: median, least and most seconds, and the peak memory over its runs."""
    print(f"{title}\n{'step':<34}{'median s':>10}{'min':>8}{'max':>8}{'peak MB':>10}{'runs':>6}")
    for name, runs in rows:
        seconds = [one.seconds for one in runs]
        peak = max(one.megabytes for one in runs)
        middle = statistics.median(seconds)
        print(f"{name:<34}{middle:>10.2f}{min(seconds):>8.2f}{max(seconds):>8.2f}{peak:>10.0f}{len(runs):>6}")


def watch(pid: int, peak: list[float], done: threading.Event) -> None:
    """Keeps in ``peak[0]`` the most memory, in MB, a process and those it started have taken together, until ``done``."""
    while not done.wait(PAUSE):
        peak[0] = max(peak[0], sum(_proportional(one) for one in tree(pid)))


def tree(pid: int) -> list[int]:
    """A process and all those it started, by their numbers."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        try:
            todo += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
