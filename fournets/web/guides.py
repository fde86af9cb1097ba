"""The short guide of each page, in ``guides.toml`` by the name of its address."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.http import HttpRequest

from fournets.language import Lang


@cache
def guides() -> Mapping[str, Mapping[str, list[str]]]:
    """Every guide by page and language, a sentence a line."""
    return tomllib.loads(Path(__file__).with_name("guides.toml").read_text(encoding="utf-8"))


def guide_of(request: HttpRequest, lang: Lang) -> list[str]:
    """The sentences for the page asked for; none where it has no guide."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return guides().get(name or "", {}).get(lang, [])
