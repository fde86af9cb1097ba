"""Blanks as other departments lay them out: dates in pieces, boxes for digits, marks, sheets for each community."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.apps.forms.blanks import frame, head


def _sheet(title: str, width: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = title
    sheet.merge_cells(f"A1:{width}1")
    return book, sheet


def _save(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def _tall(sheet: Worksheet, texts: dict[str, str]) -> None:
    for column, text in texts.items():
        sheet[f"{column}3"] = text
        sheet.merge_cells(f"{column}3:{column}4")


def key_people(path: Path) -> Path:
    """The day of arrival in three columns, the control as marks, a red example row."""
    book, sheet = _sheet("重点地区来镇人员信息登记表", "J")
    _tall(sheet, {"A": "序号", "B": "姓名", "J": "备注"})
    sheet["C3"], sheet["F3"], sheet["H3"] = "抵镇日期", "是否途经温州", "管控方式(打√)"
    for span in ("C3:E3", "F3:G3", "H3:I3"):
        sheet.merge_cells(span)
    for column, text in zip("CDEFGHI", ["年", "月", "日", "是", "否", "居家", "其他"], strict=True):
        sheet[f"{column}4"] = text
    for column, text in enumerate(("例", "张三", 2020, 1, 25, None, "√", "√"), 1):
        sheet.cell(5, column, text).font = Font(color="FF0000")
    frame(sheet, "A3:J7")
    return _save(book, path)


def boxes(path: Path) -> Path:
    """A box for each digit of the ID number; the telephone merged over two columns."""
    book, sheet = _sheet("返乡人员核查表", "V")
    for column, text in zip("ABU", ["序号", "姓名", "电话"], strict=True):
        sheet[f"{column}3"] = text
    sheet["C3"] = "身份证号码"
    for span in ("A3:A4", "B3:B4", "C3:T3", "U3:V4"):
        sheet.merge_cells(span)
    for place in range(18):
        sheet.cell(4, 3 + place, place + 1)
    frame(sheet, "A3:V6")
    return _save(book, path)


def by_community(path: Path) -> Path:
    """Notes on the first sheet, then a sheet for each community."""
    book = Workbook()
    book.active.title = "填表说明"
    book.active["A1"] = "请于每日17时前填报。"
    for name, title in (
        ("银河", "返镇人员登记表"),
        ("2", "金宁社区返镇人员登记表"),
        ("丹灶", "返镇人员登记表"),
    ):
        sheet = book.create_sheet(name)
        sheet["A1"], sheet["A2"] = title, "填报单位:"
        head(sheet, 3, "序号 姓名 返镇日期 来源地")
        frame(sheet, "A3:D5")
    return _save(book, path)


def card(path: Path) -> Path:
    """A card about one person."""
    book, sheet = _sheet("返乡人员健康信息卡", "F")
    for row, texts in enumerate(("姓名 性别 年龄", "身份证号 联系电话 现住址"), 2):
        for column, text in zip((1, 3, 5), texts.split(), strict=True):
            sheet.cell(row, column, text)
    frame(sheet, "A2:F3")
    return _save(book, path)


def daily_list(path: Path) -> Path:
    """Indicators down the page, with numbers and units beside them."""
    book, sheet = _sheet("疫情防控日报", "D")
    head(sheet, 2, "序号 指标名称 单位 数值")
    for row, text in enumerate(("累计返乡人员", "温州返回人员", "志愿者人数", "正在隔离人员"), 3):
        sheet.cell(row, 1, row - 2)
        sheet.cell(row, 2, text)
        sheet.cell(row, 3, "人")
    frame(sheet, "A2:D6")
    return _save(book, path)


def across(path: Path) -> Path:
    """Indicators down, communities across, and one of another town."""
    book, sheet = _sheet("工作情况统计表", "D")
    head(sheet, 2, "项目 银河社区 金宁社区 外镇村")
    sheet["A3"], sheet["A4"] = "总人口(人)", "户籍人口(人)"
    frame(sheet, "A2:D4")
    return _save(book, path)


def checked_firms(path: Path) -> Path:
    """An enterprise form with a column of its kind named as a person's, and a unit line above the table."""
    book, sheet = _sheet("企业复工核查表", "F")
    sheet["A2"] = "单位:人、间"
    sheet.merge_cells("A2:F2")
    _tall(sheet, {"A": "单位名称", "B": "统一社会信用代码", "E": "从业人员(人)", "F": "隔离场所(间)"})
    sheet["C3"], sheet["C4"], sheet["D4"] = "是否复工", "是", "否"
    sheet.merge_cells("C3:D3")
    frame(sheet, "A3:F6")
    return _save(book, path)


def staff(path: Path) -> Path:
    """A staff form that asks for temperatures of other days, with a day's line beside the firm's above the table."""
    book, sheet = _sheet("企业湖北返岗员工健康表", "G")
    sheet["A2"] = "企业名称:"
    sheet["D2"] = "填表日期:   年   月   日"
    sheet.merge_cells("D2:G2")
    _tall(sheet, {"A": "企业名称", "B": "员工姓名", "C": "是否隔离", "D": "今日体温", "G": "是否到过温州"})
    sheet["E3"], sheet["E4"], sheet["F4"] = "第1天体温", "上午", "下午"
    sheet.merge_cells("E3:F3")
    frame(sheet, "A3:G6")
    return _save(book, path)


def two_tables(path: Path) -> Path:
    """Figures above, a list below, on one sheet; and a title that names nobody."""
    book, sheet = _sheet("情况报告", "D")
    head(sheet, 2, "姓名 联系电话 返乡时间 住址")
    frame(sheet, "A2:D3")
    head(sheet, 6, "企业名称 联系人 员工人数 复工时间")
    frame(sheet, "A6:D8")
    return _save(book, path)


def regions_of_households(path: Path) -> Path:
    """Households with those back from one region, and a question only a person can answer."""
    book, sheet = _sheet("一户一档台账", "E")
    head(sheet, 2, "户主姓名 家庭人口 温州返回人数 湖北返回人数 有无发热")
    frame(sheet, "A2:E4")
    return _save(book, path)
