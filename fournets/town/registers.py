"""Household registers of the communities, and the register of cells and buildings."""

from __future__ import annotations

import random
from functools import partial
from itertools import groupby

from fournets.town.compose import Layout, compose, layouts, turns
from fournets.town.mess import write_down
from fournets.town.plan import Job, Plan
from fournets.town.rates import rates
from fournets.town.sheets import Entry, OutBook, OutSheet, Values
from fournets.town.world import Building, Cell, Community, Group, Person, Town

PLAIN = {"fullwidth": 0.0, "hidden_row": 0.0, "ditto": 1.0}


def register_jobs(town: Town) -> list[Job]:
    """One household register per community, the layouts taking turns; then cells and buildings."""
    jobs = [
        Job(f"registers/{_name(layout, community)}", partial(_register, community.code, layout))
        for community, layout in zip(town.communities, turns("register"), strict=False)
    ]
    (cells,), (buildings,) = layouts()["cells"], layouts()["buildings"]
    return [Job(f"places/{cells.file}", _cells), Job(f"places/{buildings.file}", _buildings), *jobs]


def _name(layout: Layout, community: Community) -> str:
    return layout.file.format(called=community.called)


def _register(code: str, layout: Layout, town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    community = next(one for one in town.communities if one.code == code)
    entries = _entries(rng, community, plan)
    make = {"one": _one_sheet, "cells": _cell_sheets, "dated": _dated_sheets}[layout.sheets]
    sheets = make(rng, layout, community, entries)
    if layout.hidden_sheet:
        sheets.append(_hidden_sheet(rng, layout, community, entries))
    return [OutBook(_name(layout, community), sheets, "household_register", layout.encoding)]


def _entries(rng: random.Random, community: Community, plan: Plan) -> list[Entry]:
    share = rates()["register"]
    people = [one for home in community.households if home.number not in plan.left_out for one in home.people]
    entries = [write_down(rng, one, share) for one in people]
    entries += [_as_neighbour(rng, one, community) for one in plan.elsewhere.get(community.code, [])]
    entries += [_again(rng, one) for one in people if rng.random() < share["listed_twice"]]
    for entry in entries:
        entry.values |= {"health_state": "良好", "_": rng.choice(("是", "否", None))}
    return entries


def _again(rng: random.Random, person: Person) -> Entry:
    entry = write_down(rng, person, rates()["register"])
    entry.notes.append("listed_twice")
    entry.home = None
    return entry


def _as_neighbour(rng: random.Random, person: Person, community: Community) -> Entry:
    entry = write_down(rng, person, rates()["register"])
    homes = community.households
    if homes:
        near = rng.choice(homes)
        entry.values |= {
            "address": near.address, "household_no": None, "head_name": None, "group_name": near.group.name,
            "building_name": near.building.label, "door": near.door or None, "cell_name": near.cell.name, "relation": "租客",
        }  # fmt: skip
    entry.notes.append("listed_elsewhere")
    entry.home = None
    return entry


def _one_sheet(
    rng: random.Random, layout: Layout, community: Community, entries: list[Entry]
) -> list[OutSheet]:
    return [compose(rng, layout, "Sheet1", entries, rates()["register"], called=community.called)]


def _cell_sheets(
    rng: random.Random, layout: Layout, community: Community, entries: list[Entry]
) -> list[OutSheet]:
    ordered = sorted(entries, key=lambda entry: str(entry.values["cell_name"]))
    cells = [
        (cell, list(some)) for cell, some in groupby(ordered, key=lambda one: str(one.values["cell_name"]))
    ]
    return [
        compose(rng, layout, cell, some, rates()["register"], called=community.called, cell=cell)
        for cell, some in cells or [("第一网格", [])]  # where nobody lives the sheet goes out blank
    ]


def _dated_sheets(
    rng: random.Random, layout: Layout, community: Community, entries: list[Entry]
) -> list[OutSheet]:
    older = [
        Entry(one.key, dict(one.values), [*one.notes, "older_sheet"], one.home)
        for one in entries
        if rng.random() < 0.85
    ]
    return [
        compose(rng, layout, name, some, rates()["register"], called=community.called)
        for name, some in (("2-1", older), ("2-5更新", entries))
    ]


def _hidden_sheet(rng: random.Random, layout: Layout, community: Community, entries: list[Entry]) -> OutSheet:
    copies = [
        Entry(one.key, dict(one.values), [*one.notes, "hidden_sheet"], one.home)
        for one in entries[: len(entries) // 20]
    ]
    sheet = compose(rng, layout, "核对", copies, rates()["register"], called=community.called)
    sheet.hidden = True
    return sheet


def _cells(town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    (layout,) = layouts()["cells"]
    entries = [_cell_entry(community, cell) for community in town.communities for cell in community.cells]
    return [
        OutBook(layout.file, [compose(rng, layout, "网格", entries, PLAIN)], "place_register", about="place")
    ]


def _cell_entry(community: Community, cell: Cell) -> Entry:
    homes = [home for group in cell.groups for building in group.buildings for home in building.households]
    values: Values = {
        "community": community.called, "cell_code": cell.code, "cell_name": cell.name, "households_known": len(homes),
        "persons_known": sum(len(home.people) for home in homes), "worker_name": cell.worker[0], "worker_phone": cell.worker[1],
        "substitute_name": cell.substitute[0],
    }  # fmt: skip
    return Entry(cell.code, values, home=community)


def _buildings(town: Town, plan: Plan, rng: random.Random) -> list[OutBook]:
    (layout,) = layouts()["buildings"]
    sheets = [
        compose(rng, layout, community.called, _building_entries(community), PLAIN, called=community.called)
        for community in town.communities
    ]
    return [OutBook(layout.file, sheets, "place_register", about="place")]


def _building_entries(community: Community) -> list[Entry]:
    return [
        _building_entry(community, cell, group, building)
        for cell in community.cells
        for group in cell.groups
        for building in group.buildings
    ]


def _building_entry(community: Community, cell: Cell, group: Group, building: Building) -> Entry:
    values: Values = {
        "community": community.called, "cell_code": cell.code, "group_name": group.name, "building_code": building.code,
        "building_name": building.label, "dwellings_known": len(building.dwellings), "households_known": len(building.households),
        "persons_known": sum(len(home.people) for home in building.households),
    }  # fmt: skip
    return Entry(building.code, values)
