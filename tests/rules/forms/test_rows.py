"""Opening rows moves everything below whole; nothing written can become a formula."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table

from fournets.reporting.forms.cells import put
from fournets.reporting.forms.rows import Opening, copy_row_style, moved_formula, open_rows

OPENING = Opening("表", first=5, last=7, count=10)


def test_references_move_as_a_person_at_the_screen_would_see() -> None:
    cases = {
        "=SUM(C5:C7)": "=SUM(C5:C17)",
        "=SUM($C$5:$C$7)*2": "=SUM($C$5:$C$17)*2",
        "=C7+C8": "=C7+C18",
        "=SUM(C6:C6)+C4": "=SUM(C6:C6)+C4",
        "=C5/C8": "=C5/C18",
        "=SUM(表!A5:A7)": "=SUM(表!A5:A17)",
        "=SUM('别的'!A5:A7)": "=SUM('别的'!A5:A7)",
        '=IF(A9="A9",1,总数)': '=IF(A19="A9",1,总数)',
        "=SUM(C:C)": "=SUM(C:C)",
        "=SUM(8:9)": "=SUM(18:19)",
    }
    assert {old: moved_formula(old, "表", OPENING) for old in cases} == cases


def test_a_formula_on_another_sheet_follows() -> None:
    assert moved_formula("=表!C8+C8", "汇总", OPENING) == "=表!C18+C8"


def _book() -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = "表"
    for row in range(4, 8):
        sheet.cell(row, 1, f"行{row}")
    sheet["A8"], sheet["B8"] = "合计", "=COUNTA(A5:A7)"
    sheet.merge_cells("C8:D9")
    sheet.row_dimensions[8].height = 40
    sheet["F8"].hyperlink = "#表!A1"
    sheet.conditional_formatting.add(
        "B5:B7", FormulaRule(formula=["$A$8=1"], fill=PatternFill("solid", fgColor="FFFF0000"))
    )
    sheet.auto_filter.ref = "A4:B7"
    sheet.row_breaks.append(Break(id=8))
    book.defined_names["总行"] = DefinedName("总行", attr_text="'表'!$B$8")
    other = book.create_sheet("别的")
    other["A1"] = "=表!B8"
    return book


def test_everything_below_the_table_moves_and_what_covers_it_grows() -> None:
    book = _book()
    sheet = book["表"]
    open_rows(sheet, 5, 7, 3)
    assert (sheet["A11"].value, sheet["B11"].value, sheet["A8"].value) == ("合计", "=COUNTA(A5:A10)", None)
    assert [str(span) for span in sheet.merged_cells.ranges] == ["C11:D12"]
    assert (sheet.row_dimensions[11].height, sheet.row_dimensions[8].height) == (40, None)
    assert sheet["F11"].hyperlink.ref == "F11"
    assert [(str(one.sqref), one.rules[0].formula) for one in sheet.conditional_formatting] == [
        ("B5:B10", ["$A$11=1"])
    ]
    assert (sheet.auto_filter.ref, sheet.row_breaks.brk[0].id) == ("A4:B10", 11)
    assert book.defined_names["总行"].attr_text == "'表'!$B$11"
    assert book["别的"]["A1"].value == "=表!B11"


def test_a_table_object_grows_and_the_file_opens_again() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["甲", "乙"])
    sheet.append([1, 2])
    sheet.add_table(Table(displayName="T", ref="A1:B2"))
    open_rows(sheet, 2, 2, 4)
    out = io.BytesIO()
    book.save(out)
    assert load_workbook(out).active.tables["T"].ref == "A1:B6"


def test_new_rows_take_the_formulas_of_the_pattern_with_their_own_references() -> None:
    sheet = Workbook().active
    sheet["C2"] = "=A2*$B$1"
    copy_row_style(sheet, 2, range(3, 5), range(1, 4))
    assert [sheet[cell].value for cell in ("C3", "C4")] == ["=A3*$B$1", "=A4*$B$1"]


dangerous = st.sampled_from(["=", "+", "-", "@", "\t=", "＝", " =", "\n@", "|", "%", "'="])


@given(st.text(max_size=40) | st.builds(str.__add__, dangerous, st.text(max_size=40)), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_text_becomes_a_formula(text: str, as_text: bool) -> None:
    book = Workbook()
    put(book.active["A1"], text, as_text=as_text)
    out = io.BytesIO()
    book.save(out)
    cell = load_workbook(io.BytesIO(out.getvalue())).active["A1"]
    assert cell.data_type != "f"
    assert not str(cell.value or "").lstrip().startswith(("=", "＝", "@", "+"))


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 50))
def test_a_range_over_the_whole_table_always_covers_the_new_rows(first: int, length: int, count: int) -> None:
    last = first + length - 1
    opening = Opening("S", first, last, count)
    moved = moved_formula(f"=SUM(B{first}:B{last})", "S", opening)
    assert moved == f"=SUM(B{first}:B{last + count})"
