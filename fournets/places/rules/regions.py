"""The country's divisions (GB/T 2260): provinces, cities, counties, found in text."""

from __future__ import annotations


def find_region(text: str | None) -> str | None:
    """The longest sure division code ``text`` names: 湖北武汉 -> 4201, 鄂A -> 42; None when nothing is sure."""
    raise NotImplementedError


def find_regions(text: str | None) -> list[str]:
    """Every division ``text`` names, in order: 武汉、温州 -> [4201, 3303]."""
    raise NotImplementedError


def region_name(code: str) -> str | None:
    """The full name of a code: 421181 -> 湖北省黄冈市麻城市; former codes too."""
    raise NotImplementedError
