"""A clerk's waits, in a real browser: rows decided by keyboard, many workbooks dropped at once, what a page weighs.

    python benchmarks/clerk.py [--demo demo] [--decisions 100] [--files 91] [--runs 3]

Works on copies of a demo's folder (`make demo-check`), which stays as it is. Reach: no wait over 200 ms between two decisions;
pages answer while files are taken in, and a killed worker loses nothing; 300 kB a page, cold, without fonts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from measure import watch
from playwright.sync_api import Browser, Page, sync_playwright

FOURNETS = Path(sys.executable).with_name("fournets")
DAY, TOWN, LOGIN, OWN = "2020-02-10", "440605123", "banshi", "seven quiet ferries cross"
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
WAIT, WEIGHT = 200, 300  # ms, kB
DECIDE = """async key => {
  const box = document.getElementById('review'), before = box.innerHTML, start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  while (box.innerHTML === before || document.querySelector('.htmx-request')) {
    if (performance.now() - start > 10000) return -1;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - start;
}"""


def main() -> int:
    """Measures one after another; 1 when something is over its reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--demo", type=Path, default=Path("demo"))
    asked.add_argument("--decisions", type=int, default=100)
    asked.add_argument("--files", type=int, default=91)
    asked.add_argument("--runs", type=int, default=3)
    words = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with home(words.demo / "home") as folder, served(folder):
            page = signed_in(browser, folder)
            over = decide(page, words.decisions, words.runs) + weigh(browser, page)
        for number in range(words.runs):
            with home(None, words.demo / "town" / "divisions.csv") as folder, served(folder) as server:
                page = signed_in(browser, folder)
                over += drop(page, words.demo / "town" / "in", words.files, server if number else None)
        browser.close()
    print(f"over their reach: {over}; load {os.getloadavg()[0]:.1f}")
    return int(over > 0)


@contextmanager
def home(of: Path | None, divisions: Path | None = None) -> Iterator[Path]:
    """A data folder for this measurement: a copy, or a fresh one."""
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "home"
        if of:
            shutil.copytree(of, folder)
            ask(folder, "init")
        else:
            ask(folder, "init", "--divisions", str(divisions))
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


def decide(page: Page, count: int, runs: int) -> int:
    """Somebody new, again and again: what a clerk waits from the key to the next row."""
    over = 0
    for number in range(runs):
        page.goto(f"{ADDRESS}/review/")
        page.wait_for_load_state("networkidle")
        waits = [float(page.evaluate(DECIDE, "n" if one % 2 else "l")) for one in range(count)]
        over += sum(one > WAIT or one < 0 for one in waits)
        late = statistics.quantiles(waits, n=20, method="inclusive")[-1]
        print(
            f"{f'{count} decisions by keyboard, run {number + 1}: ms median, 95th, most':58}"
            f"{statistics.median(waits):>10.0f}{late:>8.0f}{max(waits):>8.0f}",
            flush=True,
        )
    return over


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


def drop(page: Page, folder: Path, count: int, kill: subprocess.Popen[bytes] | None) -> int:
    """Workbooks dropped at once; meanwhile another page is asked for. With ``kill``, its worker is killed half way."""
    files = sorted(folder.rglob("*.xlsx"))[:count]
    other = page.context.new_page()
    page.goto(f"{ADDRESS}/intake/")
    start = time.perf_counter()
    page.set_input_files("#files", [str(one) for one in files])
    page.click("#drop button")
    page.wait_for_selector("#sent")
    sent, seen, waits, killed = time.perf_counter() - start, [], [], kill is None
    while (done := page.locator("#sent .sent > li > .state:not(.todo)").count()) < len(files):
        seen += [time.perf_counter() - start] * (done - len(seen))
        before = time.perf_counter()
        other.goto(f"{ADDRESS}/today/")
        waits.append((time.perf_counter() - before) * 1000)
        if not killed and done >= len(files) // 2:
            killed = _kill_worker(kill)
        if time.perf_counter() - start > 900:
            break
    seen += [time.perf_counter() - start] * (done - len(seen))
    name = f"{len(files)} workbooks dropped{', worker killed half way' if kill else ''}"
    print(f"{name + ': s until sent, first, last':58}{sent:>10.1f}{seen[0]:>8.1f}{seen[-1]:>8.1f}")
    print(
        f"{'meanwhile another page: ms median, most':58}{statistics.median(waits):>10.0f}{max(waits):>8.0f}",
        flush=True,
    )
    failed = page.locator("#sent .sent > li > .state.late").count()
    print(f"{'files with a result, not taken':58}{len(seen):>10}{failed:>8}")
    other.close()
    return int(len(seen) < len(files))


def _kill_worker(server: Any) -> bool:
    """The worker beside the server, killed as the kernel would."""
    for one in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
        if b"worker" in Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0"):
            os.kill(int(one), signal.SIGKILL)
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
