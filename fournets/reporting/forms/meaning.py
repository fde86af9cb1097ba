"""What a blank's columns mean: fields of the shared vocabulary, values worked out for forms, or figures. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fournets.places.rules.regions import find_regions
from fournets.reporting.forms.blank import Blank, Head
from fournets.workbooks.headers import meanings as meanings_of
from fournets.workbooks.headers import speaks_of_others
from fournets.workbooks.vocabulary import code_of, fields, header_key

FOLDER = Path(__file__).parent
PERSON, HOUSEHOLD, ENTERPRISE, SUMMARY = "person", "household", "enterprise", "summary"
AREA_HEADERS = {
    header_key(text) for text in ("社区", "村居", "村(居)", "村社区", "单位", "社区名称", "辖区", "区域")
}
INDICATOR_HEADERS = {
    header_key(text) for text in ("指标", "项目", "内容", "指标名称", "统计项目", "统计内容")
}
VALUE_HEADERS = {header_key(text) for text in ("数量", "人数", "数值", "合计", "填报数", "统计数", "当日数")}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: its field (or ``figure:NAME``), the field's type, and the one choice a mark column stands for."""

    head: Head
    field: str | None
    type: str = "text"
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a person form is about."""

    code: str
    zh: str
    en: str
    who: str
    words: tuple[str, ...]


@cache
def words() -> dict[str, Any]:
    """The words of forms beside the vocabulary, from ``words.toml``."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


@cache
def audiences() -> dict[str, Audience]:
    """The audiences by code, in the order in which a title is asked for them."""
    table = tomllib.loads((FOLDER / "audiences.toml").read_text(encoding="utf-8"))
    return {
        code: Audience(code, row["zh"], row["en"], row["who"], tuple(row["words"]))
        for code, row in table.items()
    }


def audience_of(title: str) -> Audience:
    """The audience a title names; all residents when it names none."""
    for audience in audiences().values():
        if any(word in title for word in audience.words):
            return audience
    return audiences()["residents"]


@cache
def indicators() -> dict[str, dict[str, Any]]:
    """The indicators of summary grids by figure."""
    return tomllib.loads((FOLDER / "indicators.toml").read_text(encoding="utf-8"))


@cache
def indicator_of(text: str) -> str | None:
    """The figure an indicator's name asks for, or None."""
    plain = re.sub(r"\s|[(（](?:人|户|家|个|名)[)）]", "", text)
    for figure, row in indicators().items():
        met = all(any(word in plain for word in group) for group in row["words"])
        if met and not any(word in plain for word in row.get("never", ())):
            region = region_named(plain) if "outbreak" in figure else ""
            return f"{figure}@{region}" if region else figure
    return None


def region_named(text: str, area: str = "") -> str:
    """The one division a title or an indicator names besides those around ``area``: 42 in 湖北返回人数; else empty."""
    found = [code for code in find_regions(text) if not area.startswith(code)]
    return found[0] if len(found) == 1 else ""


def field_of(header: str, of: str = "") -> str | None:
    """The field a single header means on a form of kind ``of``; None when the register does not know."""
    return field_of_path((header,), of)


@cache
def field_of_path(path: tuple[str, ...], of: str = "") -> str | None:
    """The field a header below its groups means: what forms work out first, then the shared vocabulary."""
    key = header_key(path[-1])
    if not key:
        return None
    group = header_key(path[-2]) if len(path) > 1 else ""
    derived = _derived(of)
    if found := derived.get(group + key) or (derived.get(key) if not speaks_of_others(path[:-1]) else None):
        return found
    found = _surest(_fitting(path, key), of)
    return str(words()["instead"].get(of, {}).get(found, found)) if found else None


def _fitting(path: tuple[str, ...], key: str) -> dict[str, float]:
    """The vocabulary's readings of a header, less those that are another matter: 登记人数 is no name, 手机彩铃 no phone."""
    leaf = path[-1].replace("其中", "")
    scores = meanings_of((*path[:-1], leaf))
    other = any(header_key(word) in key for word in words()["other_matter"]["words"])
    if not other and not re.search(r"[数率]$", key):
        return scores
    return {name: score for name, score in scores.items() if fields()[name].type == "number"}


@cache
def _derived(of: str) -> dict[str, str]:
    """Names of what forms work out, but those of households on household forms alone."""
    rows = words()["derived"].items()
    return {
        header_key(text): name
        for name, row in rows
        if row["of"] != HOUSEHOLD or of == HOUSEHOLD or name.startswith("head_")
        for text in row["names"]
    }


def _surest(scores: dict[str, float], of: str) -> str | None:
    """The field with the highest score; of several the one that belongs to the kind of the form."""
    order = {
        ENTERPRISE: ("enterprise", "place", "row", "person"),
        HOUSEHOLD: ("place", "row", "person", "enterprise"),
    }.get(of, ("person", "place", "row", "enterprise"))
    asked = {name: score for name, score in scores.items() if not name.endswith("_known")}
    ranked = sorted(asked, key=lambda name: (-asked[name], order.index(fields()[name].of)))
    if not ranked:
        return None
    rivals = [name for name in ranked[1:] if _rank(name, scores, order) == _rank(ranked[0], scores, order)]
    return None if rivals else ranked[0]


def _rank(name: str, scores: dict[str, float], order: tuple[str, ...]) -> tuple[float, int]:
    return scores[name], order.index(fields()[name].of)


def type_of(name: str) -> str:
    """The type of a field or of a value worked out for forms."""
    derived = words()["derived"].get(name)
    return str(derived["type"]) if derived else fields()[name].type


def known(text: str) -> bool:
    """Whether a header's text means anything: a field, an area, an indicator."""
    key = header_key(text)
    if not key or len(key) > 40 or re.search(r"[::]\s*\S*$", text):
        return False
    return bool(field_of(text)) or key in AREA_HEADERS | INDICATOR_HEADERS or bool(indicator_of(text))


def kind_of(blank: Blank) -> str:
    """One row per person, household or enterprise, or a summary grid."""
    found = {field_of_path(head.path, PERSON) for head in blank.heads}
    named = {field_of_path(head.path, ENTERPRISE) for head in blank.heads}
    if found & {"name", "id_number"} and not ({"uscc", "legal_person"} & named and "id_number" not in found):
        return PERSON
    if named & {"enterprise_name", "uscc"}:
        return ENTERPRISE
    if found & {"head_name", "household_no", "head_id_number"}:
        return HOUSEHOLD
    figures = sum(indicator_of(head.text) is not None for head in blank.heads)
    keys = {header_key(head.path[-1]) for head in blank.heads[:3]}
    if figures >= 2 or (keys & INDICATOR_HEADERS) or (keys & AREA_HEADERS and figures):
        return SUMMARY
    return "unknown"


def meanings(blank: Blank, kind: str, given: dict[str, str] | None = None) -> list[Meaning]:
    """What each column of a blank means; ``given`` maps headers to fields where somebody said so."""
    if kind == SUMMARY:
        return [_figure(head) for head in blank.heads]
    found = [_meaning(head, kind, given or {}) for head in blank.heads]
    return _without_doubles(found)


def _figure(head: Head) -> Meaning:
    leaf = header_key(head.path[-1])
    if leaf in AREA_HEADERS or field_of(head.path[-1]) == "community":
        return Meaning(head, "area", "area")
    if leaf in INDICATOR_HEADERS:
        return Meaning(head, "indicator", "text")
    if field_of(head.path[-1]) in ("sequence", "remark"):
        return Meaning(head, field_of(head.path[-1]), "text")
    if leaf in VALUE_HEADERS and len(head.path) == 1:
        return Meaning(head, "value", "number")
    figure = indicator_of("".join(head.path)) if not re.search("[率%]", head.path[-1]) else None
    return Meaning(head, f"figure:{figure}" if figure else None, "number")


def _meaning(head: Head, kind: str, given: dict[str, str]) -> Meaning:
    if head.path[-1] in given or head.text in given:
        said = given.get(head.text) or given[head.path[-1]]
        return Meaning(head, said, type_of(said))
    if any(word in head.path[-1] for word in words()["by_hand"]["names"]):
        return Meaning(head, None)
    if choice := _choice(head, kind):
        return choice
    name = field_of_path(head.path, kind)
    return Meaning(head, name, type_of(name) if name else "text")


def _choice(head: Head, kind: str) -> Meaning | None:
    """A column such as 男 below 性别: a mark stands in it when the value is this one."""
    if len(head.path) < 2:
        return None
    name = field_of(head.path[-2], kind)
    written_as = fields()[name].written if name in fields() and name else ""
    if not written_as or written_as == "date":
        return None
    code = code_of(written_as, head.path[-1])
    return Meaning(head, name, type_of(str(name)), code) if code else None


def _without_doubles(found: list[Meaning]) -> list[Meaning]:
    """A field asked for twice is filled once for certain: the second column is asked about, unless it is a mark column."""
    seen: set[str] = set()
    kept = []
    for meaning in found:
        double = meaning.field in seen and not meaning.choice
        kept.append(Meaning(meaning.head, None) if double else meaning)
        seen.add(meaning.field or "")
    return kept
