"""The workbench in a real browser: rows in doubt decided by keyboard, a morning's workbooks dropped at once, every list's first page.

    python benchmarks/workbench.py [--demo demo] [--only review|intake|lists] [--decisions 100] [--files 91] [--runs 5]

Works on copies of a demo's folder (`make demo`), which stays as it is; its workbooks are dropped on an empty register of its town,
once undisturbed and once with the worker killed on the way. Reach: 200 ms from a key to the next row, seen and ready for a key;
100 ms for the longest standstill of the page and for a click while files come in; the same results, killed or not; 300 ms from a
link to a list's first contents and to its end.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from browser import chromium, copy_of, served, signed_in
from measured_intake import measure_intake
from playwright.sync_api import Browser, Page

from tests.journeys.home import Home
from tests.journeys.pages import TOWN

LISTS = (
    "/people/",
    "/tasks/",
    "/review/",
    "/intake/",
    "/enterprises/",
    "/forms/",
    "/jobs/",
    "/exports/",
    "/intake/senders/",
)
KEY, LIST = 200, 300  # ms
COMMUNITY_DIGITS = 12
NEW_EACH = 4  # each fourth row is somebody new, where that can be said
# From the key to the next row painted and taking keys: the page's own listener, which lets keys in, was there before this one.
WATCH_KEYS = """() => {
  window.waits = [];
  let pressed = 0;
  document.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
  const row = document.getElementById('review');
  row.addEventListener('htmx:afterSettle', event => { if (event.target === row)
    requestAnimationFrame(() => setTimeout(() => waits.push(performance.now() - pressed))); });
}"""
KEYS = "all => all.map(one => one.dataset.key)"
PAINTED = """() => new Promise(done => new PerformanceObserver(found => {
  for (const one of found.getEntriesByName('first-contentful-paint')) done(one.startTime);
}).observe({type: 'paint', buffered: true}))"""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


def main() -> int:
    """Measures one after another; 1 when something is over its reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--demo", type=lambda text: Path(text).absolute(), default=Path("demo").absolute())
    asked.add_argument("--only", choices=("review", "intake", "lists"))
    asked.add_argument("--decisions", type=int, default=100)
    asked.add_argument("--files", type=int, default=91)
    asked.add_argument("--runs", type=int, default=5)
    words = asked.parse_args()
    over = 0
    print(f"load {os.getloadavg()[0]:.1f}")
    with chromium() as browser:
        if words.only != "intake":
            over += _on_the_demo(browser, words)
        if words.only in (None, "intake"):
            over += measure_intake(browser, words.demo / "town", words.files)
    print(f"over their reach: {over}; load {os.getloadavg()[0]:.1f}")
    return int(over > 0)


def _on_the_demo(browser: Browser, words: argparse.Namespace) -> int:
    over = 0
    with copy_of(words.demo / "home") as register, served(register) as at:
        page = signed_in(browser, register, at)
        if words.only != "review":
            over += _measure_lists(page, at.address, _addresses(register), words.runs)
        if words.only != "lists":
            over += _measure_review(page, at.address, words.decisions)
        page.context.close()
    return over


def _addresses(register: Home) -> list[str]:
    """The lists; what is missing is listed for the community of which most is."""
    areas = register.ask("cover", TOWN)["areas"]
    missing = {
        one["area"]: one["households"]["known"] - one["households"]["surveyed"]
        for one in areas
        if len(one["area"]) == COMMUNITY_DIGITS
    }
    return [*LISTS, f"/coverage/missing/?area={max(missing, key=missing.__getitem__)}"]


def _measure_lists(page: Page, at: str, lists: Sequence[str], runs: int) -> int:
    """The first page of every list, by somebody who is signed in and has been there before."""
    over = 0
    print(f"\n{'first page of a list, median ms':38}{'first contents':>16}{'loaded':>10}{'most':>10}")
    for address in lists:
        took = [_visit(page, at + address) for _ in range(runs + 1)][1:]
        painted, loaded = (statistics.median(part) for part in zip(*took, strict=True))
        most = max(map(max, took))
        over += max(painted, loaded) > LIST
        print(f"{address:38}{painted:>16.0f}{loaded:>10.0f}{most:>10.0f}", flush=True)
    return over


def _visit(page: Page, address: str) -> tuple[float, float]:
    answer = page.goto(address)
    assert answer and answer.ok, address
    painted = page.evaluate(PAINTED)
    page.wait_for_function(LOADED)
    return painted, page.evaluate(LOADED)


def _measure_review(page: Page, at: str, count: int) -> int:
    """One decision after another, each as soon as its row is there."""
    page.goto(f"{at}/review/")
    page.evaluate(WATCH_KEYS)
    start, decided = time.perf_counter(), 0
    while decided < count:
        decided += _decide(page, decided)
    seconds = time.perf_counter() - start
    waits = page.evaluate("waits")
    late = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    print(f"\n{f'{decided} decisions, {len(waits)} keys, ms':38}{'median':>10}{'95th':>10}{'most':>10}")
    print(
        f"{'from the key to the next row':38}{statistics.median(waits):>10.0f}{late:>10.0f}{max(waits):>10.0f}"
    )
    print(f"decisions an hour, by somebody who need not think: {decided * 3600 / seconds:.0f}", flush=True)
    return int(max(waits) > KEY)


def _decide(page: Page, number: int) -> int:
    """One key, and the next row; whether it decided one."""
    keys = page.eval_on_selector_all("#review form:last-of-type [data-key]", KEYS)
    assert "l" in keys, "no row waits any more"
    refused = page.locator("#review > .wrong").count()
    chosen = [key for key in ("n", "1") if key in keys and not refused]
    key = "l" if not chosen else chosen[0 if number % NEW_EACH == 0 else -1]
    before = page.evaluate("waits.length")
    page.keyboard.press(key)
    page.wait_for_function("before => waits.length > before", arg=before)
    assert page.locator("#key-early, #key-lost").filter(visible=True).count() == 0, "a key was not taken"
    return int(key != "l" and page.locator("#review > .wrong").count() == 0)


if __name__ == "__main__":
    sys.exit(main())
