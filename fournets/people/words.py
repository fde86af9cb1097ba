"""A person's fields and values in words, for screens and terminals alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fournets.language import Lang, catalogue, reader_language, say
from fournets.places.rules.regions import region_name
from fournets.places.selectors import official_names
from fournets.workbooks.vocabulary import fields, written


def label(name: str, lang: Lang | None = None) -> str:
    """How a field is called in the reader's language."""
    lang = lang or reader_language()
    if name in fields():
        field = fields()[name]
        return field.zh if lang == "zh" else field.en
    return say(f"head_{name}", lang) if f"head_{name}" in catalogue() else name


def text_of(
    name: str, value: Any, lang: Lang | None = None, *, areas: Mapping[str, str] | None = None
) -> str:
    """A value in the reader's words: a region by its name, a code by the word for it.

    ``areas``: the `official_names` of areas, for whoever shows several; without them each is asked for.
    """
    lang = lang or reader_language()
    if value in (None, "", [], {}):
        return ""
    if name == "area_code":
        return (areas or official_names([value])).get(value, "")
    if name == "id_certainty":
        return say(f"certainty_{value}", lang)
    field = fields().get(name)
    if field and field.type == "region":
        return "、".join(region_name(code) or code for code in str(value).split("|"))
    words = written(field.written) if field and field.written not in ("", "date") else {}
    if lang == "zh" and isinstance(value, str) and value in words:
        return words[value][0]
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
