"""What a sheet is and what its columns mean, from its headers and from the values below them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fournets.workbooks.columns import SURE, Judged, assign, judge, likely, share, spread
from fournets.workbooks.context import context_of, date_of, date_text, title_texts
from fournets.workbooks.evidence import Evidence, evidence
from fournets.workbooks.head import find_header, further_headers, header_paths
from fournets.workbooks.headers import is_beside, meanings
from fournets.workbooks.kinds import KINDS, SUBJECTS, kind_of_list, subject_of
from fournets.workbooks.mapping import Answer, answer_for, remembered
from fournets.workbooks.model import BESIDE, Column, Layout, Sheet
from fournets.workbooks.packages import column_letters
from fournets.workbooks.persons import doubt_of_others
from fournets.workbooks.pieces import join_pieces
from fournets.workbooks.vocabulary import fields, generic, header_key, leaving

__all__ = ["KINDS", "recognise", "superseded"]

_SAMPLED_ROWS = 1_500
_JOURNEY = "transport_no"
_SCHEDULED = re.compile(
    "车次|航班|班次|train|flight"
)  # a car's plate at a gate is no journey with a day of its own
_UNSAID = {"离开日期", "离开时间", "出发日期", "出发时间"}  # do not say from where


def recognise(
    sheet: Sheet,
    *,
    known: Mapping[str, Mapping[str, Any]] | None = None,
    mapping: Mapping[str, Any] | None = None,
    file_name: str = "",
) -> Layout:
    """What `sheet` is; what is not sure stays without a field and stands in `Layout.questions`.

    `known` are remembered answers by signature, `mapping` the contents of ``--map FILE``
    (see `fournets.workbooks.mapping`); both go before what is recognised.
    """
    told = answer_for(mapping, sheet)
    header = told.header if told and told.header else find_header(sheet)
    starts = [] if told and told.header else further_headers(sheet, header)
    layout = _layout(_between(sheet, 0, [*starts, None][0]), header, told, known, file_name=file_name)
    for start, end in zip(starts, [*starts, None][1:], strict=True) if starts else ():
        layout.parts.append(_part(_between(sheet, start, end), start, layout, file_name=file_name))
    return layout


def _between(sheet: Sheet, start: int, end: int | None) -> Sheet:
    """The rows of one table where they stand, the others blank."""
    if start == 0 and end is None:
        return sheet
    return replace(sheet, rows=[*([[]] * start), *sheet.rows[start:end]])


def _part(sheet: Sheet, start: int, above: Layout, *, file_name: str) -> Layout:
    """What a table further down a sheet is: the same kind of list as the one above, or nobody knows."""
    shifted = [(top - start, left, bottom - start, right) for top, left, bottom, right in sheet.merged]
    header = find_header(
        replace(sheet, rows=sheet.rows[start:], merged=[one for one in shifted if one[0] >= 0])
    )
    last = header[1] if header and header[0] == 0 else 0
    layout = _layout(sheet, (start, start + last), None, None, file_name=file_name)
    same = SUBJECTS.get(layout.kind, "person") == SUBJECTS.get(above.kind, "person")
    layout.kind = above.kind if same else "unknown"
    layout.context = above.context | layout.context
    return layout


def _layout(
    sheet: Sheet,
    header: tuple[int, int] | None,
    told: Answer | None,
    known: Mapping[str, Mapping[str, Any]] | None,
    *,
    file_name: str,
) -> Layout:
    """What one table is."""
    width = max(map(len, sheet.rows), default=0)
    paths = header_paths(sheet, header, width)
    seen = _evidence(sheet, header, width)
    signature = signature_of(paths, seen)
    told = told or remembered(known, signature)
    first = header[0] if header else 0
    titles = " ".join([*title_texts(sheet, first), sheet.name, file_name])
    judged, given, subject = _judged(paths, seen, titles, kind=told.kind if told else None)
    join_pieces(sheet.rows[header[1] + 1 if header else 0 :], judged, given)
    columns = [_column(one, given, told) for one in judged]
    context = context_of(sheet, first, file_name=file_name)
    kind = (told and told.kind) or kind_of_list(
        columns, _filled_shares(seen), subject=subject, titles=titles, of_firm="enterprise" in context
    )
    layout = Layout(kind, header, columns, signature, context)
    layout.questions = _questions(sheet, layout, judged, told)
    return layout


def signature_of(paths: Sequence[tuple[str, ...]], seen: Sequence[Evidence]) -> str:
    """Equal for sheets with the same headers in the same order; without headers, with the same shapes of values."""
    marks = set(map(header_key, fields()["returned_row"].names))  # our own column beside the sender's
    keys = ["/".join(map(header_key, path)) for path in paths]
    keys = ["" if key.rpartition("/")[2] in marks else key for key in keys]
    while keys and not keys[-1]:
        keys.pop()
    if not keys:
        keys = [max(("id", "mobile", "name", "date", "sex"), key=one.share) for one in seen]
        keys.insert(0, "no header")
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Superseded:
    """A sheet whose name bears ``day``, and the number of the newest sheet of its kind in the workbook."""

    day: date
    newer: int


def superseded(sheets: Sequence[Sheet], layouts: Sequence[Layout], *, on: date) -> dict[int, Superseded]:
    """The numbers of sheets of which an equally laid out, later dated sheet is newer.

    Only sheets whose names differ in nothing but their dates: 银河2-3 is not replaced by 罗行2-5.
    """
    dated: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for sheet, layout in zip(sheets, layouts, strict=True):
        day = date_of(date_text(sheet.name), on=on) if date_text(sheet.name) else None
        if day and not sheet.hidden:
            dated.setdefault((layout.signature, _undated(sheet.name)), []).append((day, sheet.number))
    return {
        number: Superseded(day, max(group)[1])
        for group in dated.values()
        for day, number in group
        if day < max(group)[0]
    }


def _undated(name: str) -> str:
    bare = header_key(name.replace(date_text(name), ""))
    return re.sub(r"更新|最新|新增|截至|截止|数据|汇总|版本?|稿|修改|修订|新|\d", "", bare)


def _evidence(sheet: Sheet, header: tuple[int, int] | None, width: int) -> list[Evidence]:
    rows = sheet.rows[header[1] + 1 if header else 0 :]
    sample = rows[:: max(1, len(rows) // _SAMPLED_ROWS)]
    return [evidence([row[column] for row in sample if column < len(row)]) for column in range(width)]


def _filled_shares(seen: Sequence[Evidence]) -> list[float]:
    most = max((one.filled for one in seen), default=0)
    return [max(0.1, one.filled / most) if most else 1.0 for one in seen]


def _judged(
    paths: Sequence[tuple[str, ...]], seen: Sequence[Evidence], titles: str, *, kind: str | None
) -> tuple[list[Judged], dict[int, tuple[str, float]], str]:
    """Judged twice: to see what the table is about, then by what its words mean in such a table."""
    own = _own_word(paths)
    places = list(enumerate(paths))
    first = [judge(index, path, seen[index], own=own) for index, path in places]
    if _lists_callers(first):
        _only_claims(first)
    plain = assign(first)
    subject = subject_of([name for name, _ in plain.values()], titles=titles, kind=kind)
    judged = [judge(index, path, seen[index], subject=subject, own=own) for index, path in places]
    if subject not in ("enterprise", "place"):
        _only_claims(judged)
    _doubt_leaving(judged)
    _date_journeys(judged)
    doubt_of_others(judged, own)
    given = assign(judged)
    spread(judged, given)
    share(judged, given)
    return judged, given, subject


def _own_word(paths: Sequence[tuple[str, ...]]) -> str:
    """In a list of heads of households, without a name of its own, 户主 is the person of the row."""
    named = [meanings(path) for path in paths if not is_beside(path)]
    has_name = any(scores.get("name", 0.0) >= 0.9 for scores in named)
    has_head = any(scores.get("head_name", 0.0) >= 0.9 for scores in named)
    return "户主" if has_head and not has_name else ""


def _lists_callers(judged: Sequence[Judged]) -> bool:
    """Whether a table under words nobody knows is still a list of people: a name and a mobile number, or little else."""
    filled = [one.evidence for one in judged if one.evidence.filled]
    mobile = any(one.share("mobile") >= 0.7 for one in filled)
    return mobile and (len(filled) <= 2 or any(one.share("name") >= 0.7 for one in filled))


def _doubt_leaving(judged: Sequence[Judged]) -> None:
    """Where a table asks who went away, 离开时间 is when he left here: nobody's isolation is counted from it unasked."""
    if not any(word in header_key(text) for one in judged for text in one.path for word in leaving()):
        return
    for one in judged:
        if "left_on" in one.scores and header_key(one.path[-1]) in _UNSAID:
            del one.scores["left_on"]
            one.doubt = one.doubt or "unsure"


def _date_journeys(judged: Sequence[Judged]) -> None:
    """日期 beside 车次 is the journey's day; elsewhere in a table of journeys nobody knows of what it is the day."""
    journeys = {
        one.index
        for one in judged
        if one.scores.get(_JOURNEY, 0.0) >= SURE and _SCHEDULED.search(header_key(one.path[-1]))
    }
    for one in judged:
        if not journeys or "visited_on" not in one.scores or header_key(one.path[-1]) not in generic():
            continue
        if one.evidence.filled and one.evidence.share("date") < 0.4:
            continue
        if journeys & {one.index - 1, one.index + 1}:
            one.scores = {"travelled_on": 1.0}
        else:
            one.scores, one.doubt = {}, one.doubt or "unsure"


def _only_claims(judged: Sequence[Judged]) -> None:
    """A column of names or telephones under an unknown header counts when the table has no other."""
    for field, shape in (("name", "name"), ("phone", "mobile")):
        if any(field in one.scores for one in judged):
            continue
        alike = [one for one in judged if one.evidence.share(shape) >= 0.7 and not one.scores]
        if len(alike) == 1 and alike[0].how == "values" and alike[0].doubt == "values":
            alike[0].scores, alike[0].doubt = {field: 0.7}, ""


def _column(one: Judged, given: Mapping[int, tuple[str, float]], told: Answer | None) -> Column:
    name, score = given.get(one.index, (None, 0.0))
    if told and one.index in told.columns:
        return Column(one.index, one.header, told.columns[one.index], told.how, 1.0)
    if told and told.whole:
        return Column(one.index, one.header, None, told.how, 1.0)
    if one.how == BESIDE:
        return Column(one.index, one.header, None, BESIDE)
    if told and name in told.columns.values():
        name, score = None, 0.0
    return Column(one.index, one.header, name, one.how if name or one.how == "other" else "", score)


def _questions(
    sheet: Sheet, layout: Layout, judged: Sequence[Judged], told: Answer | None
) -> list[dict[str, Any]]:
    """What to ask: of a list nobody knows its kind and all its columns, else the columns that are in doubt."""
    questions: list[dict[str, Any]] = []
    strange = layout.kind == "unknown"
    if strange and any(one.evidence.filled for one in judged):
        questions.append({"code": "question_kind", "sheet": sheet.name})
    for one, column in zip(judged, layout.columns, strict=True):
        if column.field or not (one.doubt or strange) or not one.evidence.filled or (told and told.whole):
            continue
        if told and one.index in told.columns:
            continue
        questions.append(_question(one))
    return questions


def _question(one: Judged) -> dict[str, Any]:
    column = {"column": column_letters(one.index + 1), "header": one.header, "likely": likely(one)}
    if one.doubt.startswith("twice:"):
        _, other, field = one.doubt.split(":")
        return {"code": "question_twice", **column, "other": column_letters(int(other) + 1), "field": field}
    return {"code": "question_column", **column}
