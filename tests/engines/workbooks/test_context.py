"""What titles, sheet names and file names say once for all rows."""

from __future__ import annotations

from datetime import date

import pytest

from fournets.workbooks.context import context_of, date_of, date_text
from fournets.workbooks.model import Sheet


@pytest.mark.parametrize(
    ("title", "area"),
    [
        ("佛山市南海区丹灶镇银河社区来(返)镇人员登记表", "银河社区"),
        ("塱心村返乡人员名单", "塱心村"),
        ("填报单位:罗行社区", "罗行社区"),
        ("社区:银河    日期:2月3日", "银河"),
        ("华南环保产业园住户名单", "华南环保产业园"),
        ("丹灶镇五金产业基地常住人口排查表(第二版)", "五金产业基地"),
        ("丹灶镇各社区人员汇总表", None),
        ("员工花名册", None),
    ],
)
def test_a_title_names_the_community(title: str, area: str | None) -> None:
    assert context_of(Sheet(1, "Sheet1", [[title]]), 1, file_name="a.xlsx").get("area") == area


@pytest.mark.parametrize(
    ("title", "firm"),
    [
        ("佛山市南海区丹灶镇佳通贸易店员工花名册", "佛山市南海区丹灶镇佳通贸易店"),
        ("佛山市南海区丹灶镇信新五金制品加工店在厂员工名单", "佛山市南海区丹灶镇信新五金制品加工店"),
        ("丹灶镇源科铝业行返岗人员健康登记表", "丹灶镇源科铝业行"),
        ("丹灶新诚汽车配件行", "丹灶新诚汽车配件行"),
        ("金沙海鲜酒楼从业人员登记", "金沙海鲜酒楼"),
        ("佛山市越金铝业有限公司(返岗)人员", "佛山市越金铝业有限公司"),
        ("鸿兴制品厂在岗人员", "鸿兴制品厂"),
        ("丹灶镇企业防控执行情况登记表", None),
        ("关于进行人员登记的通知", None),
        ("各商店员工登记表", None),
        ("店面员工", None),
        ("疫情防控指挥部人员名单", None),
    ],
)
def test_a_title_names_the_enterprise_whole_or_not_at_all(title: str, firm: str | None) -> None:
    sheet = Sheet(1, "员工", [[title], ["姓名", "电话"], ["区美兰", "13800138001"]])
    assert context_of(sheet, 1, file_name="a.xlsx").get("enterprise") == firm


def test_the_files_name_helps_when_nothing_else_does() -> None:
    assert context_of(Sheet(1, "2-5更新", [["姓名"]]), 0, file_name="银河社区返乡.xlsx") == {
        "area": "银河社区",
        "date": "2-5",
    }


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("2-5更新", "2-5", date(2020, 2, 5)),
        ("2月3日", "2月3日", date(2020, 2, 3)),
        ("0205", "0205", date(2020, 2, 5)),
        ("名单20200203", "20200203", date(2020, 2, 3)),
        ("2020.2.3", "2020.2.3", date(2020, 2, 3)),
        ("12-28", "12-28", date(2019, 12, 28)),
        ("Sheet1", "", None),
        ("第3网格", "", None),
    ],
)
def test_a_sheets_name_gives_its_day(name: str, written: str, meant: date | None) -> None:
    assert date_text(name) == written
    assert date_of(written, on=date(2020, 2, 6)) == meant


def test_the_beginning_of_a_period_is_not_the_lists_day() -> None:
    sheet = Sheet(1, "名单", [["2020年1月10日以来返镇人员"]])
    assert "date" not in context_of(sheet, 1, file_name="a.xlsx")
