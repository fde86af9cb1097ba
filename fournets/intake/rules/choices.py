"""Cells that choose one of few: yes or no, sex, the state of a visit, the kind of a document, the relation to the head."""

from __future__ import annotations

import re
from datetime import date

from fournets.intake.rules.value import (
    EMPTY,
    NOTHING,
    Cleaned,
    clean_text,
    narrow,
    nothing,
    plain,
    tidy,
    wrong,
)
from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import code_of

YES = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "■",
        "1",
        "Y",
        "YES",
        "TRUE",
        "T",
        "对",
        "可",
        "已",
        "V",
        "是的",
        "有的",
        "已有",
        "○",
        "●",
    ]
)
NO = frozenset(
    [
        "否",
        "无",
        "×",
        "✕",
        "✗",
        "✘",
        "❌",
        "☒",
        "0",
        "N",
        "NO",
        "FALSE",
        "F",
        "不",
        "不是",
        "没有",
        "没",
        "未",
        "X",
        "未有",
        "非",
        "□",
        "☐",
        "2",
    ]
)
_NO_FIRST = re.compile(r"(?:无|否|没|未|不|非|从未|停工|停产)")
_YES_FIRST = re.compile(r"(?:是|有|已|曾|去过|到过|来自|途经|经过|接触过|复工|复产|开工|正常)")
_UNSURE = frozenset(
    ["不详", "未知", "不清楚", "待核实", "待定", "待补", "未填", "不确定", "待补充", "暂不清楚"]
)
_TICK, _BOX = "☑√✓✔■●", "□☐○"
_UNANSWERED = re.compile(r"(?:是|有)[/、或\\|]?(?:否|无|没有)")  # the form's own words, none of them chosen

SEX = {
    "male": frozenset(["男", "男性", "M", "MALE", "先生", "♂", "1", "男士", "男孩", "男婴", "男童"]),
    "female": frozenset(["女", "女性", "F", "FEMALE", "女士", "♀", "2", "女孩", "女婴", "女童"]),
}
_NO_SEX = frozenset(["0", "9", "未知", "未说明", "不详", "其他"])

_VISIT_PARTS = (  # inside longer remarks; what says "not" first
    ("not_started", ("未排查", "未走访", "待排查", "待核", "未上门", "未开始")),
    ("refused", ("拒",)),
    ("unreached", ("无人", "联系不上", "未联系", "不通", "空号", "停机", "关机", "未接")),
    ("done", ("已排查", "已走访", "已核", "已上门", "已联系", "完成", "空置", "空户")),
)

HEAD = "户主"
_HEADS = frozenset(
    ["户主", "本人", "户主本人", "本人户主", "本人(户主)", "户主(本人)", "本人或户主", "HEAD", "01", "0"]
)


def _word(cell: Cell) -> str:
    return narrow(cell).upper().replace(" ", "").strip("。.,，;；:：()（）[]")


def _coded(value: str, written: str) -> Cleaned:
    return Cleaned(value, "" if value == written else "coded")


def clean_yes_no(cell: Cell, *, on: date) -> Cleaned:
    """``yes`` or ``no``; 不详 is nothing known, anything else a problem."""
    written = plain(cell)
    word = _word(cell)
    if word in YES:
        return _coded("yes", written)
    if word in NO:
        return _coded("no", written)
    if not word or word in _UNSURE or word in NOTHING:
        return nothing("not_known") if written.strip() else EMPTY
    answer = code_of("yes_no", word) or _by_tick(word) or _by_beginning(word)
    return _coded(answer, written) if answer else wrong("cell_yes_no")


def _by_tick(word: str) -> str | None:
    """The option with the tick; where the first sign is a box or a tick, signs stand before their options."""
    signs = re.sub(rf"[^是否有无{_TICK}{_BOX}]", "", word)
    before = signs[:1] in _TICK + _BOX
    ticks = re.findall(rf"[{_TICK}]([是否有无])" if before else rf"([是否有无])[{_TICK}]", signs)
    if len(ticks) != 1 or len(re.findall(rf"[{_TICK}]", signs)) != 1:
        return None
    return "yes" if ticks[0] in "是有" else "no"


def _by_beginning(word: str) -> str | None:
    if re.search(rf"[{_TICK}{_BOX}]", word) or _UNANSWERED.fullmatch(word) or len(word) > 40:
        return None
    if _NO_FIRST.match(word):
        return "no"
    return "yes" if _YES_FIRST.match(word) else None


def clean_sex(cell: Cell, *, on: date) -> Cleaned:
    """``male`` or ``female``."""
    written = plain(cell)
    word = _word(cell)
    for value, words in SEX.items():
        if word in words:
            return _coded(value, written)
    if not word or word in _NO_SEX or word in NOTHING:
        return nothing("not_known") if written.strip() else EMPTY
    return wrong("cell_sex")


def clean_choice(cell: Cell, *, on: date, kind: str, otherwise: str = "") -> Cleaned:
    """The code of a word of the vocabulary's table ``kind``; unknown words are ``otherwise``, or stay as written."""
    written = plain(cell)
    word = _word(cell)
    if not word or (word in NOTHING and not code_of(kind, word)):
        return nothing() if written.strip() else EMPTY
    code = code_of(kind, word) or otherwise
    return _coded(code, written) if code else clean_text(cell, on=on)


def clean_visit_state(cell: Cell, *, on: date) -> Cleaned:
    """``done``, ``unreached``, ``refused`` or ``not_started``."""
    written = plain(cell)
    word = _word(cell)
    if not word or (word in NOTHING and not code_of("visit_state", word)):
        return nothing() if written.strip() else EMPTY
    state = code_of("visit_state", word) or _by_part(word)
    return _coded(state, written) if state else wrong("cell_visit_state")


def _by_part(word: str) -> str | None:
    return next((state for state, parts in _VISIT_PARTS if any(part in word for part in parts)), None)


def clean_relation(cell: Cell, *, on: date) -> Cleaned:
    """The relation to the head of the household, as written; the head is always 户主."""
    written = plain(cell)
    value = tidy(written)
    if _word(cell) in _HEADS:
        return _coded(HEAD, written)
    if value.upper() in NOTHING:
        return nothing() if written.strip() else EMPTY
    return Cleaned(value, "" if value == written else "tidied")
