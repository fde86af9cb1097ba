"""Reads and cleans a workbook of 1,000,000 cells in one child, as intake does: ``python benchmarks/parse_and_clean.py``.

The workbook is an invented household register of 50,000 rows and 20 columns with the usual mess at realistic rates. The
time runs from asking a waiting child to holding the finished tables; the peak is the child's largest resident memory.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from fournets.intake.extract import Extracted, ExtractOptions, Reader
from fournets.intake.rules.ids import check_character

HEADERS = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "身份证号码",
    "联系电话",
    "户编号",
    "与户主关系",
    "户主姓名",
    "现住址",
    "户籍地址",
    "来自地区",
    "返回日期",
    "交通方式",
    "车次",
    "是否到过疫情发生地",
    "是否接触史",
    "体温",
    "健康状况",
    "备注",
]
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高",
    "伟芳娜敏静秀英丽强磊军洋勇艳杰涛明超霞平刚桂兰志国建华文",
)
REGIONS = ("", "", "", "湖北武汉", "湖北省黄冈市麻城市", "浙江温州", "广东佛山", "广西", "湖南长沙")
DAY = date(2020, 2, 5)


def person(chance: random.Random, number: int) -> list[str | float]:
    """One row, in which about one value in fifteen is untidy."""
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(28_000))
    digits = f"440605{born:%Y%m%d}{chance.randrange(1000):03}"
    identity = digits + check_character(digits)
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    phone = f"13{chance.randrange(10**9):09}"
    address = f"银河社区西路{chance.randrange(300)}号{chance.randrange(20)}栋{chance.randrange(900)}"
    returned = DAY - timedelta(days=chance.randrange(20))
    messy = chance.random
    return [
        float(number),
        f"{name[0]} {name[1:]}" if messy() < 0.05 else name,
        "男" if int(digits[16]) % 2 else "女",
        "汉族",
        f"'{identity.lower()} " if messy() < 0.08 else identity,
        f"{phone[:3]} {phone[3:7]} {phone[7:]}" if messy() < 0.08 else phone,
        f"H{number // 3:05}",
        "户主" if number % 3 == 0 else "配偶",
        name,
        "同上" if number % 3 and messy() < 0.3 else address,
        f"广东省佛山市南海区丹灶镇{address}",
        chance.choice(REGIONS),
        f"{returned.month}月{returned.day}日" if messy() < 0.2 else returned.isoformat(),
        chance.choice(("自驾", "高铁", "大巴")),
        chance.choice(("G1012", "Z47", "")),
        chance.choice(("否", "否", "是", "无")),
        chance.choice(("无", "否")),
        chance.choice(("36.5", "36.6℃", "３６．８", "正常")),
        "良好",
        chance.choice(("", "", "已电话联系", "返厂待定")),
    ]


def write_register(path: Path, rows: int) -> None:
    """Writes the workbook."""
    chance = random.Random(20200205)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("户籍表")
        sheet.write_row(0, 0, ["丹灶镇银河社区居民户籍登记表"])
        sheet.write_row(1, 0, HEADERS)
        for number in range(rows):
            sheet.write_row(number + 2, 0, person(chance, number))


def measure(path: Path, reader: Reader) -> tuple[float, Extracted]:
    """Seconds for one reading by a waiting child, and what came of it."""
    start = time.perf_counter()
    extracted = reader.read(path, ExtractOptions(on=DAY))
    return time.perf_counter() - start, extracted


def peak_megabytes(reader: Reader) -> int:
    """The largest resident memory the child has had."""
    lines = Path(f"/proc/{reader.process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main() -> None:
    """Prints rows, cells, the median of the runs and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        small, large = Path(folder, "small.xlsx"), Path(folder, "register.xlsx")
        write_register(small, 20)
        write_register(large, wish.rows)
        measure(small, reader)  # the child has started and loaded everything
        runs = [measure(large, reader) for _ in range(wish.runs)]
        peak = peak_megabytes(reader)
    times, sheet = [seconds for seconds, _ in runs], runs[0][1].sheets[0]
    print(f"kind {sheet.kind}, {sheet.rows:,} rows, {wish.rows * len(HEADERS):,} cells")
    print(
        f"median of {len(times)}: {statistics.median(times):.2f} s ({', '.join(f'{t:.2f}' for t in times)})"
    )
    print(f"peak memory of the child: {peak:,} MB")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
