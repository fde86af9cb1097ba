"""Every act the program puts on record has words in both languages, and every line hashes to what it says."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fournets
from fournets.audit.answers import ANSWERS
from fournets.audit.rules import FIRST, link_of, said, seal_of
from fournets.audit.services import READS, TERMS
from fournets.language import catalogue

FOLDER = Path(fournets.__file__).parent
FIRST_CALLED = {"record", "record_read"}  # audit.services: act=…, and the kind of read
FOUND = 30  # fewer acts than this, and the search itself is broken


def acts_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every act written in a module, with its line; one that is not written out is "?"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    forwards = dict(_forwarders(tree)) if "record" in path.read_text(encoding="utf-8") else {}
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in forwards or (name in FIRST_CALLED and "audit.services import" in path.read_text()):
            place = forwards.get(name, 0)
            given_ = [one.value for one in call.keywords if one.arg == "act"] or call.args[place : place + 1]
            yield from ((act, call.lineno) for one in given_ for act in _written(one, tree, call))


def _forwarders(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions that hand an argument of theirs on as the act: their name, and which argument it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args]
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record":
                    for one in call.keywords:
                        if one.arg == "act" and isinstance(one.value, ast.Name) and one.value.id in names:
                            yield node.name, names.index(one.value.id)


def _written(value: ast.expr, tree: ast.AST, call: ast.Call) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*_written(value.body, tree, call), *_written(value.orelse, tree, call))
    elif isinstance(value, ast.Constant):
        yield str(value.value)
    elif not (isinstance(value, ast.Name) and value.id in ("act", "kind")):  # handed on by a forwarder
        yield "?"


def all_acts() -> dict[str, str]:
    return {
        act: f"{path.relative_to(FOLDER)}:{line}"
        for path in sorted(FOLDER.rglob("*.py"))
        for act, line in acts_of(path)
    }


def test_every_act_has_words() -> None:
    acts = {**all_acts(), "chain_adopted": "audit/adopt.py", **dict.fromkeys(READS, "audit/services.py")}
    assert len(acts) > FOUND
    assert {act: where for act, where in acts.items() if f"act_{act}" not in catalogue()} == {}


@pytest.mark.parametrize("code", [*(f"term_{one}" for one in sorted(TERMS)), *(f"answer_{one}" for one in ANSWERS),
                                  *(f"audit_bad_{one}" for one in ("changed", "removed", "gone", "forged", "astray"))])  # fmt: skip
def test_every_kind_has_words(code: str) -> None:
    assert code in catalogue()


words = st.text(max_size=20)
details = st.dictionaries(words, st.one_of(st.integers(), words, st.booleans(), st.lists(words)), max_size=5)
line = st.tuples(st.integers(1, 2**62), st.integers(0, 2**52), words, words, words, details)


@given(line, line)
def test_lines_that_say_different_things_hash_differently(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    first, second = (said(*each[:5], json.dumps(each[5])) for each in (one, other))
    alike = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (first == second) == alike
    assert (link_of(b"k", FIRST, 1, first) == link_of(b"k", FIRST, 1, second)) == alike


@given(line)
def test_a_line_hashes_alike_however_its_details_are_written(one: tuple) -> None:  # type: ignore[type-arg]
    turned = dict(reversed(one[5].items()))
    spaced = json.dumps(turned, indent=3, ensure_ascii=False)
    assert said(*one[:5], spaced) == said(*one[:5], json.dumps(one[5]))


def test_place_key_and_kind_each_change_the_hash() -> None:
    text = said(1, 0, "mei", "close_task", "", "{}")
    one = link_of(b"k", FIRST, 1, text)
    others = {link_of(b"k", FIRST, 2, text), link_of(b"j", FIRST, 1, text), seal_of(b"k", text)}
    assert one not in others and len(others) == 3
    assert link_of(b"k", b"\1" * 32, 1, text) != one
