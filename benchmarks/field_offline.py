"""A phone for 72 hours without network, killed again and again, on a line that loses answers: nothing is lost, nothing counts twice.

    python benchmarks/field_offline.py [--records 5000] [--kills 20]

The phone pages in Chromium, with a profile on the disk. Its clock is wrong (by default 47 hours ahead) and is moved through 72
hours while visits are recorded, without network. The browser is killed (SIGKILL) at random while it records and while it sends.
Between phone and register stands a line that cuts 1 % of the answers after the register has committed, and hands 1 % of the
requests over twice. A record counts as made once the page said so. Afterwards, from the register's tables: how many made records
are missing, how many count twice, and by how much the moment of a visit is off.
The control is a phone that makes a new id each time it sends (no key to know a repeat by) on the same line: it must fail.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from browser import home, served
from field_line import Line, line
from field_town import doors
from measure import tree
from playwright.sync_api import Error, Page, Playwright, sync_playwright

from tests.journeys.home import Home
from tests.journeys.pages import CHROMIUM, FLAGS, PHONE, YINHE, hired, sign_in_first

HOURS, SENT_AT_ONCE, FAULTS = 72, 10, 0.01  # few records a request, so that there are many requests
PATIENCE = 3600  # seconds
# The page's clock, wrong by as much as it is told: {shift} milliseconds.
CLOCK = """(() => { const Real = Date; let shift = {shift};
  const now = () => Real.now() + shift;
  window.Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(now()); } static now() { return now(); } };
  window.setShift = next => { shift = next; };
})();"""
# Records visits from number {first} on, each at its moment; every one is told once the store has it.
RECORD = """async ([first, count, begins, step, real]) => {
  const who = await Field.store.current(), day = await Field.store.day(who), doors = day.doors;
  for (let n = first; n < first + count; n++) {
    setShift(begins + n * step - real);
    const door = doors[n % doors.length], outcome = ["reached", "nobody_home", "refused", "moved"][n % 4];
    const said = { id: Field.store.newId(), account: who.account, area: who.area, device_at: Field.net.moment(), outcome,
      tasks: [door.people[0].visit.task], address: door.door, note: `n${n}`, moved_to: "", place: null };
    await Field.store.add(who, said, { where: door.door, names: [], people: [], outcome, key: door.key }, door.key);
    console.log(`made ${said.id} ${n}`);
  }
}"""
LEFT = (
    "async () => { const who = await Field.store.current(); return (await Field.store.counts(who)).waits; }"
)
STORED = """async () => {
  const base = await idb.openDB("fournets-field"), found = await base.getAll("records");
  base.close();
  return found.map(one => [one.id, one.state]);
}"""
KEPT = 'SELECT record_id::text, count(*), sum(counts::int), min(device_at), min(happened_at), min("offset") FROM fieldwork_fieldrecord GROUP BY 1'
VISITS = "SELECT count(*), count(DISTINCT row) FROM screening_visit WHERE file_id IS NULL"


class Phone:
    """A browser with a profile that outlives it; what its page said was made."""

    def __init__(self, player: Playwright, profile: Path, address: str) -> None:
        self.player, self.profile, self.address = player, profile, address
        self.made: dict[str, int] = {}
        self.killed = 0
        self.cookies: list[
            Any
        ] = []  # a session ends with its browser: they are put back when she signs in again
        self.stored: list[tuple[str, str]] = []
        self.page: Page | None = None

    def open(self, shift: float, *, offline: bool) -> Page:
        """The phone pages, with or without network."""
        context = self.player.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=FLAGS, viewport=PHONE, locale="zh-CN"
        )
        context.add_init_script(CLOCK.replace("{shift}", str(shift)))
        context.set_offline(offline)
        self.page = context.pages[0] if context.pages else context.new_page()
        self.page.on("console", self._heard)
        self.page.goto(f"{self.address}/field/")
        return self.page

    def _heard(self, message: Any) -> None:
        if message.text.startswith("made "):
            _, record_id, number = message.text.split()
            self.made[record_id] = int(number)

    def kill(self) -> None:
        """As when the system ends an app: no word to it, at no moment it has chosen."""
        me = os.getpid()
        for pid in tree(me):
            command = Path(f"/proc/{pid}/cmdline")
            if pid != me and command.exists() and str(self.profile) in command.read_text(errors="replace"):
                os.kill(pid, signal.SIGKILL)
        self.killed += 1
        self.close()  # what it had said by then is still heard

    def close(self) -> None:
        with suppress(Error):
            if self.page:
                self.page.context.close()


def main() -> int:
    """Records, kills, sends, counts, prints; 1 when something was lost or counts twice, or the control did not fail."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=5000)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--ahead", type=float, default=47.0, help="hours")
    words.add_argument("--seed", type=int, default=3)
    asked = words.parse_args()
    chance = random.Random(asked.seed)
    with home() as register, tempfile.TemporaryDirectory() as profile, sync_playwright() as player:
        doors(register, count=200)
        person = hired(register, "mei.au", "grid_worker", YINHE)
        with served(register) as at, line(at.address, chance, faults=FAULTS, at_once=SENT_AT_ONCE) as between:
            phone = Phone(player, Path(profile), between.address)
            shift = asked.ahead * 3_600_000
            _signed_in(phone, person, shift)
            began = datetime.now(UTC) - timedelta(hours=HOURS)
            _record(phone, asked, chance, began)
            _send(phone, asked, chance, shift)
            wrong = _told(register, phone, between, began, asked)
            control = _control(register, phone, between, asked.records)
            phone.close()
    return int(wrong or not control)


def _signed_in(phone: Phone, person: Any, shift: float) -> None:
    page = phone.open(shift, offline=False)
    sign_in_first(page, phone.address, person, factor=False)
    page.goto(f"{phone.address}/field/")
    page.locator(".door").first.wait_for()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        page.wait_for_timeout(50)
    phone.cookies = page.context.cookies()
    phone.close()


def _record(phone: Phone, asked: argparse.Namespace, chance: random.Random, began: datetime) -> None:
    """Visits through 72 hours, each at its moment by a wrong clock; killed on the way, and begun again behind the last one said."""
    step = HOURS * 3_600_000 / asked.records
    start, next_one = time.monotonic(), 0
    stops = sorted(chance.sample(range(1, asked.records), asked.kills // 2))
    for stop in [*stops, None]:
        page = phone.open(0, offline=True)
        page.locator("#network").wait_for()
        real = time.time() * 1000
        begins = began.timestamp() * 1000 + asked.ahead * 3_600_000
        words = [next_one, asked.records - next_one, begins, step, real]
        if stop is None:
            page.evaluate(RECORD, words)
            phone.close()
            break
        page.evaluate(f"words => {{ ({RECORD})(words); }}", words)
        while len(phone.made) < stop:
            page.wait_for_timeout(5)
        phone.kill()
        next_one = max(phone.made.values()) + 1
    print(
        f"recorded {len(phone.made):,} in {time.monotonic() - start:.0f} s, without network, killed {phone.killed} times"
    )


def _send(phone: Phone, asked: argparse.Namespace, chance: random.Random, shift: float) -> None:
    """Everything that waits, killed on the way; each time she signs in again, for a session ends with its browser."""
    start, before = time.monotonic(), phone.killed
    left = 1
    while left:
        page = phone.open(shift, offline=True)
        page.context.add_cookies(phone.cookies)
        page.context.set_offline(False)
        last = phone.killed - before >= asked.kills - asked.kills // 2
        until = time.monotonic() + (PATIENCE if last else chance.uniform(1, 7))
        with suppress(Error):  # a page that is being drawn anew answers nothing: it is opened again
            while time.monotonic() < until and (left := page.evaluate(LEFT)):
                page.evaluate("() => { Field.net.send(); }")
                page.wait_for_timeout(chance.uniform(5, 200))
        if left:
            phone.kill()
    phone.stored = page.evaluate(STORED)
    print(
        f"sent in {time.monotonic() - start:.0f} s, killed {phone.killed - before} times on the way",
        flush=True,
    )


def _told(register: Home, phone: Phone, between: Line, began: datetime, asked: argparse.Namespace) -> bool:
    rows = _rows(register, KEPT)
    found = {row[0]: row for row in rows}
    lost = [one for one in phone.made if one not in found]
    twice = [row for row in rows if row[1] > 1 or row[2] != 1]
    visits, distinct = _rows(register, VISITS)[0]
    step = timedelta(hours=HOURS) / asked.records
    off = [
        abs((found[one][4] - began - step * n).total_seconds())
        for one, n in phone.made.items()
        if one in found
    ]
    unsaid = [one for one, _ in phone.stored if one not in phone.made]
    print(
        f"requests {between.requests:,}, answers cut after commit {between.cut}, handed over twice {between.doubled}"
    )
    print(
        f"made {len(phone.made):,} (and {len(unsaid)} kept though the page was killed before it could say so), in the register {len(rows):,}"
    )
    print(f"LOST {len(lost)}   TWICE {len(twice) + visits - distinct}   visits {visits:,}")
    print(
        f"clock {asked.ahead:+.0f} h: moment of a visit off by at most {max(off):.2f} s; offset kept {rows[0][5] / 3600:.2f} h"
    )
    return bool(lost or twice or visits != distinct or not between.cut or not between.doubled)


def _control(register: Home, phone: Phone, between: Line, records: int) -> bool:
    """The same line, and a phone that has no key to know a repeat by: whether it went wrong, as it must."""
    page = phone.page
    assert page
    hello = page.evaluate("async () => (await fetch('/field/hello/')).json()")
    day = page.evaluate("async () => (await fetch('/field/day/')).json()")
    tasks = [one["people"][0]["visit"]["task"] for one in day["doors"]] or [1]
    before, cut = (
        _rows(register, "SELECT count(*) FROM fieldwork_fieldrecord")[0][0],
        between.cut + between.doubled,
    )
    post = """async ([sent, csrf]) => { try { const answer = await fetch('/field/records/', { method: 'POST', body: sent,
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf } }); return answer.ok; } catch { return false; } }"""
    wanted = 0
    for n in range(0, records, SENT_AT_ONCE):
        wanted += SENT_AT_ONCE
        while True:
            at = datetime.now(UTC).isoformat()
            made = [{"id": str(uuid4()), "account": hello["account"], "area": hello["area"], "outcome": "nobody_home", "device_at": at,
                     "tasks": [tasks[(n + m) % len(tasks)]], "note": f"c{n + m}"} for m in range(SENT_AT_ONCE)]  # fmt: skip
            if page.evaluate(post, [json.dumps({"sent_at": at, "records": made}), hello["csrf"]]):
                break
    got = _rows(register, "SELECT count(*) FROM fieldwork_fieldrecord")[0][0] - before
    print(
        f"control without keys: {wanted:,} visits, {between.cut + between.doubled - cut} faults, {got - wanted} count twice ({'fails, as it must' if got > wanted else 'DID NOT FAIL'})"
    )
    return bool(got > wanted)


def _rows(register: Home, sql: str) -> Sequence[Any]:
    with psycopg.connect(register.server()) as link:
        return link.execute(sql).fetchall()


if __name__ == "__main__":
    sys.exit(main())
