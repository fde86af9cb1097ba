"""People's files and rows in doubt on the screen, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from fournets.language import catalogue, reader_language, say
from fournets.people.words import label, text_of
from fournets.places.selectors import town
from fournets.policy import in_force

COMPARED = ("name", "sex", "birth_on", "id_number", "phone", "address", "area_code", "seen_on")


def file_table(found: Mapping[str, Any]) -> Table:
    """Current values of one person, a line each."""
    table = Table(show_header=False, title=found["person"])
    for name, value in _lines(found):
        table.add_row(label(name), value)
    return table


def facts_table(facts: Sequence[Mapping[str, Any]]) -> Table:
    """What each row said, and why it was filed here."""
    heads = ("source", "day", "kind", "rule", "said")
    table = Table(*(say(f"head_{name}") for name in heads))
    for fact in facts:
        said = "  ".join(f"{label(name)} {text_of(name, value)}" for name, value in _said(fact))
        source = f"{fact['file_id']}:{fact['sheet']}:{fact['row']}"
        table.add_row(source, str(fact["seen_on"]), say(f"kind_{fact['kind']}"), _rule(fact), said)
    return table


def assessment_table(found: Mapping[str, Any]) -> Table:
    """What the rules say of somebody: class, what to do, from when until when, and each reason with its source."""
    table = Table(show_header=False, title=say("assessment_title", day=found["assessed_on"]))
    table.add_row(say("col_class"), _class_words(found))
    table.add_row(say("head_action"), say(f"action_{found['action']}"))
    table.add_row(
        say("head_days"), f"{found['from'] or '?'} – {found['until'] or '?'}" if found["from"] else "–"
    )
    for reason in found["reasons"]:
        sources = {str(one.get("document", "")) for one in reason["policy"]} - {""}
        table.add_row(say("head_why"), "\n".join([reason[reader_language()], *sorted(sources)]))
    names = ", ".join(one["name"] for one in found["changed"])
    table.add_row(
        say("head_replay"), say("replay_stands" if found["stands"] else "replay_other", names=names or "–")
    )
    return table


def _class_words(found: Mapping[str, Any]) -> str:
    rows = in_force(on=found["given_on"], area=town().code).table("screening.classes")
    return str(
        next((row[reader_language()] for row in rows if row["class"] == found["class"]), found["class"])
    )


def doubt_table(doubt: Mapping[str, Any]) -> Table:
    """A row in doubt beside the files it may belong to; what differs is in bold."""
    people = doubt["candidates"]
    source = f"{doubt['file_id']}:{doubt['sheet']}:{doubt['row']}"
    reason = say(f"row_{doubt['reason']}") if f"row_{doubt['reason']}" in catalogue() else doubt["reason"]
    title = say("doubt_title", item=doubt["item"], source=source, reason=reason)
    table = Table("", say("head_row"), *(one["person"] for one in people), title=title, title_justify="left")
    for name in COMPARED:
        row = doubt["values"].get(name)
        shown = [text_of(name, one.get(name)) for one in people]
        if row or any(shown):
            same = all(one == text_of(name, row) for one in shown if one and row)
            table.add_row(label(name), text_of(name, row), *shown, style="" if same else "bold")
    return table


def _lines(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plain = {
        name: value for name, value in found.items() if name not in ("facts", "values", "household", "merged")
    }
    for name, value in (plain | found["values"]).items():
        if shown := text_of(name, value):
            yield name, shown
    if home := found["household"]:
        yield "members", "、".join(f"{one['name']} {one['person']}" for one in home["members"])
    for merge in found["merged"]:
        yield "merged", f"{merge['gone_public_id']}  {merge['reason']}  {merge['actor']}"


def _said(fact: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("name", "id_number", "phone", "address"):
        if fact.get(name):
            yield name, fact[name]
    yield from fact["values"].items()


def _rule(fact: Mapping[str, Any]) -> str:
    code = f"rule_{fact['rule']}"
    said = say(code) if code in catalogue() else str(fact["rule"])
    return f"{said} {fact['score']:.4f}" if fact["score"] not in (None, 1.0) else said
