"""What kind of list a sheet is, from what its columns are and what its titles say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fournets.workbooks.model import Column
from fournets.workbooks.vocabulary import kind_words

NAMED_KINDS = (
    "household_register",
    "enterprise_survey",
    "staff_roster",
    "returnee_list",
    "pushed_list",
    "place_register",
)
KINDS = (*NAMED_KINDS, "unknown")
SUBJECTS = {"enterprise_survey": "enterprise", "place_register": "place", "unknown": ""}

_ENTERPRISE = {
    "enterprise_name": 2.0, "uscc": 2.0, "headcount": 2.0, "outbreak_headcount": 2.5, "resume_on": 2.5,
    "resumed": 2.0, "legal_person": 1.5, "contact_name": 1.0, "contact_phone": 1.0, "mask_stock": 2.0,
    "thermometer_stock": 2.0, "isolation_rooms": 2.0, "industry": 2.0, "controls": 1.5, "enterprise_address": 2.0,
    "employer": 1.0,
}  # fmt: skip
_PLACE = {
    "cell_code": 2.5, "cell_name": 1.5, "worker_name": 2.0, "worker_phone": 2.0, "substitute_name": 2.0,
    "households_known": 2.5, "dwellings_known": 2.5, "persons_known": 1.5, "building_name": 1.5, "building_code": 2.0,
    "group_name": 0.5, "community": 0.5,
}  # fmt: skip
_PERSON = {
    "id_number": 6.0, "name": 2.0, "sex": 2.0, "age": 2.0, "birth_on": 2.0, "relation": 2.0, "returned_on": 2.0,
    "from_place": 1.5, "transport_no": 1.5, "temperature": 1.5, "been_to_outbreak_area": 1.0, "ethnicity": 2.0,
    "head_name": 1.5, "phone": 0.5, "job": 1.0, "address": 0.5, "isolation_from": 1.0, "left_on": 1.5,
}  # fmt: skip
_MARKS = {
    "household_register": {"household_no": 3.0, "relation": 3.0, "head_name": 2.5, "residence_type": 1.5, "address": 1.0,
                           "door": 1.0, "building_name": 1.0, "registered_address": 0.5, "visit_state": 0.5},
    "staff_roster": {"job": 2.5, "dormitory": 2.5, "employer": 1.5, "employer_uscc": 2.0},
    "returnee_list": {"returned_on": 2.0, "from_place": 2.0, "transport": 1.5, "transport_no": 1.5, "left_on": 1.5,
                      "via_place": 1.5, "isolation_from": 1.0, "isolation_until": 1.0, "isolation_place": 1.0},
    "pushed_list": {"list_source": 2.0},
}  # fmt: skip
_BESIDE = {
    "sequence",
    "remark",
    "list_source",
    "community",
    "visit_state",
    "visited_by",
    "visited_on",
    "sex",
    "id_number",
}


def usual_fields(kind: str) -> tuple[str, ...]:
    """The fields a list of this kind usually has, the telling ones first."""
    weights = {"enterprise_survey": _ENTERPRISE, "place_register": _PLACE}.get(kind)
    if weights:
        return tuple(sorted(weights, key=lambda name: -weights[name]))
    return tuple(dict.fromkeys(("name", "id_number", "phone", *_MARKS.get(kind, {}), *_PERSON)))


def subject_of(names: Iterable[str], *, titles: str, kind: str | None = None) -> str:
    """person, enterprise or place; empty when nothing tells."""
    if kind:
        return SUBJECTS.get(kind, "person")
    have = set(names)
    scores = {
        "person": sum(_PERSON.get(name, 0.0) for name in have),
        "enterprise": sum(_ENTERPRISE.get(name, 0.0) for name in have) + _said(titles, "enterprise_survey"),
        "place": sum(_PLACE.get(name, 0.0) for name in have) + _said(titles, "place_register"),
    }
    if "id_number" in have or not have & ({"enterprise_name", "uscc", "employer", "headcount"}):
        scores["enterprise"] = 0.0
    if "id_number" in have:
        scores["place"] = 0.0
    best = max(scores, key=lambda subject: scores[subject])
    if "contact_name" in have and not have & {"name", "id_number", "head_name"}:
        have -= {"phone"}  # the contact's, not that of whoever the row is about
    has_person = bool(have & {"name", "phone", "id_number", "head_name"})
    if scores[best] >= 3 and (best != "person" or has_person):
        return best
    return "person" if has_person and have & {"name", "id_number", "phone"} else ""


def _said(titles: str, kind: str) -> float:
    return 1.0 if any(word in titles for word in kind_words()[kind]) else 0.0


def kind_of_list(
    columns: Sequence[Column], filled: Sequence[float], *, subject: str, titles: str, of_firm: bool = False
) -> str:
    """One of `KINDS`; unknown when the columns do not say what the rows are.

    `filled` is the share of rows each column fills: a column few rows fill says little about the list. A list `of_firm`
    bears an enterprise's name: its people are the enterprise's staff, also where they returned from somewhere.
    """
    have = {column.field for column in columns if column.field}
    if subject == "enterprise":
        return "enterprise_survey" if have & {"enterprise_name", "uscc"} else "unknown"
    if subject == "place":
        return (
            "place_register"
            if have & {"cell_code", "cell_name", "building_name", "building_code", "community"}
            else "unknown"
        )
    if subject != "person" or not have & {"name", "id_number", "phone"}:
        return "unknown"
    weights = {column.field: share for column, share in zip(columns, filled, strict=True) if column.field}
    scores = {kind: _score(kind, weights, titles) for kind in _MARKS}
    scores["staff_roster"] += 2.5 if of_firm else 0.0
    if not have - _BESIDE - {"name", "phone"}:
        scores["pushed_list"] += 2.0 if {"sex", "id_number"} & have else 3.0
    best = max(scores, key=lambda kind: scores[kind])
    return (
        best if scores[best] > 0 else "pushed_list"
    )  # of a mere list nobody knows that somebody was at a door


def _score(kind: str, weights: Mapping[str, float], titles: str) -> float:
    marks = sum(score * weights.get(name, 0.0) for name, score in _MARKS[kind].items())
    words = sum(word in titles for word in kind_words()[kind])
    return marks + 2.5 * min(words, 2)
