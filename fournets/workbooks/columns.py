"""Which field a column is: its header's words judged by its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fournets.workbooks.evidence import Evidence
from fournets.workbooks.headers import WEAK, is_beside, is_weakly, meanings, speaks_of_others
from fournets.workbooks.model import BESIDE
from fournets.workbooks.vocabulary import fields, header_key, region_levels, view

SURE = 0.7  # below it a header counts only when the values agree
FAINT = 0.6
LIKELY = 4

# Shapes that belong to a type; the strong shapes beyond them speak against it.
_OWN: dict[str, frozenset[str]] = {
    "id_number": frozenset({"id", "nearly_id", "uscc"}),
    "uscc": frozenset({"uscc", "nearly_id", "id"}),
    "phone": frozenset({"phone", "mobile"}),
    "name": frozenset({"name", "relation", "firm"}),
    "date": frozenset({"date", "serial_date", "phone"}),
    "datetime": frozenset({"date", "serial_date", "time", "phone"}),
    "sex": frozenset({"sex"}),
    "number": frozenset({"number", "age", "sequence", "serial_date"}),
    "temperature": frozenset({"temperature", "number", "age", "yes_no"}),
    "yes_no": frozenset({"yes_no", "visit_state", "region"}),
    "relation": frozenset({"relation"}),
    "region": frozenset({"region", "community", "address", "name", "yes_no"}),
    "area": frozenset({"community", "address", "name", "region"}),
    "address": frozenset({"address", "community", "region", "firm", "transport_no", "name"}),
    "choice": frozenset({"visit_state", "residence_type", "yes_no", "relation", "community"}),
    "text": frozenset(
        {
            "firm",
            "name",
            "address",
            "region",
            "transport_no",
            "nation",
            "temperature",
            "sex",
            "date",
            "community",
        }
        | {"visit_state", "residence_type", "yes_no", "relation", "serial_date"}
    ),
}
_STRONG = ("id", "nearly_id", "mobile", "date", "name", "sex", "firm", "uscc", "temperature")
_NEEDS_OWN = {"id_number", "phone", "sex", "date", "datetime", "uscc", "temperature", "name"}

_CLEARLY = 0.95
_SEVERAL = (("phone", "phone", "second_phone"), ("contact_phone", "second_phone", "contact_phone"))
_OTHERWISE = {"town": "street", "street": "town"}


@dataclass(slots=True)
class Judged:
    """One column's candidates, the field it got and what remains to be asked."""

    index: int
    path: tuple[str, ...]
    evidence: Evidence
    scores: dict[str, float] = field(default_factory=dict)
    how: str = ""
    doubt: str = ""  # why it should be asked about

    @property
    def header(self) -> str:
        """The header as one line."""
        return " / ".join(text.replace("\n", "") for text in self.path)


def judge(index: int, path: tuple[str, ...], seen: Evidence, *, subject: str = "", own: str = "") -> Judged:
    """The candidates of one column in a table about `subject`; values overrule a header they contradict."""
    judged = Judged(index, path, seen)
    if is_beside(path):
        judged.how = BESIDE
        return judged
    named = _in_view(meanings(path, own), subject)
    if len(path) > 1 and header_key(path[-1]) in region_levels():
        named.pop("address", None)  # 省 below 现住址 is no address beside the columns of street and house
    fitting = {name: score for name, score in named.items() if fit(name, seen) >= 0}
    judged.scores = {name: _scored(name, score, seen) for name, score in fitting.items()}
    judged.scores = {name: score for name, score in judged.scores.items() if score >= SURE}
    judged.how = "header"
    if not judged.scores:
        _by_values(judged, subject=subject, own=own, contradicted=bool(named) and not fitting)
        if named and not judged.scores and seen.filled and judged.how != "other":
            judged.doubt = judged.doubt or "unsure"
    return judged


def likely(judged: Judged) -> list[str]:
    """The fields a column might be, the likeliest first: what its words and what its values say, however faintly."""
    scores = {**meanings(judged.path), **_shape_scores(judged.evidence), **judged.scores}
    fitting = [name for name in scores if fit(name, judged.evidence) >= 0]
    return sorted(fitting, key=lambda name: (-fit(name, judged.evidence), -scores[name]))[:LIKELY]


def fit(name: str, seen: Evidence) -> int:
    """1: the values are of the field's type; -1: they are clearly something else; 0: they do not tell."""
    kind = fields()[name].type
    own = _OWN[kind]
    share = max((seen.share(shape) for shape in own), default=0.0)
    if kind in _NEEDS_OWN and share >= 0.4:
        return 1
    if kind == "address" and seen.share("name") >= 0.8 and seen.distinct >= 0.5 and not _places(seen):
        return -1  # a column of people's names
    if kind == "region" and seen.share("region") >= 0.4:
        return 1
    if name in _OTHERWISE:
        return _either(seen.share(name), seen.share(_OTHERWISE[name]))
    if name == "visit_state" and seen.filled >= 3:
        return 1 if max(seen.share("visit_state"), seen.share("yes_no")) >= 0.4 else -1
    if kind in ("date", "datetime") and seen.share("age") >= 0.6 and not seen.share("date"):
        return -1  # small numbers are counts, no days
    if kind in ("date", "datetime") and _words_alone(name, seen):
        return -1
    others = [seen.share(shape) for shape in _STRONG if shape not in own]
    enough = 0.6 if seen.filled >= 3 else 1.0
    if others and max(others) >= enough and share < 0.3:
        return -1
    return -1 if name in {"phone", "contact_phone", "worker_phone"} and seen.share("nearly_id") >= 0.3 else 0


def _words_alone(name: str, seen: Evidence) -> bool:
    """Whether a column of days holds words alone; beside a day of resumption 已复工 says something too."""
    return name != "resume_on" and seen.filled >= 3 and seen.share("words") >= 0.9 and not seen.share("date")


def _places(seen: Evidence) -> float:
    return max(seen.share("address"), seen.share("region"))


def _either(own: float, other: float) -> int:
    """Of two meanings of one word the one the values have: a column 街道 holds 桂城街道 or 西路."""
    return 1 if own >= 0.4 and own > other else -1 if other >= 0.4 else 0


def _scored(name: str, score: float, seen: Evidence) -> float:
    agrees = fit(name, seen)
    if agrees > 0:
        return min(1.0, score + (1.0 - score) * 0.5)
    unlike_names = (
        name == "name" and seen.filled >= 3
    )  # of a name in letters and one in characters the latter
    return score - 0.02 if unlike_names else score


def _in_view(named: Mapping[str, float], subject: str) -> dict[str, float]:
    if not subject:
        return dict(named)
    seen: dict[str, float] = {}
    for name, score in named.items():
        here = view(subject).get(name, name)
        if here is not None:
            seen[here] = max(seen.get(here, 0.0), score)
    return seen


def _by_values(judged: Judged, *, subject: str, own: str, contradicted: bool) -> None:
    """Fields told by the values alone; of somebody else's column nothing is taken."""
    seen = judged.evidence
    judged.how = "values"
    if speaks_of_others(tuple(text.replace(own, "") if own else text for text in judged.path)):
        judged.how = "other"
        return
    found = _in_view(_shape_scores(seen), subject)
    free = contradicted or not judged.path
    least = 0.7 if free else 0.9
    judged.scores = {name: score for name, score in found.items() if score >= least}
    if not judged.scores and found.keys() - {"sequence"}:
        judged.doubt = "values"


def _shape_scores(seen: Evidence) -> dict[str, float]:
    if not seen.filled:
        return {}
    few = 0.9 if seen.filled < 3 else 1.0
    tests = (
        ("id_number", seen.share("id") >= 0.5, 0.95),
        ("id_number", seen.share("nearly_id") >= 0.8 and seen.share("id") < 0.5, 0.75),
        ("uscc", seen.share("uscc") >= 0.7 and seen.share("id") < 0.3, 0.92),
        ("phone", seen.share("mobile") >= 0.7 and seen.share("nearly_id") < 0.2, 0.85),
        ("sex", seen.share("sex") >= 0.9, 0.95),
        ("name", seen.share("name") >= 0.7 and seen.distinct >= 0.5, 0.8),
        ("relation", seen.share("relation") >= 0.85 and seen.distinct < 0.5, 0.8),
        ("ethnicity", seen.share("nation") >= 0.9, 0.8),
        ("address", seen.share("address") >= 0.7 and seen.share("firm") < 0.3, 0.75),
        ("employer", seen.share("firm") >= 0.8, 0.75),
        ("from_place", seen.share("region") >= 0.5 and seen.share("address") < 0.5, 0.65),
        ("sequence", seen.share("sequence") == 1.0 and seen.share("mobile") < 0.1, 0.75),
    )
    return {name: round(score * few, 3) for name, holds, score in tests if holds}


def assign(columns: Sequence[Judged]) -> dict[int, tuple[str, float]]:
    """Each column its best field, each field once; a second claim for a field becomes a doubt."""
    claims = sorted(
        (
            (score, column.evidence.filled > 0, -column.index, name)
            for column in columns
            for name, score in column.scores.items()
        ),
        reverse=True,
    )
    by_index = {column.index: column for column in columns}
    given: dict[int, tuple[str, float]] = {}
    taken: dict[str, int] = {}
    for score, _, place, name in claims:
        column = by_index[-place]
        if column.index in given:
            continue
        if name in taken:
            if not is_weakly(name, column.path):
                column.doubt = column.doubt or f"twice:{taken[name]}:{name}"
            continue
        if _ambiguous(column, name, score, taken):
            column.doubt = "unsure"
            continue
        given[column.index], taken[name] = (name, score), column.index
    return given


def share(columns: Sequence[Judged], given: dict[int, tuple[str, float]]) -> None:
    """Gives further columns of telephones their field: a person may have several, and a contact too.

    座机 is one of the person's numbers, a second column 手机 or 电话 the second one; without a first it is the first.
    """
    taken = {name: index for index, (name, _) in given.items()}
    if "phone" not in taken and "second_phone" in taken:
        given[taken["second_phone"]] = ("phone", WEAK)
        return
    for column in columns:
        if column.index in given:
            continue
        if "phone" in taken and "phone" in column.scores and is_weakly("phone", column.path):
            given[column.index], column.doubt = ("phone", WEAK), ""
        for first, said, second in _SEVERAL:
            score = column.scores.get(said, 0.0) if said == first else meanings(column.path).get(said, 0.0)
            sure = score >= _CLEARLY and column.evidence.share("phone") >= 0.4
            if column.index not in given and first in taken and sure:
                given[column.index], column.doubt = (second, score), ""


def spread(columns: Sequence[Judged], given: dict[int, tuple[str, float]]) -> None:
    """Gives the columns over which one division is spread (省, 市, 县 side by side) all its field.

    An address of registration is spread as far as the house: below 户籍地 stand 省, 市, 县, 镇, 村, 门牌号.
    """
    for before, column in pairwise(columns):
        name, score = given.get(before.index, ("", 0.0))
        if column.index in given or name not in meanings(column.path):
            continue
        divided = fields()[name].type == "region" and all(map(_is_level, (before, column)))
        if divided or (
            name == "registered_address" and len(column.path) > 1 and column.path[:-1] == before.path[:-1]
        ):
            given[column.index], column.doubt = (name, score), ""


def _is_level(column: Judged) -> bool:
    return bool(column.path) and header_key(column.path[-1]).endswith(region_levels())


def _ambiguous(column: Judged, name: str, score: float, taken: Mapping[str, int]) -> bool:
    """Whether another field claims the column as strongly; then it is asked, not guessed."""
    rivals = [
        other
        for other, its in column.scores.items()
        if other != name and other not in taken and its > score - 0.01
    ]
    agreeing = fit(name, column.evidence)
    return any(fit(rival, column.evidence) >= agreeing for rival in rivals)
