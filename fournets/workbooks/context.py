"""What is said once above a table, in the sheet's name or the file's: the community, the enterprise, the day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from fournets.workbooks.model import Sheet

_AREA = re.compile(
    r"([㐀-鿿]{2,5}?)(社区居委会|社区|村委会|居委会|村民委员会|村|产业园|产业基地|工业园)(?!居|民小组|级|镇)"
)
_ABOVE = re.compile(r"[㐀-鿿]{1,4}?(?:街道|镇|县|省|市|(?<!社)区)")
_AREA_WORDS = {"所属", "各", "所在", "本", "全镇", "镇", "乡", "农", "居住", "属地", "各个", "填报", "单位"}
_SHOP = r"(?:店|(?<![银进执实施举推发运])行|馆|坊|档|超市|工作室|门市部?|服务部|加工部|维修部|合作社|酒楼|餐厅|农场|养殖场)"
_AFTER_SHOP = r"(?=$|[\s(:_—-]|员工|职工|返|在[厂岗职]|花名册|名册|名单|人员|全体|务工|工人|从业|复[工产]|健康|登记|信息)"
_FIRM = re.compile(
    r"([㐀-鿿A-Za-z0-9()·&]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|制品厂|加工厂|工厂"
    rf"|(?<!在)厂|集团|经营部|商行|{_SHOP}{_AFTER_SHOP}))"
)
_LABELLED = re.compile(
    r"(?:填报|报送|上报|所属|工作)?(?:单位|企业|公司)(?:名称|全称)?(?:\([^)]*\))?[::]\s*([^\s,,;;::]{2,40}+)(?!\s*[::])"
)
_AREA_LABELLED = re.compile(
    r"(?:社区|村居|村\(居\)|村\(社区\)|村委会|居委会)(?:名称)?(?:\([^)]*\))?[::]\s*([㐀-鿿]{2,12}+)(?!\s*[::])"
)
_PERIOD = r"(?!\d|\s*[日号]?\s*(?:以来|以后|起|后|至|到|前|—|~))"
_FULL_DATE = re.compile(rf"20\d{{2}}\s*[-年./]\s*\d{{1,2}}\s*[-月./]\s*\d{{1,2}}{_PERIOD}\s*日?")
_COMPACT_DATE = re.compile(r"(?<!\d)20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_DAY = re.compile(rf"(?<!\d)(?:1[0-2]|0?[1-9])\s*月\s*(?:3[01]|[12]\d|0?[1-9]){_PERIOD}\s*[日号]?")
_SHORT = re.compile(r"(?<![\d.\-])(?:1[0-2]|0?[1-9])[-.](?:3[01]|[12]\d|0?[1-9])(?![\d.\-])")
_FOUR = re.compile(r"(?<!\d)(?:1[0-2]|0[1-9])(?:0[1-9]|[12]\d|3[01])(?!\d)")


def context_of(sheet: Sheet, header_first: int, *, file_name: str) -> dict[str, str]:
    """`area`, `enterprise` and `date` as raw text, where the title, the sheet's or the file's name gives them."""
    titles = title_texts(sheet, header_first)
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", file_name)
    places = [_narrow(text) for text in (*titles, sheet.name, stem)]
    found = {
        "area": _first(_area, places),
        "enterprise": _first(_enterprise, places),
        "date": date_text(sheet.name) or _first(_title_date, titles) or date_text(stem),
    }
    return {key: value for key, value in found.items() if value}


def title_texts(sheet: Sheet, header_first: int) -> list[str]:
    """The texts above the header, each once."""
    texts = [str(cell).strip() for row in sheet.rows[:header_first] for cell in row if isinstance(cell, str)]
    return list(dict.fromkeys(text for text in texts if text))[:40]


def date_text(name: str) -> str:
    """The day a sheet's or file's name gives, as written there: `date_text("2-5更新")` is "2-5"."""
    narrow = _narrow(name)
    for pattern in (_FULL_DATE, _COMPACT_DATE, _MONTH_DAY, _SHORT, _FOUR):
        if found := pattern.search(narrow):
            return found[0].strip()
    return ""


def date_of(text: str, *, on: date) -> date | None:
    """The day `text` means when read on the day `on`; without a year the last such day not far ahead."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) == 1 and len(str(numbers[0])) >= 7:
        numbers = [numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100]
    elif len(numbers) == 1:
        numbers = [numbers[0] // 100, numbers[0] % 100]
    try:
        if len(numbers) == 3:
            return date(*numbers)
        day = date(on.year, numbers[0], numbers[1])
        return day if day <= on + timedelta(days=60) else day.replace(year=on.year - 1)
    except (ValueError, IndexError, TypeError):
        return None


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _first(find: Callable[[str], str], texts: list[str]) -> str:
    return next((found for text in texts if (found := find(text))), "")


def _title_date(text: str) -> str:
    narrow = _narrow(text)
    found = _FULL_DATE.search(narrow) or _MONTH_DAY.search(narrow)
    return found[0].strip() if found else ""


def _area(text: str) -> str:
    if labelled := _AREA_LABELLED.search(text):
        return labelled[1]
    for match in _AREA.finditer(_ABOVE.sub(" ", text)):
        name = re.sub(r"^(?:所属|填报|单位|关于|各)+", "", match[1])
        if len(name) >= 2 and name not in _AREA_WORDS:
            return name + match[2]
    return ""


def _enterprise(text: str) -> str:
    labelled = _LABELLED.search(text)
    if labelled and not _AREA.search(labelled[1]):
        return labelled[1]
    found = _FIRM.search(re.sub(r"^\d+[-_.\s]*|附件\d*[::]?", "", text))
    name = found[1] if found else ""
    return name if len(name) >= 5 and not re.search(r"各|所有|企业公司|名称|填报", name) else ""
