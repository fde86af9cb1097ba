"""What a division is called: its official name, its short name, and every way people write it."""

from __future__ import annotations

from collections.abc import Iterable

from fournets.places.rules.texts import SAME, squeeze

COMMUNITY_SUFFIXES = (
    "社区居民委员会",
    "社区居委会",
    "村民委员会",
    "居民委员会",
    "社区居委",
    "村委会",
    "居委会",
    "社区",
    "村委",
    "居委",
    "村",
)
TOWN_SUFFIXES = ("街道办事处", "街道办", "街道", "镇", "乡")
KINDS = {"社区": "community", "居委会": "community", "村委会": "village", "村": "village"}


def bare(name: str) -> str:
    """A community's name without its suffix: 银河社区居委会 -> 银河."""
    return _without(squeeze(name), COMMUNITY_SUFFIXES)


def bare_town(name: str) -> str:
    """A town's name without its suffix: 丹灶镇 -> 丹灶."""
    return _without(squeeze(name), TOWN_SUFFIXES)


def same(name: str) -> str:
    """The spelling by which names are compared: 下沙漖 and 下沙窖 -> 下沙滘, 塱心 -> 朗心."""
    return squeeze(name).translate(SAME)


def community_spellings(names: Iterable[str]) -> set[str]:
    """Every full way to write a community called any of ``names``: 银河社区, 银河村, 银河社区居委会 ..."""
    return {same(bare(name)) + suffix for name in names if name for suffix in COMMUNITY_SUFFIXES}


def _without(name: str, suffixes: Iterable[str]) -> str:
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
