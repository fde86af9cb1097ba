"""What the values of a column look like, whatever its header says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import pairwise

from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import fields, long_surnames, surnames, written

# Chinese characters a name may have, for a class of a regular expression: also 〇 and the rarer planes.
HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SAMPLE = 150
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII)
_NEARLY_ID = re.compile(r"[1-9]\d{16,17}X?|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4}|[HM]\d{8,10}", re.ASCII)
_POWER = re.compile(r"[1-9](?:\.\d+)?E\+?1[47]", re.ASCII)
_PHONE = re.compile(r"(?:\+?0{0,2}86)?1[3-9]\d{9}|0\d{2,3}\d{7,8}|[2-9]\d{6,7}", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)(?:0{0,2}86)?1[3-9]\d{9}(?!\d)", re.ASCII)
_USCC = re.compile(r"(?=.*[A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]{2,4}(?:\([^)]*\))?")
_MINORITY = re.compile(r"[㐀-鿿]{2,8}[·•・.][㐀-鿿]{1,10}")
_DATE = re.compile(
    r"(?:19|20)\d{2}[-./年]?(?:0?[1-9]|1[0-2])[-./月]?(?:[0-3]?\d)?日?(?:\D.*)?"
    r"|(?:0?[1-9]|1[0-2])[-./月](?:0?[1-9]|[12]\d|3[01])[日号]?(?:\s*\D.*)?"
    r"|(?:农历)?(?:正|腊|大年|十二)月?(?:初|十|廿|二十|三十).*|(?:年)?(?:初|廿)[一二三四五六七八九十]+|除夕.*",
    re.ASCII,
)
_TEMPERATURE = re.compile(r"(?:3[4-9]|4[0-2])(?:\.\d{1,2})?(?:度|℃|°C|C)?")
_ADDRESS = re.compile(
    r"省|市|区|镇|县|街|路|巷|村|社|号|栋|幢|座|单元|室|楼|房|苑|园|里|坊|小区|花园|宿舍|\d+-\d+"
)
_FIRM = re.compile(
    r"公司|厂$|厂[((]|店|经营部|商行|工作室|合作社|中心|集团|企业|门市|工场|行$|馆$|超市|学校|医院"
)
_RELATION = re.compile(
    r"户主|本人|之?配偶|夫|妻|夫妻|(?:长|次|三|四|五|独生?|养|继)?[子女]|儿子|女儿|父亲?|母亲?|[爸妈]{1,2}|[外]?[祖孙].{0,2}|"
    r"儿?媳妇?|儿媳|女婿|兄弟?|[弟姐妹哥]{1,2}|岳[父母]|公公|婆婆|亲属|租客|其他亲属|租户|房客|丈夫|妻子|爷爷|奶奶|外公|外婆|侄[子女]|合租|同事|朋友|保姆|其他|非亲属"
)
_TRAIN = re.compile(
    r"[GDCKTZYLS]\d{1,4}(?:次|/.*|\D.*)?|[A-Z0-9]{2}\d{3,4}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·]?[A-Z0-9]{4,6}.*"
)
_PLACE = re.compile(
    r"^(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙|广西|西藏|宁夏|新疆|香港|澳门|台湾|武汉|鄂)"
)
_COMMUNITY = re.compile(r"[㐀-鿿]{2,8}(?:社区|村|居委会?|村委会?|居委会)$|[㐀-鿿]{2}")

_TOWN = re.compile(r"[㐀-鿿]{1,12}(?:镇|乡|街道|街道办|街道办事处|镇政府)")
_STREET = re.compile(r"[㐀-鿿A-Z0-9]{1,12}(?:路|街|巷|大道|道|弄|里|坊|胡同|路段)")


@dataclass(slots=True)
class Evidence:
    """One column's values: how many there are and what share of them has which shape."""

    filled: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    distinct: float = 0.0  # distinct values for one filled cell

    def share(self, shape: str) -> float:
        """The share of the filled cells that have `shape`, 0 when nothing is filled."""
        return self.shares.get(shape, 0.0)


def evidence(cells: Sequence[Cell]) -> Evidence:
    """The evidence of a column; looks at no more than `SAMPLE` filled cells spread over it."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    step = max(1, len(filled) // SAMPLE)
    sample = filled[::step][:SAMPLE]
    counts: Counter[str] = Counter()
    for cell in sample:
        counts.update(_shapes(cell))
    total = len(sample)
    shares = {shape: count / total for shape, count in counts.items()}
    if _runs(sample):
        shares["sequence"] = 1.0
    return Evidence(len(filled), shares, len(set(map(str, sample))) / total if total else 0.0)


def text_of(cell: Cell) -> str:
    """A cell as one would read it: 13800138000.0 is "13800138000"."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else f"{cell}"
    return "" if cell is None else str(cell)


def _shapes(cell: Cell) -> set[str]:
    if isinstance(cell, (date, datetime)):
        return {"date"}
    if isinstance(cell, (bool, time)):
        return {"yes_no"} if isinstance(cell, bool) else {"time"}
    return _text_shapes(text_of(cell), isinstance(cell, (int, float)))


@lru_cache(maxsize=20_000)
def _text_shapes(written: str, number: bool) -> set[str]:
    text = unicodedata.normalize("NFKC", written).upper()
    bare = re.sub(r"[\s'`´‘’\"]", "", text)
    found = {shape for shape, holds in _TESTS.items() if holds(bare)}
    if number or re.fullmatch(r"-?\d+(?:\.\d+)?", bare, re.ASCII):
        found |= _number_shapes(float(bare) if bare.count("E") <= 1 else 0.0, number)
    if found & {"id", "nearly_id"}:
        found -= {"phone", "mobile", "name"}
    return found


def _number_shapes(value: float, typed: bool) -> set[str]:
    shapes = {"number"}
    if value == int(value) and 0 <= value <= 115:
        shapes.add("age")
    if value == int(value) and typed and 36_000 <= value <= 48_000:
        shapes.add("serial_date")
    if typed and value >= 1e14:
        shapes.add("nearly_id")
    return shapes


def valid_id(text: str) -> bool:
    """Whether `text` is a resident ID of 18 characters with its check character right."""
    if not _ID.fullmatch(text):
        return False
    return "10X98765432"[sum(int(a) * b for a, b in zip(text, _WEIGHTS, strict=False)) % 11] == text[17]


def _is_phone(bare: str) -> bool:
    pieces = [re.sub(r"[-()()—–]", "", piece) for piece in re.split(r"[/、,,;;或]", bare) if piece]
    return bool(pieces) and any(_PHONE.fullmatch(piece) for piece in pieces[:3])


def looks_like_names(texts: Sequence[str]) -> bool:
    """Whether each of `texts` is a Chinese name by itself; a surname of two characters before a given name is not."""
    return all(map(_is_name, texts)) and texts[0] not in long_surnames()


def _is_name(bare: str) -> bool:
    if _MINORITY.fullmatch(bare):
        return True
    return bool(_NAME.fullmatch(bare)) and bare[0] in surnames() and bare not in _words()


@cache
def _words() -> frozenset[str]:
    """Words of the vocabulary that are no names though they begin like one: 关系, 安徽, 和."""
    kinds = ("yes_no", "sex", "visit_state", "residence_type", "id_kind")
    words = {word for kind in kinds for list_ in written(kind).values() for word in list_}
    return frozenset(
        words | {name for one in fields().values() for name in one.names} | {"时间", "全部", "司机"}
    )


@cache
def _codes(kind: str) -> frozenset[str]:
    return frozenset(
        unicodedata.normalize("NFKC", w).upper() for words in written(kind).values() for w in words
    )


_NATION = re.compile(r"[㐀-鿿]{1,5}族|汉|壮|回|满|苗|侗|瑶|彝|土家|布依|维吾尔|藏|蒙古|黎|畲")
_TESTS: dict[str, Callable[[str], object]] = {
    "id": valid_id,
    "nearly_id": lambda bare: _ID.fullmatch(bare) or _NEARLY_ID.fullmatch(bare) or _POWER.fullmatch(bare),
    "phone": _is_phone,
    "mobile": lambda bare: len(bare) < 40 and _MOBILE.search(bare.replace("-", "")),
    "uscc": _USCC.fullmatch,
    "name": _is_name,
    "date": lambda bare: len(bare) < 24 and _DATE.fullmatch(bare),
    "sex": lambda bare: bare in {"男", "女", "男性", "女性", "M", "F"},
    "yes_no": lambda bare: bare in _codes("yes_no"),
    "temperature": _TEMPERATURE.fullmatch,
    "relation": _RELATION.fullmatch,
    "address": lambda bare: (
        len(bare) >= 5
        and _ADDRESS.search(bare)
        and not _FIRM.search(bare[-6:])
        and not (len(bare) < 24 and _DATE.fullmatch(bare))
        and not _is_phone(bare)
    ),
    "firm": lambda bare: len(bare) >= 4 and _FIRM.search(bare),
    "transport_no": _TRAIN.fullmatch,
    "nation": _NATION.fullmatch,
    "region": _PLACE.match,
    "community": _COMMUNITY.fullmatch,
    "town": _TOWN.fullmatch,
    "street": _STREET.fullmatch,
    "visit_state": lambda bare: bare in _codes("visit_state"),
    "residence_type": lambda bare: bare in _codes("residence_type"),
    "words": lambda bare: not any(sign.isdigit() for sign in bare),
    "text": lambda bare: not re.fullmatch(r"[-+\d.]+", bare),
    "long": lambda bare: len(bare) > 30,
}


def _runs(sample: Sequence[Cell]) -> bool:
    """Whether the values count up by ones, as a column of numbers does."""
    numbers = [int(cell) for cell in map(text_of, sample) if re.fullmatch(r"\d{1,7}", cell, re.ASCII)]
    if len(numbers) < 3 or len(numbers) < 0.8 * len(sample):
        return False
    rising = sum(later > former for former, later in pairwise(numbers))
    return rising >= 0.9 * (len(numbers) - 1) and numbers[0] <= 1000
