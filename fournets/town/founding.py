"""Founds the town: everything true, from a number of people and a seed."""

from __future__ import annotations

import random
from pathlib import Path

from fournets.town import enterprises, people
from fournets.town.places import build_places
from fournets.town.world import DIVISIONS, Town, read_communities


def found_town(count: int, seed: int, divisions: Path = DIVISIONS) -> Town:
    """A town of exactly ``count`` people; the same seed founds the same town."""
    rng = random.Random(f"town:{seed}")
    town = Town(seed, read_communities(divisions))
    sizes = people.household_sizes(rng, count)
    homes = build_places(rng, town.communities, len(sizes))
    orders = people.Orders()
    for home, size, first in zip(homes, sizes, people.starts(sizes), strict=True):
        town.people += people.fill_household(rng, home, size, first, orders)
    people.send_travelling(rng, town.people)
    firms, flagged = enterprises.sizes_for(count)
    town.enterprises = enterprises.make_enterprises(rng, town.communities, firms)
    enterprises.employ(rng, town.people, town.enterprises, flagged, orders)
    town.outsiders = people.make_outsiders(rng, max(20, count // 100), orders)
    people.give_second_phones(town.people + town.outsiders)
    return town
