"""A handover as a workbook: a line a case and a contact with the marks of lists, the sums, and room for the answer."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from fournets.crypto import KeyRing
from fournets.interop.handover.rows import HandedCase, HandedContact, Handover
from fournets.language import Lang, say
from fournets.reporting.exports.keys import MarkKey
from fournets.reporting.exports.marks import Hand
from fournets.reporting.exports.selectors import town_names
from fournets.reporting.exports.sheet import Paper, write_workbook
from fournets.reporting.exports.spelling import Speller
from fournets.reporting.models import Export
from fournets.workbooks.vocabulary import fields

BEFORE = ("code", "what")
AFTER = (
    "case", "degree", "kind", "first", "last", "place", "lab", "lab_on", "stage", "from", "until",
    "decision", "answer", "answer_free", "answer_lab",
)  # fmt: skip
GROUPS = ("degree", "kind", "stage", "lab", "decision")


def workbook_of(handover: Handover, export: Export, ring: KeyRing, paper: Paper) -> bytes:
    """The workbook; ``answer`` columns are empty, for whoever answers."""
    lang = paper.lang
    words = [(name, getattr(fields()[name], lang)) for name in export.columns]
    header = [("", say(f"handover_head_{one}", lang)) for one in BEFORE]
    header += [*words, *(("", say(f"handover_head_{one}", lang)) for one in AFTER)]
    sums = (say("handover_sums", lang), _sums(handover, lang))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        write_workbook(path, header, _rows(handover, export, ring, lang), paper, sums=sums)
        return path.read_bytes()


def _rows(handover: Handover, export: Export, ring: KeyRing, lang: Lang) -> Iterator[list[str]]:
    copy, names = MarkKey(ring).copy(export.serial), town_names()
    speller = Speller(export.columns, export.unmasked)
    lines: list[HandedCase | HandedContact] = [*handover.cases, *handover.contacts]
    for one in lines:
        hand = Hand(copy.choices(one.someone.number), names)
        values = speller.row(one.someone.values, hand)
        own = _of_case(one, lang) if isinstance(one, HandedCase) else _of_contact(one, lang)
        yield [one.someone.code, *own[:1], *values, *own[1:], "", "", ""]


def _of_case(one: HandedCase, lang: Lang) -> list[str]:
    said = [say(f"tracing_class_{one.classification}", lang), one.number, "", "", _day(one.onset_on), "", ""]
    return [*said, say(f"tracing_lab_{one.lab}", lang), _day(one.lab_on), "", "", "", ""]


def _of_contact(one: HandedContact, lang: Lang) -> list[str]:
    return [
        say(f"tracing_degree_{one.degree}", lang),
        one.case,
        say(f"tracing_degree_{one.degree}", lang),
        say(f"tracing_kind_{one.kind}", lang),
        _day(one.first_on),
        _day(one.last_on),
        one.place,
        say(f"tracing_lab_{one.lab}", lang),
        _day(one.lab_on),
        stage_word(one.stage, lang),
        _day(one.from_on),
        _day(one.until_on),
        say(f"tracing_decision_{one.decision}", lang),
    ]


def stage_word(stage: str, lang: Lang) -> str:
    """How far the observation of a contact is, in words."""
    return say(f"isolation_at_{stage}" if stage else "tracing_stage_none", lang)


def group_word(group: str, value: str, lang: Lang) -> str:
    """The word for a value of one of `GROUPS`."""
    return stage_word(value, lang) if group == "stage" else say(f"tracing_{group}_{value}", lang)


def _sums(handover: Handover, lang: Lang) -> list[tuple[str, int]]:
    lines = [
        (say("handover_sum_cases", lang), len(handover.cases)),
        (say("handover_sum_contacts", lang), len(handover.contacts)),
    ]
    for group in GROUPS:
        counts = Counter(getattr(one, group) for one in handover.contacts)
        title = say(f"tracing_group_{group}", lang)
        lines += [
            (f"{title} · {group_word(group, value, lang)}", count) for value, count in counts.most_common()
        ]
    return lines


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
