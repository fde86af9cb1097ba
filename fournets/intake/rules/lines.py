"""What each row of a sheet is: a data row, or a title, total, note, signature, separator, example, pre-printed number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fournets.intake.rules.value import NOTHING, half_width_marks, plain, tidy
from fournets.workbooks.evidence import looks_like_names
from fournets.workbooks.model import Cell, Layout, Sheet
from fournets.workbooks.vocabulary import header_key

DATA, NOT_DATA, REJECTED, REVIEW = "data", "not_data", "rejected", "review"
NUMBER_FIELDS = frozenset(("id_number", "phone", "uscc", "contact_phone"))
NAME_FIELDS = frozenset(("name", "enterprise_name", "community", "cell_name", "building_name", "head_name"))

# all of them read text whose full-width marks are plain
_TOTAL = re.compile(
    r"(?:本[页表]|以上|全[镇村区社]\w{0,2}|各\w{0,3})?(?:合 ?计|小 ?计|总 ?计|共 ?计|累 ?计|总数|总人数)(?:\W|\d|人|户|家|$)"
    r"|(?:grand |sub)?total\b",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(r".{1,8}(?:小 ?计|合 ?计|总 ?计|共 ?计)\Z")
_NOTE = re.compile(
    r"(?:填[表报写]?说明|说明|注意事项|注 ?:|备注 ?:|注 ?\d|温馨提示|填[表报写]要求|要求 ?:|※|★|附 ?:|联系人? ?:|报送)"
)
_ROLE = r"填[表报]人|审核人?|制表人?|经办人|负责人|复核人|统计人|登记人|主要领导|分管领导|网格员|单位|村居|社区|单位负责人"
_SIGNATURE = re.compile(
    rf"(?:{_ROLE})?(?:签 ?[名字章]|盖章|公章)|(?:填[表报]人|审核人|制表人?|经办人|复核人|统计人|单位负责人"
    r"|(?:填[表报]|制表)(?:日期|时间|单位)|报送(?:日期|时间|单位)) ?(?:[:(]|$)|\A(?:负责人|日期|审核|联系电话) ?:"
)
_EXAMPLE = re.compile(
    r"\A[(\[]?(?:示 ?例|样 ?例|范 ?例|填写示例|举例|例如|例)(?:[)\]:\d\s]|\Z|行|数据)|[(\[](?:示例|样例|例)[)\]]\Z"
)
_ROLE_CELL = re.compile(rf"(?:{_ROLE}|书记|主任|村委会主任|日期|签名|签字) ?:?")
_LABEL_CELL = re.compile(r"(?:备 ?注|注|说 ?明|填表说明|情况说明) ?:?")
_PAGE = re.compile(
    r"第 ?\d+ ?页|共 ?\d+ ?页|以下(?:空白|无正文|为空)|续(?:上|下)[表页]|本页完|此处(?:空白|以下)"
)
_NOBODY = re.compile(
    r"(?:本[日周月次期村社区]{0,3}|今[日天]|暂)?(?:没有|无|零|未)(?:新增|返[乡镇丹]|变化|变动|人员|此类|数据|外来|来返|湖北|异常)|无\Z"
)
_HEADING = re.compile(
    r"[(]?[一二三四五六七八九十]{1,3}[、.)]|\d{1,2}[、.] ?[^\d]{2,12}(?:人员|名单)\Z|.{2,}(?:社区|村委会|居委会|经济社|小组|网格|公司|车间|人员|名单)(?:[(]\d+人[)])?:?\Z"
)
_VILLAGE = re.compile(r".{2,}(?:村|组|队|返乡|返镇):?\Z")
_ITEM = re.compile(r"\A ?(?:\d{1,2}|[一二三四五六七八九十]{1,2}) ?[、.)] ?\S{6,}")
_RULE = re.compile(r"\A[\s\-—=_*.·…~#+|/\\]*\Z")
_DIGITS = re.compile(r"\d{7,}")
LONG_TEXT = 18


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the columns of a sheet stand, as far as telling rows apart needs it."""

    headers: Mapping[int, str]
    numbers: tuple[int, ...]
    names: tuple[int, ...]
    people: tuple[int, ...]
    sequences: tuple[int, ...]


def frame_of(layout: Layout) -> Frame:
    """The frame of a sheet's layout."""
    known = [column for column in layout.columns if column.field]
    return Frame(
        {column.index: header_key(column.header) for column in layout.columns if column.header},
        tuple(column.index for column in known if column.field in NUMBER_FIELDS),
        tuple(column.index for column in known if column.field in NAME_FIELDS),
        tuple(column.index for column in known if column.field in ("name", "head_name")),
        tuple(column.index for column in known if column.field == "sequence"),
    )


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether no cell of the row holds anything a person could see."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def count_rows(sheet: Sheet) -> int:
    """The rows with any visible cell, counted straight after reading and by nothing cleaning uses."""
    count = 0
    for at, row in enumerate(sheet.rows):
        if at in sheet.borrowed:
            continue
        for cell in row:
            if cell is not None and (not isinstance(cell, str) or cell.strip() != ""):
                count += 1
                break
    return count


def reason_of(row: Sequence[Cell], frame: Frame) -> str:
    """Why a row below the header is no data row; empty when it is one."""
    first = next(cell for cell in row if cell is not None and cell != "")
    if any(
        "例" in text and _EXAMPLE.search(_folded(text)) for text in (plain(first), *_at(row, frame.names))
    ):
        return "example"
    if _has_number(row, frame):
        return ""
    texts = [_folded(plain(cell)) for cell in row if cell is not None and cell != ""]
    return _reason_without_number(row, frame, texts)


def _folded(text: str) -> str:
    return half_width_marks(tidy(text))


def _at(row: Sequence[Cell], columns: Sequence[int]) -> list[str]:
    return [cell for at in columns if at < len(row) and isinstance(cell := row[at], str)]


def _has_number(row: Sequence[Cell], frame: Frame) -> bool:
    """A row with a document number or a telephone number in its own column is about somebody."""
    for at in frame.numbers:
        if at < len(row) and (cell := row[at]) is not None:
            if not isinstance(cell, str):
                return True
            if _DIGITS.search(cell):
                return True
    return False


def _repeats_header(row: Sequence[Cell], frame: Frame) -> bool:
    same = other = 0
    for at, header in frame.headers.items():
        cell = row[at] if at < len(row) else None
        if isinstance(cell, str) and header and header_key.__wrapped__(cell) == header:
            same += 1
        elif cell is not None and cell != "":
            other += 1
    return same >= 2 and same > other


def _reason_without_number(row: Sequence[Cell], frame: Frame, texts: list[str]) -> str:
    named = any(text.strip() for text in _at(row, frame.names))
    if _repeats_header(row, frame):
        return "header"
    if any(_PAGE.search(text) for text in texts) and len(texts) <= 3:
        return "separator"
    if all(_RULE.match(text) for text in texts) or _says_nothing(texts):
        return "separator"
    if any(_TOTAL.match(text) for text in texts[:3]) or _is_subtotal(row, frame, texts):
        return "total"
    if any(_SIGNATURE.search(text) for text in texts) and (not named or len(texts) <= 4):
        return "signature"
    if _ROLE_CELL.fullmatch(texts[0]) and sum(_ROLE_CELL.fullmatch(text) is not None for text in texts) >= 2:
        return "signature"
    labelled = len(texts) <= 3 and _LABEL_CELL.fullmatch(texts[0])
    if (
        labelled
        or _NOTE.match(texts[0])
        or (len(texts) == 1 and (_ITEM.match(texts[0]) or len(texts[0]) >= LONG_TEXT))
    ):
        return "note"
    return _reason_of_few(row, frame, texts, named=named)


def _says_nothing(texts: list[str]) -> bool:
    """A row that reports nobody: 无 in all its cells but the number's."""
    others = [text for text in texts if not text.replace(".", "").isdigit()]
    return bool(others) and all(text.upper() in NOTHING for text in others)


def _is_subtotal(row: Sequence[Cell], frame: Frame, texts: list[str]) -> bool:
    """Whether the row sums up a part of the list (一组小计); 李小计 is a name."""
    return _SUBTOTAL.match(texts[0]) is not None and not any(
        looks_like_names([_folded(text)]) for text in _at(row, frame.people)
    )


def _reason_of_few(row: Sequence[Cell], frame: Frame, texts: list[str], *, named: bool) -> str:
    if len(texts) == 1 and any(at < len(row) and row[at] not in (None, "") for at in frame.sequences):
        return "empty_line" if texts[0].replace(".", "").isdigit() else "separator"
    if len(texts) == 1 and not named and len(frame.headers) > 2:
        return "separator"
    return _reason_of_heading(row, frame, texts)


def _reason_of_heading(row: Sequence[Cell], frame: Frame, texts: list[str]) -> str:
    """A heading, or the word that there is nobody, that stands where otherwise names of people do."""
    people = [_folded(text) for text in _at(row, frame.people) if text.strip()]
    if not people or len(texts) > 2 or len(people) < len(texts) - 1:
        return ""
    heading = _HEADING.match(people[0]) or (_VILLAGE.match(people[0]) and not looks_like_names(people[:1]))
    return "separator" if heading or _NOBODY.match(people[0]) else ""
