"""What a page weighs in a browser that was never here: everything it fetches, as it comes over the wire.

    python benchmarks/page_weight.py [--demo demo]

Works on a copy of a demo's folder (`make demo-check`), which stays as it is. Reach: 300 kB a page, cold, without fonts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from measure import watch
from playwright.sync_api import Browser, Page, sync_playwright

FOURNETS = Path(sys.executable).with_name("fournets")
TOWN, LOGIN, OWN = "440605123", "banshi", "seven quiet ferries cross"
PORT = 8431
ADDRESS = f"http://localhost:{PORT}"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--disable-component-update", "--disable-sync"]
PAGES = (
    "/today/",
    "/intake/",
    "/coverage/",
    "/tasks/",
    "/people/",
    "/enterprises/",
    "/review/",
    "/forms/",
    "/news/",
    "/policy/",
)
WEIGHT = 300  # kB


def main() -> int:
    """Measures one after another; 1 when something is over its reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--demo", type=Path, default=Path("demo"))
    words = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with home(words.demo / "home") as folder, served(folder):
            page = signed_in(browser, folder)
            over = weigh(browser, page)
        browser.close()
    print(f"over their reach: {over}; load {os.getloadavg()[0]:.1f}")
    return int(over > 0)


@contextmanager
def home(of: Path) -> Iterator[Path]:
    """A copy of a data folder for this measurement, with somebody who signs in."""
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "home"
        subprocess.run(["cp", "-a", of, folder], check=True)  # the database keeps its own user
        ask(folder, "init")
        made = ask(
            folder,
            "user",
            "create",
            LOGIN,
            "--name",
            "陈敏仪",
            "--role",
            "task_group",
            "--area",
            TOWN,
            "--json",
            "-",
        )
        (Path(parent) / "password").write_text(json.loads(made)["password"])
        yield folder


def ask(folder: Path, *words: str) -> str:
    environment = {**os.environ, "FOURNETS_HOME": str(folder)}
    done = subprocess.run([FOURNETS, *words], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The pages and their worker, and the most memory they took."""
    environment = {**os.environ, "FOURNETS_HOME": str(folder)}
    words = [FOURNETS, "up", "--port", str(PORT)]
    server = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(server.pid, peak, done))
    watcher.start()
    try:
        while not _answers():
            assert server.poll() is None, "the server ended"
            time.sleep(0.2)
        yield server
    finally:
        done.set()
        watcher.join()
        server.terminate()
        server.wait()
        print(f"{'peak memory, server, worker and database':58}{peak[0]:>10.0f} MB")


def _answers() -> bool:
    try:
        with urlopen(f"{ADDRESS}/health", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def signed_in(browser: Browser, folder: Path) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    first = (folder.parent / "password").read_text()
    page.goto(f"{ADDRESS}/account/login/")
    for name, text in (("login", LOGIN), ("password", first)):
        page.fill(f"#id_{name}", text)
    page.click("main button:not(.second):not(.link)")
    page.wait_for_selector("#id_oldpassword")
    for name, text in (("oldpassword", first), ("password1", OWN), ("password2", OWN)):
        page.fill(f"#id_{name}", text)
    page.click("main button:not(.second):not(.link)")
    page.wait_for_selector("nav a[href='/today/']")
    return page


def weigh(browser: Browser, page: Page) -> int:
    """Everything a browser that was never here fetches for one page, as it comes over the wire."""
    over, kept = 0, page.context.storage_state()
    for address in PAGES:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, storage_state=kept)
        fresh = context.new_page()
        link, sizes = context.new_cdp_session(fresh), []
        link.send("Network.enable")
        link.on("Network.loadingFinished", lambda one, sizes=sizes: sizes.append(one["encodedDataLength"]))
        fresh.goto(ADDRESS + address)
        fresh.wait_for_load_state("networkidle")
        weight = sum(sizes) / 1024
        over += weight > WEIGHT
        print(f"{f'{address} cold, {len(sizes)} answers':58}{weight:>10.0f} kB", flush=True)
        context.close()
    return over


if __name__ == "__main__":
    sys.exit(main())
