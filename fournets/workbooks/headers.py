"""What a header means by its words alone: fields with a score between 0 and 1."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from fournets.workbooks.vocabulary import (
    Field,
    fields,
    generic,
    header_asides,
    header_key,
    household,
    members,
    other_people,
)

EXACT = 1.0
WEAK = 0.98
_GROUP, _GENERIC = 0.85, 0.3  # the group's words alone; a word that says little without its group
LONGEST = 40  # a longer cell is a note, no header
_ELSEWHERE = (
    "registered_address"  # below it a town, a village and a house are none of the place somebody lives at
)
_FILLERS = ("基本信息", "信息", "情况", "资料", "登记", "部分", "部份", "内容", "一栏", "基本", "详情")
_COURTESY = re.compile(r"[您你](?:的|本人的?)?|请(?:如实|正确)?(?:填写|填|输入|选择|问)")
_ASKS = ("是否", "有无", "有没有", "是不是")
_ANSWERED = {"yes_no", "choice", "text"}  # types a question such as 是否… may have


@cache
def meanings(path: tuple[str, ...], own: str = "") -> dict[str, float]:
    """The fields a header may mean; `path` are its texts from the group down to its own, `own` a word to look through.

    `meanings(("14天内旅居史", "是否到过湖北"))` is `{"been_to_outbreak_area": 1.0}`.
    """
    texts = [text for text in path if text.strip()]
    if not texts:
        return {}
    asides = " ".join(header_asides(text) for text in texts)
    found: dict[str, float] = {}
    for weight, key in _keys(texts, own):
        if weight <= _GENERIC and found:
            continue
        for name, score in _of_key(key).items():
            if weight == _GROUP and fields()[name].type == "name":
                continue  # what stands below the group of a person's name is seldom the name itself
            found[name] = max(found.get(name, 0.0), round(score * weight, 3))
    if len(texts) > 1 and _ELSEWHERE in _of_key(_without_fillers(header_key(texts[-2]))):
        found = {name: score for name, score in found.items() if fields()[name].of != "place"}
    groups = "".join(header_key(text) for text in texts[:-1]).replace(own or "\0", "")
    return {
        name: score for name, score in found.items() if not _speaks_of_others(fields()[name], groups, asides)
    }


def is_weakly(name: str, path: tuple[str, ...]) -> bool:
    """Whether a header means the field `name` only where no other column says so more clearly."""
    return bool(path) and name in _weak().get(header_key(path[-1]), ())


def speaks_of_others(path: tuple[str, ...]) -> bool:
    """Whether a header is about somebody else: the head, a relative, the landlord."""
    key = "".join(header_key(text) + header_asides(text) for text in path)
    return any(word in key for word in other_people())


@cache
def is_beside(path: tuple[str, ...]) -> bool:
    """Whether a header is about one of several members, numbered, that stand beside the row's own person."""
    return any(_beside().search(header_key(text)) for text in path)


@cache
def _beside() -> re.Pattern[str]:
    words = "|".join(map(re.escape, members()))
    return re.compile(rf"(?:{words})(?:姓名)?[1-9一二三四五六七八九](?!\d)|第[二三四五六2-6](?:人|个人|位)")


def _keys(texts: list[str], own: str) -> list[tuple[float, str]]:
    """The ways to read a header, the surest first: group and own words together, then its own words."""
    keys = [header_key(text) for text in texts]
    bare = _plainly(header_key(texts[-1]))
    whole = header_key(texts[-1].translate(_BRACKETS))
    ways = [(0.97 if whole in _exact() and whole != bare else 1.0, bare), (1.0, whole)]
    if len(keys) > 1:
        group = _without_fillers("".join(keys[:-1]))
        above = (_GROUP, _without_fillers(keys[-2]))
        ways = [(1.0, group + bare), (0.97, bare), (0.95, whole), above]
        if bare in generic():
            ways = [(1.0, group + bare), above, (_GENERIC, bare)]
    if not own:
        return [way for way in ways if way[1]]
    name = header_key(fields()["name"].zh)
    return [(weight, key.replace(own, "", 1) or name) for weight, key in ways if key]


_BRACKETS = str.maketrans(dict.fromkeys("()()[]【】〔〕{}<>《》", ""))


def _plainly(key: str) -> str:
    """A question without its courtesies: 请填写您的姓名 is 姓名."""
    return _COURTESY.sub("", key) or key


def _without_fillers(key: str) -> str:
    for filler in _FILLERS:
        key = key.replace(filler, "")
    return key


@cache
def _of_key(key: str) -> dict[str, float]:
    if key in _exact():
        return dict.fromkeys(_exact()[key], EXACT)
    if both := _in_both_languages(key):
        return dict.fromkeys(both, EXACT)
    if len(key) > LONGEST or not (_any_part().search(key) or key in _weak()):
        return {}
    scores = {field.name: _containment(field, key) for field in fields().values()}
    scores |= dict.fromkeys(_weak().get(key, ()), WEAK)
    return {name: score for name, score in scores.items() if score}


def _in_both_languages(key: str) -> set[str]:
    """The fields a header names twice, in Chinese and in English: Address 住址."""
    english, chinese = re.sub(r"[^a-z]", "", key), re.sub(r"[a-z]", "", key)
    return set(_exact().get(english, ())) & set(_exact().get(chinese, ())) if english and chinese else set()


@cache
def _any_part() -> re.Pattern[str]:
    """Finds out fast that a text is no header at all: most cells of a table are not."""
    return re.compile(
        "|".join(re.escape(part.lower()) for field in fields().values() for part in field.parts)
    )


@cache
def _weak() -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for field in fields().values():
        for name in field.weak:
            index[header_key(name)].append(field.name)
    return index


def _containment(field: Field, key: str) -> float:
    if any(word.lower() in key for word in field.never):
        return 0.0
    if any(word in key for word in _ASKS) and field.type not in _ANSWERED:
        return 0.0
    longest = max((len(part) for part in field.parts if part.lower() in key), default=0)
    return 0.6 + 0.35 * longest / len(key) if longest else 0.0


@cache
def _exact() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = defaultdict(list)
    for field in fields().values():
        for name in field.names:
            for key in {header_key(name), header_key(name.translate(_BRACKETS))}:
                if key and field.name not in index[key]:
                    index[key].append(field.name)
    return {key: tuple(names) for key, names in index.items()}


def _speaks_of_others(field: Field, groups: str, asides: str) -> bool:
    words = [word for word in other_people() if word in groups or word in asides]
    if field.of == "place" or field.name in household():
        words = [word for word in words if word != "户主"]
    return any(not any(word in name for name in field.names) for word in words)
