"""What a page weighs in a browser that was never here: everything it fetches, as it comes over the wire.

    python benchmarks/page_weight.py [--demo demo]

Works on a copy of a demo's folder (`make demo-check`), which stays as it is. Reach: 300 kB a page, cold, without fonts.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from browser import chromium, copy_of, served, signed_in
from playwright.sync_api import Browser, Page

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
    with chromium() as browser, copy_of(words.demo / "home") as register, served(register) as at:
        over = weigh(browser, signed_in(browser, register, at), at.address)
    print(f"over their reach: {over}; load {os.getloadavg()[0]:.1f}")
    return int(over > 0)


def weigh(browser: Browser, page: Page, at: str) -> int:
    """Everything a browser that was never here fetches for one page, as it comes over the wire."""
    over, kept = 0, page.context.storage_state()
    for address in PAGES:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, storage_state=kept)
        fresh = context.new_page()
        link, sizes = context.new_cdp_session(fresh), []
        link.send("Network.enable")
        link.on("Network.loadingFinished", lambda one, sizes=sizes: sizes.append(one["encodedDataLength"]))
        fresh.goto(at + address)
        fresh.wait_for_load_state("networkidle")
        weight = sum(sizes) / 1024
        over += weight > WEIGHT
        print(f"{f'{address} cold, {len(sizes)} answers':58}{weight:>10.0f} kB", flush=True)
        context.close()
    return over


if __name__ == "__main__":
    sys.exit(main())
