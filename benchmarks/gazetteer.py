"""300,000 written addresses of an invented town to their places: median of three runs, and peak memory.

Run: ``python -m benchmarks.gazetteer``. Needs no database.
"""

from __future__ import annotations

import random
import resource
import statistics
import time

from fournets.places.gazetteer import Gazetteer
from fournets.places.rules.atlas import Place

TEXTS, RUNS = 300_000, 3
COMMUNITIES, STREETS, HOUSES = 28, 12, 36


def places() -> list[Place]:
    """A town of 28 communities, each with a cell, and about 12,000 buildings."""
    found = [Place("440605123", ("丹灶镇", "丹灶"))]
    for community in range(1, COMMUNITIES + 1):
        code = f"440605123{community:03d}"
        found.append(Place(code, (f"{name(community)}社区居委会", name(community))))
        found.append(Place(code + "001", (f"{name(community)}第一网格",)))
        found += [
            Place(f"{code}001000{street * HOUSES + house:04d}", (f"{name(street + 50)}路{house}号",))
            for street in range(STREETS)
            for house in range(1, HOUSES + 1)
        ]
    return found


def name(number: int) -> str:
    """A name of two signs no other number has."""
    return "甲乙丙丁戊己庚辛壬癸"[number // 10] + "春夏秋冬梅兰竹菊松柏"[number % 10]


def texts(rng: random.Random) -> list[str]:
    """Addresses as people write them, every one to a door."""
    return [
        f"{rng.choice(('佛山市南海区丹灶镇', '丹灶', '佛山南海丹灶镇'))}{name(rng.randint(1, COMMUNITIES))}社区"
        f"{name(rng.randrange(STREETS) + 50)}路{rng.randint(1, HOUSES)}号{rng.randint(1, 9)}0{rng.randint(1, 4)}"
        for _ in range(TEXTS)
    ]


def main() -> None:
    """Prints one row."""
    town, written = places(), texts(random.Random(1))
    times, work = [], []
    for _ in range(RUNS):
        start, busy = time.perf_counter(), time.process_time()
        located = Gazetteer(town).locate_many(written)
        times.append(time.perf_counter() - start)
        work.append(time.process_time() - busy)
    sure = sum(one.building_code is not None for one in located)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'addresses':>10} {'places':>8} {'seconds':>8} {'CPU':>8} {'to a building':>14} {'peak MiB':>9}")
    print(
        f"{TEXTS:>10} {len(town):>8} {statistics.median(times):>8.2f} {statistics.median(work):>8.2f} {sure / TEXTS:>14.4f} {peak:>9.0f}"
    )


if __name__ == "__main__":
    main()
