"""Plants the area tree from a table of divisions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from fournets.language import Refusal
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.names import bare, bare_town
from fournets.places.rules.regions import region_level_name, short_name
from fournets.places.rules.texts import squeeze

KINDS = {
    "province": ("省", "自治区", "直辖市"),
    "city": ("市", "地级市"),
    "county": ("县", "区", "市辖区"),
    "town": ("镇", "街道", "乡", "street"),
    "community": ("社区", "居委会", "社区居委会"),
    "village": ("村", "村委会", "行政村"),
    "industrial park": ("园区", "产业园", "工业园", "park"),
}
COLUMNS = ("code", "official_name", "short_name", "kind")
CALLED = {
    "代码": "code", "名称": "official_name", "简称": "short_name", "类别": "kind", "别名": "aliases", "民政代码": "civil_code",
}  # fmt: skip
ENDINGS = (
    ("100", "街道"),
    ("200", "镇"),
    ("999", "乡"),
    (":", ""),
)  # how the statistical office numbers towns
LEVEL = {"village": "community", "industrial park": "community"}

PLANT = """
INSERT INTO places_area (code, kind, official_name, short_name, aliases, civil_code)
SELECT code, kind, official_name, short_name, string_to_array(aliases, '|'), civil_code
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS new (code, kind, official_name, short_name, aliases, civil_code)
ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, official_name = excluded.official_name,
    short_name = excluded.short_name, aliases = excluded.aliases,
    civil_code = CASE WHEN excluded.civil_code = '' THEN places_area.civil_code ELSE excluded.civil_code END
"""


@dataclass(frozen=True, slots=True)
class Division:
    """One line of the table: an area as its code, names and kind."""

    code: str
    official_name: str
    short_name: str
    kind: str
    aliases: tuple[str, ...] = field(default=())
    civil_code: str = ""


def plant_divisions(path: Path, *, town_name: str = "") -> int:
    """Plants the areas of a CSV and those above them; returns how many stand there. Again changes nothing.

    Columns, in English or Chinese: code, official_name, short_name, kind, and if wanted aliases (separated by ``|``) and civil_code
    (the civil-affairs code beside the statistical one). The town's own row may be absent: ``town_name`` names it,
    else its seat does, the community whose number is 001. Raises `Refusal` with the row that is wrong.
    """
    given = list(read_divisions(path))
    areas = [*_above(given, town_name), *given]
    columns = zip(
        *(
            (one.code, one.kind, one.official_name, one.short_name, "|".join(one.aliases), one.civil_code)
            for one in areas
        ),
        strict=True,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLANT, [list(column) for column in columns])
    return len(areas)


def read_divisions(path: Path) -> Iterator[Division]:
    """The divisions of a CSV in UTF-8 or GB18030, checked; raises `Refusal` with the row that is wrong."""
    rows = csv.DictReader(io.StringIO(_text(path), newline=""))
    rows.fieldnames = [CALLED.get(name.strip(), name.strip()) for name in rows.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise Refusal("divisions_columns", file=path.name, columns=", ".join(missing))
    seen: dict[str, int] = {}
    for row in rows:
        if any(value for value in row.values()):
            division = _division(row, number=rows.line_num)
            if division.code in seen:
                raise Refusal(
                    "divisions_twice", row=rows.line_num, number=division.code, first=seen[division.code]
                )
            seen[division.code] = rows.line_num
            yield division
    if not seen:
        raise Refusal("divisions_empty", file=path.name)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal("divisions_unreadable", file=path.name) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("divisions_unreadable", file=path.name)


def _division(row: dict[str, str | None], *, number: int) -> Division:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    code, kind = squeeze(cells["code"]), _kind(cells["kind"])
    if kind is None:
        raise Refusal("divisions_kind", row=number, kind=cells["kind"], kinds="、".join(KINDS))
    if not (code.isascii() and code.isdigit()) or WIDTHS.level(code) != LEVEL.get(kind, kind):
        wanted = WIDTHS.of(LEVEL.get(kind, kind))
        raise Refusal("divisions_code", row=number, number=cells["code"], digits=wanted)
    if not cells["official_name"]:
        raise Refusal("divisions_name", row=number)
    aliases = tuple(alias for part in cells.get("aliases", "").split("|") if (alias := part.strip()))
    short = cells["short_name"] or bare_town(bare(cells["official_name"]))
    return Division(code, cells["official_name"], short, kind, aliases, squeeze(cells.get("civil_code", "")))


def _kind(written: str) -> str | None:
    written = written.strip().lower()
    return next((kind for kind, others in KINDS.items() if written == kind or written in others), None)


def _above(given: Iterable[Division], town_name: str) -> list[Division]:
    """The areas above the given ones that the table does not name itself."""
    known = {one.code: one for one in given}
    wanted = {above for code in known for above in WIDTHS.ancestors(code)} - known.keys()
    return [_ancestor(code, known, town_name) for code in sorted(wanted)]


def _ancestor(code: str, known: dict[str, Division], town_name: str) -> Division:
    level = WIDTHS.level(code) or ""
    if level == "town":
        return _town(code, known, town_name)
    name = region_level_name(code) or code
    return Division(code, name, short_name(name), level)


def _town(code: str, known: dict[str, Division], town_name: str) -> Division:
    """A town by its given name, or by its seat: the statistical office numbers the seat's community 001."""
    if town_name:
        return Division(code, town_name, bare_town(town_name), "town")
    seat = known.get(code + "001")
    if seat is None:
        return Division(code, code, code, "town")
    ending = next(name for limit, name in ENDINGS if code[WIDTHS.county :] < limit)
    return Division(code, seat.short_name + ending, seat.short_name, "town")
