"""Blank forms of departments, made by code, each of another kind."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

THIN = Side(style="thin")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
YELLOW = PatternFill("solid", fgColor="FFFF99")


def frame(sheet: Worksheet, cells: str) -> None:
    for row in sheet[cells]:
        for cell in row:
            cell.border = FRAME
            cell.alignment = Alignment(horizontal="center", wrap_text=True)


def head(sheet: Worksheet, row: int, texts: str) -> None:
    for column, text in enumerate(texts.split(), 1):
        sheet.cell(row, column, text).font = Font(bold=True, name="宋体")


def returnees(path: Path) -> Path:
    """附件2: two header rows, choices as lists, a total with formulas, notes below, two rows of room."""
    book = Workbook()
    sheet = book.active
    sheet.title = "返乡登记"
    sheet["A1"] = "附件2"
    sheet["A2"] = "返乡人员情况登记表"
    sheet.merge_cells("A2:J2")
    sheet["A3"] = "填报单位(盖章):              填报日期:    年  月  日          填报人:"
    sheet.merge_cells("A3:J3")
    for column, text in zip("ABCDE", ["序号", "姓名", "性别", "身份证号码", "联系电话"], strict=True):
        sheet[f"{column}4"] = text
        sheet.merge_cells(f"{column}4:{column}5")
    sheet["F4"] = "返乡信息"
    sheet.merge_cells("F4:H4")
    sheet["F5"], sheet["G5"], sheet["H5"] = "从何地返回", "返回日期", "是否途经湖北"
    sheet["I4"], sheet["J4"] = "体温(℃)", "手机彩铃"
    sheet.merge_cells("I4:I5")
    sheet.merge_cells("J4:J5")
    frame(sheet, "A4:J8")
    sheet["B6"].fill = YELLOW
    sheet.row_dimensions[6].height = 31
    sheet["A8"], sheet["I8"] = "合计", "=SUM(I6:I7)"
    sheet["B8"] = "=COUNTA(B6:B7)"
    sheet.merge_cells("C8:H8")
    sheet["A9"] = "填表说明:体温填写当日上午测量的数值。"
    sheet.merge_cells("A9:J9")
    for choices, cells in (("男,女", "C6:C7"), ("有,无", "H6:H7")):
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
        rule.add(cells)
        sheet.add_data_validation(rule)
    sheet.column_dimensions["D"].width = 24
    sheet.print_area = "A1:J9"
    sheet.print_title_rows = "4:5"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.freeze_panes = "C6"
    book.save(path)
    return path


def households(path: Path) -> Path:
    """A household form with the head merged over the rows of his household, as its example shows."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "居民家庭成员登记表"
    sheet.merge_cells("A1:G1")
    head(sheet, 2, "户主姓名 序号 姓名 与户主关系 性别(1男2女) 出生日期 现住址")
    for column, text in enumerate(("例:陈大文", 1, "陈大文", "户主", "1", "1980.2.3", "银河社区西路3号"), 1):
        sheet.cell(3, column, text)
    for column, text in enumerate((None, 2, "李小花", "妻", "2", "1982.5.6", "同上"), 1):
        sheet.cell(4, column, text)
    sheet.merge_cells("A3:A4")
    frame(sheet, "A2:G5")
    book.save(path)
    return path


def per_household(path: Path) -> Path:
    """One row per household."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "家庭户排查台账"
    head(sheet, 2, "序号 户主姓名 户主身份证号 户主联系电话 家庭人口数 返乡人数 备注")
    frame(sheet, "A2:G4")
    book.save(path)
    return path


def enterprises(path: Path) -> Path:
    """An enterprise form: contact below a group, real dates, a choice from another sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "企业"
    sheet["A1"] = "企业复工情况统计表"
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "镇街:"
    for column, text in zip(
        "ABCDE", ["序号", "企业名称", "统一社会信用代码", "员工总数", "复工日期"], strict=True
    ):
        sheet[f"{column}3"] = text
        sheet.merge_cells(f"{column}3:{column}4")
    sheet["F3"] = "联系人"
    sheet.merge_cells("F3:G3")
    sheet["F4"], sheet["G4"] = "姓名", "电话"
    sheet["H3"] = "是否复工"
    sheet.merge_cells("H3:H4")
    frame(sheet, "A3:H6")
    sheet["E5"].number_format = sheet["E6"].number_format = 'yyyy"年"m"月"d"日"'
    rule = DataValidation(type="list", formula1="=选项!$A$1:$A$2")
    rule.add("H5:H6")
    sheet.add_data_validation(rule)
    words = book.create_sheet("选项")
    words["A1"], words["A2"] = "已复工", "未复工"
    book.save(path)
    return path


def summary(path: Path) -> Path:
    """Communities by indicators, with named rows and totals as formulas."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "各社区疫情排查日报表(截至  月  日)"
    head(sheet, 2, "序号 社区 人口数 户数 湖北返回人数 居家隔离人数 企业数 口罩发放数")
    for row, name in enumerate(("银河", "金宁社区", "不存在社区"), 3):
        sheet.cell(row, 1, row - 2)
        sheet.cell(row, 2, name)
    sheet["A6"] = "合计"
    sheet["C6"] = "=SUM(C3:C5)"
    frame(sheet, "A2:H6")
    book.save(path)
    return path


def isolation(path: Path) -> Path:
    """Marks below 性别, an example row, a formula in every row, no room at all but the example."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "居家隔离人员台账"
    sheet.merge_cells("A1:H1")
    for column, text in zip(
        "ABEFGH", ["序号", "姓名", "隔离开始日期", "隔离天数", "签名", "证件末位"], strict=True
    ):
        sheet[f"{column}2"] = text
        sheet.merge_cells(f"{column}2:{column}3")
    sheet["C2"] = "性别"
    sheet.merge_cells("C2:D2")
    sheet["C3"], sheet["D3"] = "男", "女"
    for column, text in zip("ABCDEF", ("例", "某某", "√", None, "2月3日", 5), strict=True):
        sheet[f"{column}4"] = text
    sheet["H4"] = "=F4*2"
    sheet["A5"] = "合计"
    sheet["F5"] = "=SUM(F4:F4)"
    frame(sheet, "A2:H5")
    book.save(path)
    return path
