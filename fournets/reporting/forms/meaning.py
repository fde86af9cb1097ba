"""What a blank's columns mean: fields of the shared vocabulary, values worked out for forms, or figures. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from fournets.places.rules.regions import find_regions
from fournets.places.rules.texts import squeeze
from fournets.reporting.forms.bands import WHOLE, with_bases
from fournets.reporting.forms.blank import Blank, Head
from fournets.reporting.forms.indicators import (
    OUTBREAK,
    indicator_of,
    indicators,
    is_like_indicator,
    of_people,
    without_regions,
)
from fournets.workbooks.headers import meanings as meanings_of
from fournets.workbooks.headers import speaks_of_others
from fournets.workbooks.vocabulary import code_of, fields, header_key, view

FOLDER = Path(__file__).parent
PERSON, HOUSEHOLD, ENTERPRISE, SUMMARY = "person", "household", "enterprise", "summary"
AREA_HEADERS = {
    header_key(text) for text in ("社区", "村居", "村(居)", "村社区", "单位", "社区名称", "辖区", "区域")
}
INDICATOR_HEADERS = {
    header_key(text) for text in ("指标", "项目", "内容", "指标名称", "统计项目", "统计内容")
}
UNIT_HEADERS = {header_key(text) for text in ("单位", "计量单位", "计算单位")}
ANOTHER_DAY = re.compile(r"第\s*[\d一二三四五六七八九十]+\s*[天日次轮]")  # 第3天体温 is not today's
# Answers that differ from region to region: 是否到过湖北 is not 是否到过温州.
COUNTS_PEOPLE = {"outbreak_members", "outbreak_headcount"}
USUAL_REGION = "湖北"  # the region of most headers in the vocabulary
OF_REGIONS = {"been_to_outbreak_area"} | COUNTS_PEOPLE
FIGURE = "figure:"
VALUE_HEADERS = {header_key(text) for text in ("数量", "人数", "数值", "合计", "填报数", "统计数", "当日数")}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: its field (or ``figure:NAME``), the field's type, the one choice a mark column stands for."""

    head: Head
    field: str | None
    type: str = "text"
    choice: str = ""
    part: str = ""  # of a date its y, m or d; of a number the place of the one digit this column holds
    region: str = ""  # the region the header names: 是否到过湖北 asks for 42

    @property
    def key(self) -> str | None:
        """Under what a row answers this column."""
        return f"{self.field}@{self.region}" if self.region else self.field


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
    return {
        code: Audience(code, row["zh"], row["en"], row["who"], tuple(row["words"]))
        for code, row in _audience_file()["audience"].items()
    }


@cache
def _audience_file() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "audiences.toml").read_text(encoding="utf-8"))


def audience_of(title: str) -> Audience | None:
    """The audience a title names; None when it names none."""
    text = title.lower()
    for audience in audiences().values():
        if any(word in text for word in audience.words):
            return audience
    return None


def whom(title: str) -> str:
    """The selection of people a title names, such as ``outbreak+staff``; empty when it names none."""
    audience = audience_of(title)
    if audience is None:
        return ""
    narrowed = audience.who in (
        "outbreak",
        "returnee",
        "isolation",
        "isolation_home",
        "isolation_site",
        "contact",
    )
    staff = narrowed and any(word in title.lower() for word in _audience_file()["staff"])
    return f"{audience.who}+staff" if staff else audience.who


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
    found = _read_path(path, of)
    return _seen_from(of, found) if found else None


@cache
def _read_path(path: tuple[str, ...], of: str) -> str | None:
    key = header_key(path[-1])
    if not key:
        return None
    group = header_key(path[-2]) if len(path) > 1 else ""
    derived = _derived(of)
    if found := derived.get(group + key) or (derived.get(key) if not speaks_of_others(path[:-1]) else None):
        return found
    return _surest(_fitting(path, key), of) or _of_some_region(path, of)


def _of_some_region(path: tuple[str, ...], of: str) -> str | None:
    """What a header means that names a region the vocabulary does not: 是否到过温州 is asked as 是否到过湖北 is."""
    for known in (OUTBREAK, USUAL_REGION):
        leaf, regions = without_regions(path[-1], known)
        if not regions or leaf == squeeze(path[-1]):
            continue
        found = _derived(of).get(header_key(leaf)) or _surest(
            _fitting((*path[:-1], leaf), header_key(leaf)), of
        )
        if found in OF_REGIONS:
            return found
    return None


def _seen_from(of: str, field: str) -> str | None:
    """What a field is on a form of a kind: 联系电话 of an enterprise is its contact's; a household has no temperature."""
    if of == HOUSEHOLD:
        return None if field in words()["not_of_household"]["fields"] else field
    if of not in (PERSON, ENTERPRISE):
        return field
    other = view(of).get(field, field)
    return other or (field if fields()[field].of == "place" else None)


def _fitting(path: tuple[str, ...], key: str) -> dict[str, float]:
    """The vocabulary's readings of a header, less those that are another matter: 登记人数 is no name, 手机彩铃 no phone."""
    leaf = path[-1].replace("其中", "")
    scores = meanings_of((*path[:-1], leaf))
    other = ANOTHER_DAY.search("".join(path)) or any(
        header_key(word) in key for word in words()["other_matter"]["words"]
    )
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
    return bool(field_of(text)) or key in AREA_HEADERS | INDICATOR_HEADERS or is_like_indicator(text)


def kind_of(blank: Blank) -> str:
    """One row per person, household or enterprise, or a summary grid."""
    found = {_read_path(head.path, PERSON) for head in blank.heads}
    named = {_read_path(head.path, ENTERPRISE) for head in blank.heads}
    if found & {"name", "id_number"} and not ({"uscc", "legal_person"} & named and "id_number" not in found):
        return PERSON
    if named & {"enterprise_name", "uscc"}:
        return ENTERPRISE
    if found & {"head_name", "household_no", "head_id_number"}:
        return HOUSEHOLD
    figures = sum(is_like_indicator("".join(head.path)) for head in blank.heads)
    keys = {header_key(head.path[-1]) for head in blank.heads[:3]}
    cells = any(field_of(head.path[-1]) == "cell_name" for head in blank.heads[:3])
    if figures >= 2 or (keys & INDICATOR_HEADERS) or ((keys & AREA_HEADERS or cells) and figures):
        return SUMMARY
    return "unknown"


def read_meanings(blank: Blank, kind: str, given: dict[str, str] | None = None) -> list[Meaning]:
    """What each column of a blank means, read one by one; ``given`` maps headers to fields where somebody said so."""
    said = given or {}
    if kind == SUMMARY:
        listed = any(header_key(head.path[-1]) in INDICATOR_HEADERS for head in blank.heads)
        found = _settled([_figure(head, listed=listed) for head in blank.heads], blank)
        return [_as_said(one.head, said, "number") or one for one in found]
    return [_as_said(head, said) or _meaning(head, kind) for head in blank.heads]


def _as_said(head: Head, given: dict[str, str], type_: str = "") -> Meaning | None:
    """What somebody said a column means; an empty field: it stays empty. A grid counts figures, other forms none."""
    said = given.get(head.text, given.get(head.path[-1]))
    if said is None or (said and said.startswith(FIGURE) != bool(type_)):
        return None
    region = "|".join(find_regions(head.path[-1])) if said in OF_REGIONS else ""
    return Meaning(head, said, type_ or type_of(said), region=region) if said else Meaning(head, None)


@cache
def figure_fields() -> tuple[str, ...]:
    """What a column of a grid may be said to count."""
    return tuple(f"{FIGURE}{one.figure}" for one in indicators())


def _settled(found: list[Meaning], blank: Blank) -> list[Meaning]:
    """The columns of a grid, those that name only a sex or ages given the figure they are part of."""
    if not any(one.field in ("area", "cell") for one in found):
        found = [replace(one, field="value") if one.field == FIGURE + WHOLE else one for one in found]
    asked = [
        (one.head.text, str(one.field).removeprefix(FIGURE) if str(one.field).startswith(FIGURE) else None)
        for one in found
    ]
    figures = settled_parts(asked, f"{blank.title} {blank.sheet}")
    return [
        replace(one, field=FIGURE + figure if figure else "value" if was == WHOLE else None) if was else one
        for one, (_, was), figure in zip(found, asked, figures, strict=True)
    ]


def settled_parts(found: Sequence[tuple[str, str | None]], title: str) -> list[str | None]:
    """The figures of a grid's headers or rows, read beside each other and below the grid's title."""
    who = whom(title) or ("resident" if any(word in title for word in words()["residents"]["words"]) else "")
    return with_bases(found, who, find_regions(title), of_people())


def _figure(head: Head, *, listed: bool) -> Meaning:
    """A column of a grid; where the indicators are ``listed`` in rows, 单位 is their unit and no place."""
    leaf = header_key(head.path[-1])
    if listed and leaf in UNIT_HEADERS:
        return Meaning(head, "unit", "text")
    if field_of(head.path[-1]) == "cell_name":
        return Meaning(head, "cell", "area")
    if leaf in AREA_HEADERS or field_of(head.path[-1]) == "community":
        return Meaning(head, "area", "area")
    if leaf in INDICATOR_HEADERS:
        return Meaning(head, "indicator", "text")
    if field_of(head.path[-1]) in ("sequence", "remark"):
        return Meaning(head, field_of(head.path[-1]), "text")
    if leaf in VALUE_HEADERS and len(head.path) == 1:
        return Meaning(head, "value" if listed else FIGURE + WHOLE, "number")
    figure = indicator_of("".join(head.path)) if not re.search("[率%]", head.path[-1]) else None
    return Meaning(head, FIGURE + figure if figure else None, "number")


def _meaning(head: Head, kind: str) -> Meaning:
    if any(word in head.path[-1] for word in words()["by_hand"]["names"]):
        return Meaning(head, None)
    if choice := _choice(head, kind):
        return choice
    name = field_of_path(head.path, kind)
    region = "|".join(find_regions(head.path[-1])) if name in OF_REGIONS else ""
    return Meaning(head, name, type_of(name) if name else "text", region=region)


def _choice(head: Head, kind: str) -> Meaning | None:
    """A column such as 男 below 性别: a mark stands in it when the value is this one."""
    if len(head.path) < 2:
        return None
    name = field_of(head.path[-2], kind)
    code = choice_of(name, head.path[-1]) if name else None
    region = "|".join(find_regions(head.path[-2])) if name in OF_REGIONS else ""
    return Meaning(head, name, type_of(str(name)), code, region=region) if code else None


def choice_of(field: str, text: str) -> str | None:
    """The code of a field's value that ``text`` names, by the vocabulary or by the words of choices; or None."""
    known = fields().get(field)
    written_as = known.written if known else "yes_no" if type_of(field) == "yes_no" else ""
    if written_as and written_as != "date":
        return code_of(written_as, text)
    same = words()["choice"].get(field, {}).items()
    return next((code for code, names in same if header_key(text) in map(header_key, names)), None)


def date_field(path: tuple[str, ...], kind: str) -> str | None:
    """The field a group of headers means on a form, where it is a date."""
    name = field_of_path(path, kind) if path else None
    return name if name and type_of(name) in ("date", "datetime") else None
