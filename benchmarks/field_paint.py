"""How soon the phone pages are of use on a slow phone that was never here, and what they weigh.

    python benchmarks/field_paint.py [--runs 5]

A small register with 24 doors to visit; each run a browser of 390 px without anything kept, throttled to 1.6 Mbit/s, 150 ms there
and back and a processor four times slower (CDP). Useful: the first door of the walk is painted. Then the same again from what the
phone has kept, without network. Reach: 2 s and 300 kB before fonts, cold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from typing import Any

from browser import chromium, home, served
from field_town import doors
from playwright.sync_api import Browser, Page

from tests.journeys.pages import PHONE, YINHE, hired, opened, sign_in_first

SECONDS, WEIGHT = 2.0, 300  # reach: seconds, and kB
DOWN, UP, LATENCY, SLOWER = 1_600_000 / 8, 750_000 / 8, 150, 4
SEEN = """addEventListener("DOMContentLoaded", () => {
  const look = new MutationObserver(() => { if (document.querySelector(".door")) { look.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.useful = performance.now(); }, 0)); } });
  look.observe(document.body, { childList: true, subtree: true });
});"""
FIRST = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"


def main() -> int:
    """Measures and prints; 1 when something is over its reach."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=5)
    asked = words.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with home() as register, chromium() as browser:
        doors(register, count=24)
        with served(register) as at:
            page = opened(browser)
            sign_in_first(page, at.address, hired(register, "mei.au", "grid_worker", YINHE), factor=False)
            kept = page.context.storage_state()
            found = [_cold(browser, kept, at.address) for _ in range(asked.runs)]
    print(f"{'cold, throttled':<34}{'median':>10}{'min':>8}{'max':>8}{'reach':>8}")
    worst = True
    for name, column, reach in (
        ("first paint, s", 0, SECONDS),
        ("first door painted, s", 1, SECONDS),
        ("over the wire, kB", 2, WEIGHT),
        ("again, without network, s", 3, SECONDS),
    ):
        values = [one[column] for one in found]
        worst = worst and statistics.median(values) < reach
        print(f"{name:<34}{statistics.median(values):>10.2f}{min(values):>8.2f}{max(values):>8.2f}{reach:>8}")
    print(f"load {os.getloadavg()[0]:.1f}; {'within' if worst else 'OVER'} the reach")
    return int(not worst)


def _cold(browser: Browser, kept: Any, address: str) -> tuple[float, float, float, float]:
    """Seconds to the first paint and the first door, kB over the wire, and seconds to the first door again without network."""
    page = opened(browser, size=PHONE, storage_state=kept)
    page.add_init_script(SEEN)
    sizes = _throttled(page)
    page.goto(f"{address}/field/", wait_until="commit")
    useful = _useful(page)
    first, weight = page.evaluate(FIRST) / 1000, sum(sizes) / 1024
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        page.wait_for_timeout(50)
    page.context.set_offline(True)
    page.goto(f"{address}/field/", wait_until="commit")
    again = _useful(page)
    page.context.close()
    return first, useful, weight, again


def _throttled(page: Page) -> list[float]:
    link, sizes = page.context.new_cdp_session(page), []
    link.send("Network.enable")
    conditions = {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP}
    link.send("Network.emulateNetworkConditions", conditions)
    link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    link.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    return sizes


def _useful(page: Page) -> float:
    while not (found := page.evaluate("() => window.useful || 0")):
        page.wait_for_timeout(20)
    return float(found) / 1000


if __name__ == "__main__":
    sys.exit(main())
