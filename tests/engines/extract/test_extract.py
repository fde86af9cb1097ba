"""Real files through real children: every row accounted for, and a child's death is a sentence, not an accident."""

from __future__ import annotations

import os
import signal
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from threading import Timer

import openpyxl
import pytest
import xlsxwriter

from fournets.intake.extract import Extracted, ExtractOptions, Reader, extract, extract_many, read_sheets
from fournets.intake.rules.ids import check_character
from fournets.language import Refusal, catalogue

DAY = date(2020, 2, 5)
OPTIONS = ExtractOptions(on=DAY)
HEADER = ["序号", "姓名", "身份证号码", "联系电话", "返回日期", "体温", "现住址"]


def number(order: int) -> str:
    digits = f"44060519750307{order:03}"
    return digits + check_character(digits)


def write(path: Path, *rows: list[object]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("返乡人员")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return path


def roster(path: Path, people: int = 3) -> Path:
    rows = [
        [n, "张伟", number(n), "13800138000", "2月3日", "36.5℃", "银河社区西路3号"]
        for n in range(1, people + 1)
    ]
    return write(path, ["返乡人员登记表"], HEADER, *rows, ["合计", f"{people}人"], ["填表人:李四"])


def test_every_row_with_anything_in_it_becomes_one_line(tmp_path: Path) -> None:
    sheet = extract(roster(tmp_path / "名单.xlsx"), options=OPTIONS).sheets[0]
    assert sheet.rows == len(sheet.table) == 7
    assert sheet.table["row"].to_pylist() == [1, 2, 3, 4, 5, 6, 7]
    assert sheet.table["status"].to_pylist() == ["not_data"] * 2 + ["data"] * 3 + ["not_data"] * 2
    assert sheet.table["reason"].to_pylist() == ["title", "header", None, None, None, "total", "signature"]
    assert sheet.table["returned_on"].to_pylist()[2] == "2020-02-03"
    assert sheet.table["id_certainty"].to_pylist()[2] == "verified"


def test_what_is_hidden_or_was_never_calculated_is_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(roster(tmp_path / "名单.xlsx"))
    page = book.active
    page["F3"] = "=36+0.5"
    page.column_dimensions["D"].hidden = page.column_dimensions["E"].hidden = True
    page.row_dimensions[4].hidden = True
    book.save(tmp_path / "隐藏.xlsx")
    sheet = extract(tmp_path / "隐藏.xlsx", options=OPTIONS).sheets[0]
    told = {one["code"]: one for one in sheet.notices}
    assert told["extract_hidden_rows"]["count"] == 1
    assert told["extract_hidden_columns"]["columns"] == "D, E"
    assert told["extract_uncalculated"]["count"] == 1
    for code, values in told.items():
        assert catalogue()[code]["zh"].format(**values) != catalogue()[code]["en"].format(**values)
    assert sheet.table["phone"].to_pylist()[2] == "13800138000"
    assert "cell_uncalculated" in sheet.table["problems"].to_pylist()[2]


def test_raw_sheets_come_back_with_their_days(tmp_path: Path) -> None:
    path = tmp_path / "raw.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("一").write_row(0, 0, ["张伟", 3.5, True])
        book.worksheets()[0].write_datetime(0, 3, datetime.fromisoformat("2020-02-03"))
    sheet = read_sheets(path)[0]
    assert sheet.rows[0][:3] == ["张伟", 3.5, True]
    assert sheet.rows[0][3] in (date(2020, 2, 3), datetime.fromisoformat("2020-02-03"))


def test_many_files_come_in_order_and_share_children(tmp_path: Path) -> None:
    paths = [roster(tmp_path / f"{n}.xlsx", people=n) for n in range(1, 13)]
    paths.insert(4, tmp_path / "missing.xlsx")
    results = list(extract_many(paths, OPTIONS))
    assert [path for path, _ in results] == paths
    assert isinstance(results[4][1], Refusal)
    counts = [result.sheets[0].rows for _, result in results if isinstance(result, Extracted)]
    assert counts == [n + 4 for n in range(1, 13)]


def test_one_child_reads_many_files(tmp_path: Path) -> None:
    with Reader() as reader:
        reader.read(roster(tmp_path / "a.xlsx"), OPTIONS)
        first = reader.process
        reader.read(roster(tmp_path / "b.xlsx"), OPTIONS)
        assert reader.process == first


def test_a_file_that_is_no_workbook_is_refused_and_the_child_lives_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 nothing")
    with Reader() as reader:
        with pytest.raises(Refusal) as refused:
            reader.read(bad, OPTIONS)
        assert "bad.xlsx" in str(refused.value)
        before = reader.process
        assert reader.read(roster(tmp_path / "good.xlsx"), OPTIONS).sheets
        assert reader.process == before


def test_a_file_that_needs_too_much_memory_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = roster(tmp_path / "large.xlsx", people=4000)
    with Reader() as reader:
        with pytest.raises(Refusal) as refused:
            reader.read(path, ExtractOptions(on=DAY, memory_mb=1))
        assert refused.value.message.code in ("extract_memory", "file_damaged")
        assert reader.read(path, OPTIONS).sheets[0].rows == 4004


def test_a_file_that_takes_too_long_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = roster(tmp_path / "slow.xlsx", people=30_000)
    with Reader() as reader:
        with pytest.raises(Refusal) as refused:
            reader.read(path, ExtractOptions(on=DAY, seconds=-1))
        assert refused.value.message.code == "extract_time"
        assert reader.read(roster(tmp_path / "next.xlsx"), OPTIONS).sheets


def _strike(child: int, blow: signal.Signals) -> None:
    os.kill(child, blow)
    with suppress(ProcessLookupError):  # gone already
        os.kill(child, signal.SIGCONT)


@pytest.mark.parametrize(
    ("blow", "code"),
    [
        (signal.SIGABRT, "extract_memory"),
        (signal.SIGKILL, "extract_memory"),
        (signal.SIGSEGV, "extract_broken"),
        (signal.SIGXCPU, "extract_time"),
    ],
)
def test_a_dying_child_is_a_sentence_and_the_next_file_gets_a_fresh_one(
    tmp_path: Path, blow: signal.Signals, code: str
) -> None:
    small = roster(tmp_path / "small.xlsx")
    with Reader() as reader:
        reader.read(small, OPTIONS)
        child = reader.process
        assert child is not None
        os.kill(child, signal.SIGSTOP)  # so that it dies with the request in hand
        Timer(0.5, _strike, (child, blow)).start()
        with pytest.raises(Refusal) as refused:
            reader._answer(small, OPTIONS, raw=False)
        assert refused.value.message.code == code
        assert reader.read(small, OPTIONS).sheets
        assert reader.process != child


def test_every_sentence_is_in_both_languages() -> None:
    own = [code for code in catalogue() if code.startswith(("cell_", "row_", "extract_"))]
    assert own and all(set(catalogue()[code]) == {"zh", "en"} for code in own)


def test_the_child_knows_no_keys_and_cannot_write(tmp_path: Path) -> None:
    with Reader() as reader:
        reader.read(roster(tmp_path / "a.xlsx"), OPTIONS)
        environment = Path(f"/proc/{reader.process}/environ").read_bytes()
        limits = Path(f"/proc/{reader.process}/limits").read_text()
        command = Path(f"/proc/{reader.process}/cmdline").read_bytes()
    assert b"FOURNETS" not in environment and b"DATABASE" not in environment
    assert str(tmp_path).encode() not in command
    file_size = next(line for line in limits.splitlines() if line.startswith("Max file size"))
    assert file_size.split()[3:5] == ["0", "0"]


def test_an_archive_is_told_apart_from_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(roster(tmp_path / "a.xlsx"), "a.xlsx")
    with pytest.raises(Refusal):
        extract(path, options=OPTIONS)
