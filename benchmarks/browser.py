"""What the measurements in a real browser share: a register of their own, its pages served, somebody signed in.

The browser, the server and the sign-in are those of the tests (`tests/journeys`).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import watch
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1]))
from tests.journeys.home import Home
from tests.journeys.pages import CHROMIUM, FLAGS, Served, hired, opened, serving, sign_in_first

LOGIN, ROLE, NAME = "banshi", "task_group", "陈敏仪"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, as the tests start it."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def home() -> Iterator[Home]:
    """An empty data folder for one measurement, which the database's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "home"
        folder.mkdir(mode=0o755)
        yield Home(folder)


@contextmanager
def copy_of(of: Path) -> Iterator[Home]:
    """A copy of a data folder for one measurement."""
    with home() as mine:
        subprocess.run(["cp", "-a", f"{of}/.", mine.folder], check=True)  # the database keeps its own user
        mine.run("init")
        yield mine


@contextmanager
def served(register: Home) -> Iterator[Served]:
    """The pages and their worker; at the end the most memory they took is printed."""
    peak, done = [0.0], threading.Event()
    with serving(register) as one:
        watcher = threading.Thread(target=watch, args=(one.process, peak, done))
        watcher.start()
        try:
            yield one
        finally:
            done.set()
            watcher.join()
    print(f"{'peak memory, server, worker and database':58}{peak[0]:>10.0f} MB")


def signed_in(browser: Browser, register: Home, at: Served) -> Page:
    """A page of somebody of the town's task group, who has just signed in for the first time."""
    person = hired(register, LOGIN, ROLE, name=NAME)
    page = opened(browser)
    sign_in_first(page, at.address, person, factor=False)
    return page
