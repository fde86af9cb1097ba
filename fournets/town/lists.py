"""Lists that come from above, and what the cells send back: returnees by day, names with a telephone, visits."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from fournets.town.compose import Layout, compose, layouts
from fournets.town.mess import write_down
from fournets.town.plan import Job, Plan
from fournets.town.rates import rates
from fournets.town.sheets import Entry, OutBook
from fournets.town.world import Person, Town

FIRST, DAYS = date(2020, 1, 22), 20
PUSHED_FIRST, PUSHED_DAYS = date(2020, 2, 3), 8
STATES = ("已走访", "电话未接", "拒访", "未走访", "已上门", "查无此人")


def list_jobs(town: Town) -> list[Job]:
    """Returnee lists by day, pushed lists by day, visit results by community."""
    jobs = [_day_job("returnee", FIRST, order) for order in range(DAYS)]
    jobs += [_day_job("pushed", PUSHED_FIRST, order) for order in range(PUSHED_DAYS)]
    (layout,) = layouts()["visit"]
    for community in town.communities[::4]:
        name = layout.file.format(called=community.called)
        jobs.append(Job(f"visits/{name}", partial(_visits, layout, community.code)))
    return jobs


def _day_job(use: str, first: date, order: int) -> Job:
    some = layouts()[use]
    layout, day = some[order % len(some)], first + timedelta(days=order)
    make = _returnees if use == "returnee" else _pushed
    return Job(f"lists/{layout.file.format(day=day)}", partial(make, layout, day))


def _returnees(layout: Layout, day: date, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    share = rates()["returnee"]
    fresh, before = _travelled(town, day)
    people = fresh + [one for one in before if rng.random() < share["listed_again"] / 4]
    people += [one for one in people if rng.random() < share["listed_twice"]]
    rng.shuffle(people)
    entries = [_loose(write_down(rng, one, share)) for one in people]
    for entry in entries:
        entry.values["list_source"] = rng.choice(("市卫健局", "区指挥部", "铁路数据"))
    sheet = compose(rng, layout, f"{day:%m%d}", entries, share, day=day)
    return [OutBook(layout.file.format(day=day), [sheet], "returnee_list", layout.encoding)]


def _loose(entry: Entry) -> Entry:
    entry.home = None
    return entry


def _travelled(town: Town, day: date) -> tuple[list[Person], list[Person]]:
    fresh, before = [], []
    for person in town.people:
        if person.trip is None or person.trip.returned_on >= day:
            continue
        late = (day - person.trip.returned_on).days
        if late == 1 or day == FIRST:
            fresh.append(person)
        elif late <= 4:
            before.append(person)
    return fresh, before


def _pushed(layout: Layout, day: date, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    share = rates()["pushed"]
    travelled = [one for one in town.people if one.trip]
    count = max(10, len(travelled) // 8)
    people = rng.sample(travelled, min(count // 2, len(travelled))) + rng.sample(
        town.people, min(count // 2, len(town.people))
    )
    people = [rng.choice(town.outsiders) if rng.random() < share["not_in_town"] else one for one in people]
    people += [one for one in people if rng.random() < share["listed_twice"]]
    rng.shuffle(people)
    entries = [_name_and_phone(rng, one) for one in people]
    sheet = compose(rng, layout, "Sheet1", entries, share, day=day)
    return [OutBook(layout.file.format(day=day), [sheet], "pushed_list", layout.encoding)]


def _name_and_phone(rng: random.Random, person: Person) -> Entry:
    share = rates()["pushed"]
    entry = write_down(rng, person, share)
    entry.values["list_source"] = rng.choice(("大数据局", "通信管理", "区下发"))
    entry.home = None
    if person.key.startswith("X"):
        entry.notes.append("not_in_town")
    if entry.values["phone"] and rng.random() < share["phone_only"]:
        entry.values["name"] = None
        entry.notes.append("phone_only")
    return entry


def _visits(layout: Layout, code: str, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    share = rates()["visit"]
    community = next(one for one in town.communities if one.code == code)
    people = [one for home in community.households for one in home.people if one.trip]
    entries = [_visit(rng, one) for one in people]
    sheet = compose(rng, layout, "走访", entries, share, called=community.called)
    return [OutBook(layout.file.format(called=community.called), [sheet], "visit_list", layout.encoding)]


def _visit(rng: random.Random, person: Person) -> Entry:
    entry = write_down(rng, person, rates()["visit"])
    state = rng.choices(STATES, (70, 8, 2, 6, 12, 2))[0]
    done = state in ("已走访", "已上门")
    entry.home = None
    entry.values["visit_state"] = state
    if person.household:
        entry.values["visited_by"] = person.household.cell.worker[0]
    if done:
        entry.values |= {"visited_on": date(2020, 2, 10) - timedelta(days=rng.randrange(5)), "temperature": rng.choice(("36.5", "36.6℃", "36.3度", "37.4")),
                         "isolation_place": "居家隔离" if person.tied else None, "isolation_from": person.trip.returned_on if person.tied and person.trip else None}  # fmt: skip
    return entry
