"""Writes the reference of the official numbers: ``python -m fournets.policy.document [--check]``.

Without an argument it writes ``docs/reference/policy.md``; with ``--check`` it fails when that page is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fournets.language import say
from fournets.policy.catalogue import LISTS, Catalogue, Entry, OutbreakArea, Reference, Value, catalogue

COUNTRY = "全国 country"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "policy.md"
HEAD = """\
# 规定数值 · The official numbers

<!-- Written by `python -m fournets.policy.document`; edit fournets/policy/values/*.toml instead. -->

每个数值都有起止日期、适用范围和出处。范围是区划代码的前缀,“全国”指未写范围;范围更小者优先,其次取最晚开始者。历史条目从不修改。
“已核对”指有人读过原件;未核对的(○)来自转载或摘录,使用前请先核对。

Every number has its dates, scope and source. A scope is the beginning of an area code; the narrower scope wins, then
the later start. History is never edited. ● has been checked against the original; ○ comes from a copy or an excerpt:
check it before relying on it. “Running” says whether the entry also applies to what had begun before its first day.
"""
COLUMNS = (
    "数值 value",
    "自 from",
    "至(不含)until",
    "范围 scope",
    "追及 running",
    "出处 source",
    "核对 checked",
)
AREA_COLUMNS = (
    "地区 region",
    "代码 code",
    "自 from",
    "至(不含)until",
    "途经 via",
    "范围 scope",
    "出处 source",
    "核对 checked",
)


def page(known: Catalogue) -> str:
    """The whole page in Markdown, both languages side by side."""
    parts = [HEAD]
    for subject, title in known.subjects.items():
        parts.append(f"## {title['zh']} · {title['en']}\n")
        if subject == LISTS:
            parts.append(_areas(known.outbreak_areas))
        values = (value for name, value in known.values.items() if name.startswith(f"{subject}."))
        parts += [_section(value, known.units[value.unit]) for value in values]
    return "\n".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Writes the page, or compares it; 0 when it is as it should be, 1 when it is stale."""
    text = page(catalogue())
    if "--check" not in arguments:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(say("policy_page_stale") + "\n")
    return 1


def _section(value: Value, unit: dict[str, str] | Any) -> str:
    units = "" if not unit["zh"] else f",单位 unit:{unit['zh']} {unit['en']}"
    choices = f",取值 one of:{', '.join(f'`{one}`' for one in value.choices)}" if value.choices else ""
    head = f"### {value.zh} · {value.en}\n\n`{value.name}`{units}{choices}\n"
    rows = [_entry(entry) for entry in sorted(value.entries, key=lambda one: (one.start, one.scope))]
    return f"{head}\n{_table(COLUMNS, rows)}"


def _entry(entry: Entry) -> Sequence[str]:
    running = "是 yes" if entry.applies_to_running else ""
    until = str(entry.until or "")
    source = _source(entry.reference, entry.note)
    return (
        _shown(entry.value),
        str(entry.start),
        until,
        entry.scope or COUNTRY,
        running,
        source,
        _mark(entry.checked),
    )


def _areas(areas: Sequence[OutbreakArea]) -> str:
    rows = [
        (
            f"{one.zh} {one.en}",
            one.code,
            str(one.start),
            str(one.until or ""),
            "算 yes" if one.via_counts else "不算 no",
            one.scope or COUNTRY,
            _source(one.reference, one.note),
            _mark(one.checked),
        )
        for one in sorted(areas, key=lambda one: (one.start, one.code, one.scope))
    ]
    return _table(AREA_COLUMNS, rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield _line(columns)
        yield _line(["---"] * len(columns))
        yield from (_line(row) for row in rows)

    return "\n".join(lines()) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, list):
        return "<br>".join(_shown_row(row) for row in value) or "无 none"
    return _shown_row(value)


def _shown_row(row: Any) -> str:
    if not isinstance(row, dict):
        return f"`{row}`"
    return ", ".join(f"{name} `{json.dumps(one, ensure_ascii=False)}`" for name, one in row.items())


def _source(reference: Reference, note: str) -> str:
    number = f"({reference.number})" if reference.number else ""
    on = f",{reference.on}" if reference.on else ""
    return f"{reference.document}{number}{on}" + (f"<br>*{note}*" if note else "")


def _mark(checked: bool) -> str:
    return "●" if checked else "○"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
