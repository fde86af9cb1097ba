"""Writes the reference of the states of an isolation from the rules themselves: ``python docs/isolation.py [--check]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fournets.isolation.rules.states import NEXT, arrows
from fournets.language import say

PAGE = Path(__file__).parent / "reference" / "isolation.md"
HEAD = """\
# 隔离的状态 · The states of an isolation

<!-- Written by `python docs/isolation.py`; edit fournets/isolation/rules/states.py instead. -->

一项隔离在执行时,状态就是它的地点;解除、撤销之后不再改变。期限、地点的依据见[规定数值](policy.md)。

While an isolation is in force, its state is its place; released or withdrawn, it does not change any more. Where ends and
places come from: [the rules in force](policy.md).
"""
STATES = {"none": ("未下达", "not ordered")}
ACTS = {
    "order": ("下达", "order"),
    "move": ("转移", "move"),
    "release": ("解除:满期,当日见过本人无症状", "release: the last day is over, and he was seen well"),
    "withdraw": ("撤销:两人", "withdraw: two people"),
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_picture(), "", *_table(), ""])


def _picture() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    direction LR"
    for state in NEXT:
        yield f'    state "{" · ".join(_state(state))}" as {state}'
    for state, act, target in arrows():
        yield f"    {state} --> {target}: {act}"
    yield "```"


def _table() -> Iterator[str]:
    yield "| 状态 state | 做什么 act | 到 leads to |"
    yield "|---|---|---|"
    for state, acts in NEXT.items():
        if not acts:
            yield f"| {' · '.join(_state(state))} | – | – |"
        for act, targets in acts.items():
            names = "、".join(_state(target)[0] for target in targets)
            yield f"| {' · '.join(_state(state))} | {' · '.join(ACTS[act])} | {names} |"


def _state(state: str) -> tuple[str, str]:
    return STATES.get(state) or (say(f"isolation_at_{state}", "zh"), say(f"isolation_at_{state}", "en"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            PAGE.read_text(encoding="utf-8") != page() and "docs/reference/isolation.md is stale: make fix"
        )
    PAGE.write_text(page(), encoding="utf-8")
