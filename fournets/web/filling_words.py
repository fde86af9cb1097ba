"""The pages of departments' forms in words: forms, columns, what was filled and handed out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fournets.accounts.selectors import names_of
from fournets.crypto import KeyRing
from fournets.language import Lang, Refusal, catalogue, say
from fournets.organization.access import Reader
from fournets.places.selectors import children, short_names_of
from fournets.reporting.exports.lines import people_words
from fournets.reporting.forms.compare import comparable, day_before, version_changes
from fournets.reporting.forms.deadlines import (
    WEEK,
    deadlines_of,
    deadlines_of_form,
    due_on,
    next_times,
    official_times,
)
from fournets.reporting.forms.drawn import Drawn
from fournets.reporting.forms.learn import Changes
from fournets.reporting.forms.meaning import PERSON
from fournets.reporting.forms.pages import (
    FilledLine,
    FormLine,
    filled_line,
    form_line,
    history_of,
    kept_forms,
    read_columns,
    shown_sheets,
)
from fournets.reporting.forms.said import SaidColumn, choices, field_words

EMPTY = "-"  # chosen for a column that stays empty
CELL = 15
HOW = {
    "known": "good",
    "said": "good",
    "formula": "good",
    "guessed": "late",
    "unknown": "late",
    "empty": "todo",
}
STATES = {
    "waiting": "todo",
    "failed": "danger",
    "filled": "todo",
    "ready": "todo",
    "approved": "todo",
    "asked": "late",
    "refused": "danger",
    "made": "good",
}
STANDS = {
    "done": "good",
    "ready": "todo",
    "filling": "todo",
    "waiting": "late",
    "late": "danger",
    "due": "todo",
}


def forms_shown(reader: Reader, lang: Lang, *, now: datetime) -> dict[str, Any]:
    """The forms of the area with what was filled last and when each is due next, and how today stands."""
    found, deadlines = kept_forms(reader), deadlines_of(reader)
    areas = short_names_of({one.area_code for one in found})
    people = names_of({one.last.by for one in found if one.last})
    coming = next_times(deadlines, area=reader.area_code, now=now) if deadlines else {}
    due = due_on(reader, now.date(), now=now, among=deadlines)
    return {
        "forms": [
            (
                one,
                areas.get(one.area_code, one.area_code) if one.area_code != reader.area_code else "",
                people.get(one.last.by, one.last.by) if one.last else "",
                coming.get(one.number),
            )
            for one in found
        ],
        "due": [(one, STANDS[one.stands]) for one in due],
        "filling": any(one.stands == "filling" for one in due),
        "to_fill": sum(one.stands in ("due", "late") for one in due),
        "now": now,
    }


def form_shown(number: int, reader: Reader, today: date, lang: Lang) -> dict[str, Any]:
    """One form: where it may be filled for, and what was."""
    form = form_line(number)
    history = history_of(number)
    below = [one for one in children(reader.area_code) if len(one.code) <= CELL]
    names = short_names_of(
        {reader.area_code, form.area_code, *(one.code for one in below), *(one.area_code for one in history)}
    )
    people = names_of({one.by for one in history} | {form.sent_by})
    times = official_times(form.area_code, today)
    return {
        "form": form,
        "area": names.get(form.area_code, form.area_code),
        "sent_by": people.get(form.sent_by, form.sent_by),
        "areas": [(reader.area_code, names.get(reader.area_code, reader.area_code))]
        + [(one.code, one.short_name) for one in below],
        "audiences": list(people_words(lang).items()) if PERSON in form.kind else [],
        "history": [
            (
                one,
                *state_of(one),
                names.get(one.area_code, one.area_code),
                people.get(one.by, one.by),
                (day_before(one, history) or "") if comparable(one) else None,
            )
            for one in history
        ],
        "may_compare": sum(map(comparable, history)) > 1,
        "changes": version_changes(number),
        "deadlines": [
            (one, one.at or times[one.rule], one.rule.partition(".")[2]) for one in deadlines_of_form(number)
        ],
        "official": [(name, name.partition(".")[2], at) for name, at in times.items()],
        "week": WEEK,
        **columns_line(form),
    }


def columns_line(form: FormLine) -> dict[str, Any]:
    """How many of a form's columns are known."""
    return {"known": form.columns - form.unsure, "columns_state": "late" if form.unsure else "good"}


def columns_shown(number: int, ring: KeyRing, lang: Lang) -> dict[str, Any]:
    """The blank as it stands, what each column was taken for, and what else it may be."""
    form, drawn, said = read_columns(number, ring, lang)
    choices_of = {kind: choices(kind, lang) for kind in {kind for kind, _ in said.values()}}
    seen: dict[str, Any] = {}
    for kind, columns in said.values():
        for one in columns:
            seen.setdefault(one.header, (one, _options(one, choices_of[kind]), HOW[one.how], one.fixed))
    sums = Counter(one.how for one, *_ in seen.values())
    return {
        "form": form,
        "sheets": [
            (one, below_head(one, {column.column: column for column in said[one.sheet][1]})) for one in drawn
        ],
        "columns": list(seen.values()),
        "changes": version_changes(number),
        "unsure": sums["guessed"] + sums["unknown"],
        "EMPTY": EMPTY,
    }


def _options(column: SaidColumn, offered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a column may be said to mean: what it was taken for is always among it."""
    known = not column.field or any(name == column.field for name, _ in offered)
    return offered if known else [(column.field, column.words), *offered]


def below_head(drawn: Drawn, said: dict[int, Any]) -> list[tuple[Any, str]]:
    """For each column of a sheet what it was taken for, and how it stands; nothing for columns the table does not have."""
    width = max((sum(cell.across for cell in row) for row in drawn.rows), default=0)
    found = [said.get(column) for column in range(1, width + 1)]
    return [(one, HOW[one.how] if one else "") for one in found]


def filled_shown(number: int, reader: Reader, ring: KeyRing, lang: Lang) -> dict[str, Any]:
    """A filled form: how far it is, what it looks like, what stayed empty and why, and what may be done with it."""
    line = filled_line(number)
    people = names_of({line.by, line.approver} - {""})
    report = line.report
    return {
        "line": line,
        "mine": line.by == reader.login,
        "state": state_of(line),
        "area": short_names_of([line.area_code]).get(line.area_code, line.area_code),
        "by": people.get(line.by, line.by),
        "approver": people.get(line.approver, line.approver),
        "sheets": [
            (one, doubts_words(one, lang)) for one in (shown_sheets(number, ring) if line.has_copy else [])
        ],
        "columns": columns_filled(report.get("columns", []), lang),
        "doubts": [one for one in report.get("figures_in_doubt", []) if not one["written"]],
        "notices": [_notice(one, lang) for one in report.get("notices", [])],
        "form": form_or_none(line.form),
    }


def form_or_none(number: int) -> FormLine | None:
    """A form that is still kept."""
    try:
        return form_line(number)
    except Refusal:
        return None


def _notice(found: dict[str, Any], lang: Lang) -> str:
    """What the reader should know, with what to do on a page where the command's words name commands."""
    code = f"page_{found['code']}"
    values = {name: value for name, value in found.items() if name not in ("code", "zh", "en")}
    return say(code, lang, **values) if code in catalogue() else str(found[lang])


def columns_filled(columns: Iterable[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    """Each column of a report with its words: how many cells were filled, how many stayed empty, and why."""
    return [
        {
            **one,
            "words": field_words(one["field"], lang) if one["field"] else "",
            "why": [(why[lang], why["cells"]) for why in one["why_empty"]],
        }
        for one in columns
    ]


def doubts_words(drawn: Drawn, lang: Lang) -> dict[str, str]:
    """By cell, between which numbers a figure lies and what became of it."""
    return {
        cell: say(
            "form_doubt_written" if one["written"] else "form_doubt_empty",
            lang,
            least=one["least"],
            most=one["most"],
        )
        for cell, one in drawn.doubts.items()
    }


def state_of(line: FilledLine) -> tuple[str, str]:
    """How a filled form is shown, and the word for it: the hand-out's state once somebody asked."""
    if line.state != "filled":
        return STATES[line.state], f"form_state_{line.state}"
    if not line.export:
        return ("todo", "form_state_filled") if line.has_copy else ("late", "form_state_gone")
    state = "asked" if line.export == "waiting" else line.export
    return STATES[state], f"form_state_{state}"


def changes_words(changes: Changes, lang: Lang) -> str:
    """How a form differs from its last version, in a sentence."""
    comma = "、" if lang == "zh" else ", "
    renamed = [f"{before} → {after}" for before, after in changes.renamed]
    lists: dict[str, Sequence[str]] = {"added": changes.added, "gone": changes.gone, "renamed": renamed}
    texts = {name: comma.join(words) or "—" for name, words in lists.items()}
    code = "form_changed" if any(lists.values()) else "form_moved"
    return say(code, lang, version=changes.last_version, **texts)
