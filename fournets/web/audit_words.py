"""Audit lines in words: what stands in their details, and what a check of the chain found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fournets.audit.verify import Verdict
from fournets.isolation.services import OWN
from fournets.language import Lang, catalogue, say
from fournets.organization.rights import roles

LONGEST = 160  # signs of one value shown
DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")


def said_of(details: Mapping[str, Any], lang: Lang) -> list[tuple[str, str]]:
    """Each detail as a word and a value; what has no word keeps the name it has in the line."""
    return [
        (_label(name, lang), _role(value, lang) if name == "role" else _value(value, lang))
        for name, value in _flat(details)
        if value not in ({}, [], "")
    ]


def person_words(login: str, names: Mapping[str, str], lang: Lang) -> str:
    """Who did something: name and login, the server's own command line, or a login nobody has."""
    if login == "?":
        return say("audit_unknown", lang)
    if login == OWN:
        return say("audit_own", lang)
    if login.startswith("cli:"):
        return f"{login.removeprefix('cli:')} · {say('audit_server', lang)}"
    return f"{names[login]} ({login})" if login in names else login


def words_of_verdict(verdict: Verdict, lang: Lang) -> str:
    """What a check found, in a sentence."""
    if verdict.bad:
        return say(f"audit_bad_{verdict.bad.why}", lang, line=verdict.bad.line_id)
    if verdict.bad_anchor:
        one = verdict.bad_anchor
        return say("audit_chain_cut", lang, count=f"{verdict.until:,}", line=one.line, at=one.at or "?")
    code = "audit_checked_since" if verdict.start else "audit_checked_all"
    return say(
        code, lang, start=f"{verdict.start + 1:,}", until=f"{verdict.until:,}", anchors=verdict.anchors
    )


def _flat(details: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in details.items():
        if isinstance(value, Mapping) and name == "filters":
            yield from value.items()
        else:
            yield name, value


def _label(name: str, lang: Lang) -> str:
    return say(f"detail_{name}", lang) if f"detail_{name}" in catalogue() else name


def _role(value: Any, lang: Lang) -> str:
    return roles()[value].text(lang) if value in roles() else str(value)


def _value(value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return say("detail_yes" if value else "detail_no", lang)
    if isinstance(value, int):
        return f"{value:,}" if value > 9999 else str(value)
    if isinstance(value, list):
        plain = all(isinstance(one, str | int) for one in value)
        text = ", ".join(_value(one, lang) for one in value) if plain else str(len(value))
    elif isinstance(value, Mapping):
        text = ", ".join(f"{name} {_value(one, lang)}" for name, one in value.items())
    else:
        text = "–" if value is None else DIGEST.sub(r"\1…", str(value))
        text = next((say(code, lang) for code in _codes(text) if code in catalogue()), text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _codes(text: str) -> tuple[str, ...]:
    """Where the words of a value may stand: a kind of term, how somebody was touched, an answer, an act."""
    return tuple(f"{head}{text}" for head in ("term_", "touch_", "answer_", "act_", "why_"))
