"""What is sent about enterprises: the list of all, the surveys of several offices, and staff rosters."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from fournets.town.compose import Layout, compose, layouts, turns
from fournets.town.enterprises import variant
from fournets.town.mess import write_down
from fournets.town.plan import Job, Plan
from fournets.town.rates import rates
from fournets.town.registers import PLAIN
from fournets.town.sheets import Entry, OutBook, OutSheet, Values
from fournets.town.world import Enterprise, Town

NEEDS = ("口罩紧缺", "技术人员滞留外地", "无", None, None, None)
MARKS = {"fullwidth": 0.02, "hidden_row": 0.002, "ditto": 0.5}


def firm_jobs(town: Town, plan: Plan) -> list[Job]:
    """The list, the surveys, the rosters."""
    (every,) = layouts()["firm_list"]
    surveys = [Job(f"enterprises/{layout.file}", partial(_survey, layout)) for layout in layouts()["survey"]]
    own = [_own_job(layout, one) for layout, one in zip(turns("roster"), plan.own_roster, strict=False)]
    return [Job(f"enterprises/{every.file}", _firm_list), *surveys, *own, *_combined_jobs(town)]


def _firm_list(town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    (layout,) = layouts()["firm_list"]
    entries = [Entry(one.key, firm_values(one)) for one in town.enterprises]
    return [
        OutBook(
            layout.file,
            [compose(rng, layout, "名录", entries, PLAIN)],
            "enterprise_survey",
            about="enterprise",
        )
    ]


def firm_values(one: Enterprise) -> Values:
    """Every field of an enterprise as it truly is."""
    order = int(one.key[1:])
    return {
        "enterprise_name": one.name, "uscc": one.uscc, "industry": one.industry, "legal_person": one.legal_person,
        "contact_name": one.contact[0], "contact_phone": one.contact[1], "headcount": len(one.staff),
        "outbreak_headcount": one.tied_staff, "resume_on": date(2020, 2, 10) + timedelta(days=order * 7 % 18),
        "resumed": order * 7 % 18 == 0, "controls": "已落实" if order % 5 else "未落实", "mask_stock": order * 37 % 2000,
        "thermometer_stock": order % 7, "isolation_rooms": order % 4, "enterprise_address": one.address,
        "community": one.community.called,
    }  # fmt: skip


def _survey(layout: Layout, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    share = rates()["survey"]
    firms = plan.surveyed.get(layout.name, [])
    again = [one for one in firms if rng.random() < share["listed_twice"]]
    pairs = [(one, _answer(rng, one)) for one in firms]
    if layout.sheets == "communities":
        sheets = _community_sheets(rng, layout, pairs)
    else:
        entries = [entry for _, entry in pairs] + [_answer(rng, one, "listed_twice") for one in again]
        sheets = [compose(rng, layout, "Sheet1", entries, MARKS)]
    return [OutBook(layout.file, sheets, "enterprise_survey", layout.encoding, "enterprise")]


def _community_sheets(
    rng: random.Random, layout: Layout, pairs: list[tuple[Enterprise, Entry]]
) -> list[OutSheet]:
    ordered = sorted(pairs, key=lambda pair: pair[0].community.code)
    return [
        compose(rng, layout, called, [entry for _, entry in some], MARKS, called=called)
        for called, some in groupby(ordered, key=lambda pair: pair[0].community.called)
    ]


def _answer(rng: random.Random, one: Enterprise, *notes: str) -> Entry:
    share = rates()["survey"]
    entry = Entry(one.key, {**firm_values(one), "remark": rng.choice(NEEDS)}, list(notes))
    if rng.random() < share["uscc_missing"]:
        _spoil(entry, "uscc", None, "uscc_missing")
    elif rng.random() < share["uscc_wrong"]:
        _spoil(entry, "uscc", one.uscc[:-2] + one.uscc[-1] + one.uscc[-2], "uscc_wrong")
    if rng.random() < share["name_variant"]:
        _spoil(entry, "enterprise_name", variant(rng, one.name), "name_variant")
    if rng.random() < share["headcount_unit"]:
        _spoil(entry, "headcount", f"{len(one.staff)}人", "headcount_unit")
    return entry


def _spoil(entry: Entry, field: str, value: str | None, note: str) -> None:
    if entry.values[field] != value:
        entry.values[field] = value
        entry.notes.append(note)


def _own_job(layout: Layout, one: Enterprise) -> Job:
    return Job(f"rosters/{layout.file.format(firm=one.name)}", partial(_own, layout, one.key))


def _own(layout: Layout, key: str, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    return [_roster(rng, layout, next(one for one in town.enterprises if one.key == key))]


def _roster(rng: random.Random, layout: Layout, one: Enterprise) -> OutBook:
    entries = staff_entries(rng, one)
    sheet = compose(rng, layout, "员工", entries, rates()["roster"], firm=one.name)
    return OutBook(layout.file.format(firm=one.name), [sheet], "staff_roster", layout.encoding)


def staff_entries(rng: random.Random, one: Enterprise) -> list[Entry]:
    """The staff of an enterprise as it writes them down."""
    share = rates()["roster"]
    shown = variant(rng, one.name) if rng.random() < 0.15 else one.name
    entries = [write_down(rng, person, share) for person in one.staff]
    twice = [write_down(rng, person, share) for person in one.staff if rng.random() < share["listed_twice"]]
    for entry in twice:
        entry.notes.append("listed_twice")
    for entry in entries + twice:
        entry.home = None
        entry.values |= {
            "employer": shown, "employer_uscc": one.uscc, "temperature": f"{rng.choice((36.2, 36.4, 36.5, 36.6, 36.8))}{rng.choice(('', '℃', '度'))}",
            "symptoms": "无",
        }  # fmt: skip
    return entries + twice


def _combined_jobs(town: Town) -> list[Job]:
    some = layouts()["combined"]
    jobs: list[Job] = []
    for order, community in enumerate(town.communities):
        if community.kind == "industrial park":
            jobs.append(Job(f"rosters/{community.called}企业花名册.zip", partial(_zip, community.code)))
        else:
            layout = some[order % len(some)]
            jobs.append(
                Job(
                    f"rosters/{layout.file.format(called=community.called)}",
                    partial(_combined, layout, community.code),
                )
            )
    return jobs


def _rest(town: Town, plan: Plan, code: str) -> tuple[str, list[Enterprise]]:
    own = {one.key for one in plan.own_roster}
    community = next(one for one in town.communities if one.code == code)
    return community.called, [one for one in community.enterprises if one.key not in own]


def _combined(layout: Layout, code: str, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    called, firms = _rest(town, plan, code)
    entries: list[Entry] = []
    for one in firms:
        some = staff_entries(rng, one)
        for entry in some:
            entry.home = one  # so that the employer may be dittoed
        entries += some
    sheet = compose(rng, layout, "汇总", entries, rates()["roster"] | {"ditto": 0.4}, called=called)
    return [OutBook(layout.file.format(called=called), [sheet], "staff_roster", layout.encoding)]


def _zip(code: str, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    _, firms = _rest(town, plan, code)
    return [_roster(rng, layout, one) for layout, one in zip(turns("roster"), firms, strict=False)]
