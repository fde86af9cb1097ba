"""What is said and asked at the telephone, by purpose, from ``scripts.toml``; and what was answered."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fournets.language import Lang

LONGEST = 120  # characters of an answer in words
YES, NO = "是", "否"  # as lists write them


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the field of the vocabulary it answers, its words, and how it is answered: yes_no, date, number, text."""

    field: str
    kind: str
    zh: str
    en: str
    required: bool = False

    def text(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Script:
    """A purpose: its name, what is said first and last, and what is asked. ``rank``: the more urgent of two is the lower."""

    purpose: str
    rank: int
    words: Mapping[str, str]
    questions: tuple[Question, ...]

    def said(self, what: str, lang: Lang) -> str:
        """``name``, ``opening`` or ``closing`` in a language."""
        return self.words[f"{what}_{lang}"]


class WrongAnswer(ValueError):
    """An answer that is none: to which question, and what is wrong with it (missing, date, future, number, long, choice)."""

    def __init__(self, question: Question, why: str) -> None:
        self.question, self.why = question, why
        super().__init__(why)


@cache
def scripts() -> dict[str, Script]:
    """Every script by its purpose."""
    path = Path(__file__).parents[1] / "scripts.toml"
    told: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        purpose: Script(
            purpose,
            one["rank"],
            {name: text for name, text in one.items() if name not in ("rank", "questions")},
            tuple(Question(**question) for question in one["questions"]),
        )
        for purpose, one in told.items()
    }


def answered(script: Script, typed: Mapping[str, str], *, on: date) -> dict[str, str]:
    """The answers by field as a list would write them, none for what was not answered. Raises `WrongAnswer`."""
    found = {
        one.field: _answer(one, " ".join(typed.get(one.field, "").split()), on) for one in script.questions
    }
    return {field: text for field, text in found.items() if text}


def _answer(question: Question, text: str, on: date) -> str:
    if not text:
        if question.required:
            raise WrongAnswer(question, "missing")
        return ""
    if len(text) > LONGEST:
        raise WrongAnswer(question, "long")
    if question.kind == "yes_no" and text not in (YES, NO):
        raise WrongAnswer(question, "choice")
    if question.kind == "number" and not any(sign.isdigit() for sign in text):
        raise WrongAnswer(question, "number")
    if question.kind == "date":
        return _day(question, text, on)
    return text


def _day(question: Question, text: str, on: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongAnswer(question, "date") from None
    if day > on:
        raise WrongAnswer(question, "future")
    return day.isoformat()
