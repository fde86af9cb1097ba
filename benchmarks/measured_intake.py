"""A folder of workbooks dropped on the page of intake; a part of `workbench.py`."""

from __future__ import annotations

import itertools
import os
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from browser import home, served, signed_in
from measure import tree
from playwright.sync_api import Browser, Page

from tests.journeys.pages import Served

STILL = CLICK = 100  # ms
LONG = 1_800_000  # ms for all of it
KILL_AFTER = 1 / 3  # of the files
# What the page itself sees: the longest time between two frames, when how many files had a result, how long a click took to be painted.
WATCH = """(() => {
  const live = window.live = { gap: 0, seen: [], clicks: [] };
  let last = performance.now();
  const frame = now => { live.gap = Math.max(live.gap, now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(now => { last = now; frame(now); });
  const look = () => {
    const count = document.querySelectorAll('#sent > ul > li > .state:not(.todo)').length;
    if (count !== (live.seen.at(-1) || [0, 0])[1]) live.seen.push([performance.now(), count]);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener('click', event => requestAnimationFrame(() => setTimeout(
    () => live.clicks.push(performance.now() - event.timeStamp))), true);
  addEventListener('pagehide', () => { sessionStorage.gap = Math.max(sessionStorage.gap || 0, live.gap); });
})()"""
MORE = "count => live.seen.length > count || !document.querySelector('#sent progress')"
GAP = "() => Math.max(live.gap, sessionStorage.gap || 0)"


@dataclass(frozen=True)
class TakenIn:
    """One run: each file's result as the page says it, and each row's person."""

    results: list[str]
    links: bytes


def measure_intake(browser: Browser, town: Path, count: int) -> int:
    """Once undisturbed, once with the worker killed; how many figures are over their reach."""
    files = sorted(one for one in (town / "in").rglob("*") if one.is_file())
    files = files[:: max(1, len(files) // count)][:count]
    assert len(files) == count, f"the demo has {len(files)} files"
    size = sum(one.stat().st_size for one in files) / 1024**2
    print(f"\n{count} workbooks, {size:.1f} MB, dropped at once", flush=True)
    over, undisturbed = _run(browser, town, files, kill=False)
    more, killed = _run(browser, town, files, kill=True)
    same = undisturbed == killed
    print(f"results and persons after the kill the same as undisturbed: {'yes' if same else 'NO'}")
    return over + more + (not same) + (len(killed.results) != count)


def _run(browser: Browser, town: Path, files: list[Path], *, kill: bool) -> tuple[int, TakenIn]:
    with home() as register:
        register.run("init", "--divisions", town / "divisions.csv")
        with served(register) as at:
            page = signed_in(browser, register, at)
            over = _drop_and_watch(page, at, files, kill=kill)
            results = page.locator("#sent > ul > li").all_inner_texts()
            page.context.close()
        links = register.folder / "links.csv"
        register.run("people", "links", "--out", links)
        return over, TakenIn(results, links.read_bytes())


def _drop_and_watch(page: Page, at: Served, files: list[Path], *, kill: bool) -> int:
    page.context.add_init_script(WATCH)
    page.goto(f"{at.address}/intake/")
    start = time.perf_counter()
    with page.expect_navigation():
        _drop(page, files)
    sent = time.perf_counter() - start
    _follow(page, _killing(at, len(files)) if kill else lambda _: None)
    live, gap = page.evaluate("live"), page.evaluate(GAP)
    print("worker killed half way" if kill else "undisturbed")
    return _tell(sent, live["seen"], live["clicks"], gap, len(files))


def _tell(sent: float, seen: list[tuple[float, int]], clicks: list[float], gap: float, files: int) -> int:
    times = [at / 1000 for at, _ in seen]
    steps = [later - sooner for sooner, later in itertools.pairwise(times)]
    lines = (
        ("sent, and the list of them shown", sent, "s"),
        ("first result", times[0], "s"),
        ("longest time without another", max(steps), "s"),
        (f"all {files} have a result", times[-1], "s"),
        ("longest standstill of the page", gap, "ms"),
        (f"a click painted, median of {len(clicks)}", statistics.median(clicks), "ms"),
        ("a click painted, most", max(clicks), "ms"),
    )
    for name, figure, unit in lines:
        print(f"  {name:56}{figure:>10.{1 if unit == 's' else 0}f} {unit}", flush=True)
    return (gap > STILL) + (max(clicks) > CLICK) + (seen[-1][1] != files)


def _drop(page: Page, files: list[Path]) -> None:
    """As somebody who drags them from a folder."""
    box = page.locator("#drop").bounding_box()
    assert box
    link = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(one.absolute()) for one in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        link.send("Input.dispatchDragEvent", {"type": kind, "data": data, **where})


def _follow(page: Page, at_each: Callable[[int], None]) -> None:
    """Clicks at each new result, until there is nothing to wait for."""
    while page.locator("#sent progress").count():
        seen = page.evaluate("live.seen")
        at_each(seen[-1][1] if seen else 0)
        clicks = page.evaluate("live.clicks.length")
        page.click("#theme")
        page.wait_for_function("before => live.clicks.length > before", arg=clicks)
        page.wait_for_function(MORE, arg=len(seen), timeout=LONG)


def _killing(at: Served, files: int) -> Callable[[int], None]:
    """Kills the worker as soon as a third of the files have their result."""
    killed: list[int] = []

    def look(done: int) -> None:
        if not killed and done >= files * KILL_AFTER:
            killed.append(_worker(at.process))
            os.kill(killed[0], signal.SIGKILL)
            print(f"killed with {done} of {files} done", flush=True)

    return look


def _worker(server: int) -> int:
    """The worker beside the server."""
    words = {one: Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in tree(server)}
    return next(one for one, said in words.items() if b"worker" in said)
