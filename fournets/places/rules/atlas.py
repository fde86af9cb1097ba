"""The names of a register's places, found in an address: which place is the deepest one the text is sure of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from fournets.places.rules.addresses import building_guesses, building_key, prepare, read_inside
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.names import bare, bare_town, community_spellings, same
from fournets.places.rules.regions import region_hits

SURE: Final = 1.0
BARE, ALONE, DECIDED, CONTEXT = 0.85, 0.8, 0.75, 0.5
NOISE: Final = "-,.;:、。()[]|/"
_STREET = re.compile(
    r"[东西南北中上下大新老\d]{0,3}(?:路|街|大道|巷|道|花园|小区|广场|大厦|工业|市场|公寓|苑|新村|新城|度假|酒店|学校|小学|中学|医院|公园|湾|桥|区|市|县)"
)
_BEFORE = re.compile(r"(?:^|[^\u4e00-\u9fff]|址|住|在|于|是|为|镇|市|区|县|街道|省)$")
_FIRM = re.compile(r"[\u4e00-\u9fff]{0,10}?(?:厂|公司|店|商行|经营部)")
_TOWN = re.compile(r"(?:[现家]?住址?|地址)?[::]?([\u4e00-\u9fff]{2,3}?(?:镇|街道(?![口路])))")
_BREAK = re.compile(r"[,;。、→>(|/]|[现返回来到至往]|[居在]|住")
_NUMBERED = re.compile(r"(\d+)号?(?:网格|格)|网格(\d+)")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")


class Place(NamedTuple):
    """A place with a name: an area of the tree or a building."""

    code: str
    names: tuple[str, ...]


class Finding(NamedTuple):
    """What an address says, up to its door."""

    area_code: str | None
    building_code: str | None
    unit: str
    door: str | None
    rest: str
    certainty: float
    kind: str
    takes_door: bool


class Hit(NamedTuple):
    """Names found between ``start`` and ``end``: the codes they may mean; ``bare``: written without its kind."""

    start: int
    end: int
    codes: Sequence[str]
    level: str
    bare: bool


class Atlas:
    """Every spelling of every place, in one machine."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._spellings: dict[str, dict[tuple[str, bool], set[str]]] = defaultdict(lambda: defaultdict(set))
        self._buildings: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._names: dict[str, str] = {}
        places = sorted(places)
        self._town_names = {
            same(bare_town(name))
            for place in places
            if len(place.code) == WIDTHS.town
            for name in place.names
        }
        for place in places:
            self._add(place)
        self._texts = sorted(self._spellings)
        self._machine = AhoCorasick(self._texts, matchkind=MatchKind.LeftmostLongest)
        self._meanings = [
            [(level, short, sorted(codes)) for (level, short), codes in sorted(self._spellings[text].items())]
            for text in self._texts
        ]
        self._towns = sorted({code[: WIDTHS.town] for code in self._names if len(code) >= WIDTHS.town})

    def find(self, text: str, within: str | None) -> Finding:
        """The deepest place ``text`` (prepared, up to its door) is sure of."""
        return _Search(self, text, within or "").finding()

    def hits(self, text: str) -> list[Hit]:
        """Every name in ``text``, longest first from the left, digits kept whole."""
        found = []
        for index, start, end in self._machine.find_matches_as_indexes(text):
            if _cuts_a_number(text, start, end):
                continue
            found += [Hit(start, end, codes, level, short) for level, short, codes in self._meanings[index]]
        return found

    def building(self, prefix: str, key: str) -> str | None:
        """The one building called ``key`` below ``prefix``."""
        codes = self._buildings.get((prefix, key))
        return next(iter(codes)) if codes and len(codes) == 1 else None

    def is_home(self, region: str) -> bool:
        """Whether a division of the country holds, or lies in, the register's area."""
        return any(town.startswith(region) or region.startswith(town) for town in self._towns)

    def _add(self, place: Place) -> None:
        level = WIDTHS.level(place.code)
        if level in {"town", "community", "cell", "group"}:
            self._names[place.code] = prepare(
                bare(place.names[0]) if level == "community" else place.names[0]
            )
            above = self._names.get(place.code[: WIDTHS.community], "")
            for spelling, short in _spellings(level or "", place.names, above):
                if short and spelling in self._town_names:
                    continue  # 丹灶 alone is the town, not the community of that name
                self._spellings[spelling][level or "", short].add(place.code)
        elif level == "building":
            for name in place.names:
                self._add_building(place.code, building_key(name))

    def _add_building(self, code: str, key: str) -> None:
        group = self._names.get(code[: WIDTHS.group], "")
        longer = key if not group or key.startswith(group) else group + key
        for prefix in ("town", "community", "cell", "group"):
            for name in {key, longer, key.removeprefix(group) or key}:
                self._buildings[WIDTHS.above(code, prefix), name].add(code)
        for name in {key, longer}:
            if _WORDS.match(name):
                self._spellings[name]["building", False].add(code)


class _Search:
    """One address being read."""

    def __init__(self, atlas: Atlas, text: str, within: str) -> None:
        self.atlas, self.text, self.within = atlas, text, within
        self.hits = atlas.hits(text)
        self.place, self.certainty, self.end = "", 0.0, 0

    def finding(self) -> Finding:
        self._read_regions()
        for level in ("town", "community", "cell", "group", "building"):
            self._read(level)
        if not self.place or len(self.place) < WIDTHS.town:
            if self.foreign:
                return Finding(None, None, "", None, self.text, SURE, "elsewhere", True)
            return self._by_context()
        if len(self.place) == WIDTHS.building:
            return self._at_building(self.place, self.text[self.end :])
        return self._in_area()

    def _read_regions(self) -> None:
        """Which divisions of the country are named, and whether one of them is elsewhere."""
        self.foreign, self.known_end, ends = False, 0, list[int]()
        for hit in region_hits(self.text):
            ours = [own for own in self.hits if own.start < hit.end and hit.start < own.end]
            if any(own.end - own.start >= hit.end - hit.start and not own.bare for own in ours):
                continue
            if self.atlas.is_home(hit.code):
                self.known_end = max(self.known_end, hit.end)
            elif not ours or all(own.end - own.start < hit.end - hit.start for own in ours):
                self.foreign = True
                ends.append(hit.end)
        ends += self._other_town()
        if self.foreign:
            self.hits = [hit for hit in self.hits if not (hit.bare and hit.level == "community")]
        self.hits = [hit for hit in self.hits if not any(self._lies_in(hit, end) for end in ends)]

    def _other_town(self) -> list[int]:
        """Where the name of another town of the same county ends, if the address begins with one."""
        town = _TOWN.match(self.text, self.known_end)
        if not town or any(own.start < town.end() and town.start(1) < own.end for own in self.hits):
            return []
        self.foreign = True
        return [town.end()]

    def _lies_in(self, hit: Hit, end: int) -> bool:
        """Whether a name stands in the very address that named a place elsewhere before it, at ``end``."""
        if hit.start < end:
            return False
        own = any(other.level == "town" and end <= other.start <= hit.start for other in self.hits)
        return not own and not _BREAK.search(self.text[end : hit.start])

    def _read(self, level: str) -> None:
        """Goes down to the one place of ``level`` the hits agree on, if they do."""
        hits = [hit for hit in self.hits if hit.level == level]
        if not hits:
            return
        full = [hit for hit in hits if not hit.bare]
        for group, weight in ((full, SURE), ([hit for hit in hits if self._trusts(hit)], BARE)):
            if group and self._settle(group, weight):
                return
            if group and level == "community":
                return

    def _settle(self, hits: list[Hit], weight: float) -> bool:
        inside = {code for hit in hits for code in _under(hit.codes, self.place)}
        if not inside and self.place and len(self.place) > WIDTHS.town:
            return False
        if len(inside) > 1 and self.within:
            near = {code for code in inside if code.startswith(self.within)}
            inside, weight = (near, min(weight, DECIDED)) if near else (inside, weight)
        if len(inside) != 1:
            self._stay_above(inside)
            return False
        code = next(iter(inside))
        alone = not self.place and WIDTHS.level(code) not in {"town", "community"}
        self.certainty = min(self.certainty or SURE, ALONE if alone else weight)
        self.place, self.end = code, max(hit.end for hit in hits if code in hit.codes)
        return True

    def _stay_above(self, codes: set[str]) -> None:
        """Two communities named: sure of no more than their town."""
        towns = {code[: WIDTHS.town] for code in codes}
        if not self.place and len(towns) == 1 and all(len(code) == WIDTHS.community for code in codes):
            self.place, self.certainty = towns.pop(), SURE

    def _trusts(self, hit: Hit) -> bool:
        """Whether a community's bare name stands for it, and is not part of a street's or an estate's name."""
        if not hit.bare:
            return False
        if any(self.within.startswith(code) for code in hit.codes):
            return True
        following = [other for other in self.hits if other.start == hit.end]
        if any(code.startswith(tuple(hit.codes)) for other in following for code in other.codes):
            return True
        if _STREET.match(self.text, hit.end):
            return False
        after_a_name = hit.start in {other.end for other in self.hits} or hit.start == self.known_end
        if (not hit.start or not after_a_name) and _FIRM.match(self.text, hit.end):
            return False
        return after_a_name or bool(_BEFORE.search(self.text[: hit.start]))

    def _by_context(self) -> Finding:
        """No name was sure: perhaps the building is, inside ``within``."""
        if not self.within:
            return Finding(None, None, "", None, self.text, 0.0, "unknown", _takes_door(self.text))
        self.place, self.certainty, self.end = self.within, CONTEXT, self.known_end
        found = self._in_area()
        if found.kind == "building":
            return found._replace(certainty=DECIDED)
        return found._replace(kind="context")

    def _in_area(self) -> Finding:
        if len(self.place) < WIDTHS.community and len(self.within) >= WIDTHS.community:
            inner = self.within if self.within.startswith(self.place) else ""
            if inner:
                self.place, self.certainty = inner, min(self.certainty, CONTEXT)
        after = self.text[self.end :]
        guesses = building_guesses(after.lstrip(NOISE)) if len(self.place) >= WIDTHS.community else []
        for guess in guesses:
            code = self.atlas.building(self.place, guess)
            if code:
                return self._at_building(code, after.lstrip(NOISE)[len(guess) :])
        door, rest = _loose_door(after)
        kind = WIDTHS.level(self.place) or "context"
        return Finding(self.place, None, "", door, rest, self.certainty, kind, _takes_door(self.text))

    def _at_building(self, code: str, after: str) -> Finding:
        if "栋" in after:  # a block inside the named one, unknown to the register
            area = code[: WIDTHS.group]
            return Finding(_trim(area), None, "", None, after, self.certainty, _kind(_trim(area)), True)
        door, rest = read_inside(after)
        if door and door.endswith("-"):
            return Finding(code, code, door, None, rest, self.certainty, "building", True)
        return Finding(code, code, "", door, rest, self.certainty, "building", True)


def _under(codes: Sequence[str], prefix: str) -> Sequence[str]:
    """Those of the sorted ``codes`` that lie below ``prefix``."""
    if not prefix:
        return codes
    return codes[bisect_left(codes, prefix) : bisect_left(codes, prefix + ":")]


def _spellings(level: str, names: Iterable[str], above: str = "") -> Iterable[tuple[str, bool]]:
    """Every way to write a place, and whether it is the bare name."""
    names = [name for name in names if name]
    if level == "community":
        yield from ((prepare(text), False) for text in community_spellings(names))
        yield from ((same(name), False) for name in names if same(name) != same(bare(name)))
        yield from ((same(bare(name)), len(bare(name)) < 5) for name in names)
    elif level == "town":
        yield from ((same(text), False) for name in names for text in (name, bare_town(name)))
    else:
        for name in names:
            inner = prepare(name)
            yield from (
                (text, False) for text in _numbered(inner) | _numbered(prepare(inner.removeprefix(above)))
            )


def _numbered(name: str) -> set[str]:
    found = _NUMBERED.fullmatch(name)
    if not found:
        return {name} if len(name) > 1 else set()
    number = found[1] or found[2]
    return {f"{number}网格", f"{number}号网格", f"网格{number}"}


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start].isdigit() and text[start - 1].isdigit()) or (
        end < len(text) and text[end - 1].isdigit() and text[end].isdigit()
    )


def _loose_door(after: str) -> tuple[str | None, str]:
    """The door after a building the register does not know."""
    guesses = building_guesses(after)
    if not guesses:
        return None, after
    door, _ = read_inside(after[len(guesses[0]) :])
    return (None if door and door.endswith("-") else door), after


def _takes_door(text: str) -> bool:
    return not text.endswith("-") and text[-1:] in "栋元层楼号梯"


def _trim(area: str) -> str:
    """A building's area without the levels it left out."""
    for level in ("group", "cell"):
        part = area[WIDTHS.of("cell" if level == "group" else "community") : WIDTHS.of(level)]
        if len(area) == WIDTHS.of(level) and not part.strip("0"):
            area = area[: -len(part)]
    return area


def _kind(area: str) -> str:
    return WIDTHS.level(area) or "context"
