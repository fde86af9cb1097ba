"""The commands of forms, as a clerk calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from fournets.cli.forms import forms_app
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from tests.apps.forms import blanks, other_blanks
from tests.apps.forms.conftest import TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture
def ring() -> KeyRing:
    return load_ring(home() / "keys.toml")


def call(monkeypatch: pytest.MonkeyPatch, *words: str | Path, lang: str = "zh") -> tuple[int, str]:
    monkeypatch.setenv("FOURNETS_LANG", lang)
    done = CliRunner().invoke(forms_app, [str(word) for word in words])
    return done.exit_code, done.output.replace("\n", "")


def fill_words(blank: Path, out: Path) -> tuple[str | Path, ...]:
    return ("fill", blank, "--area", TOWN, "--on", "2020-02-03", "--out", out)


def test_the_report_has_the_columns_of_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blank, out, report = (tmp_path / name for name in ("b.xlsx", "o.xlsx", "r.json"))
    code, said = call(monkeypatch, *fill_words(blanks.returnees(blank), out), "--json", report)
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    columns = {one["header"]: one for one in told["columns"]}
    assert code == 1
    assert {"cell": "B4", "header": "姓名", "field": "name"}.items() <= columns["姓名"].items()
    assert {"cell": "J4", "header": "手机彩铃", "field": None}.items() <= columns["手机彩铃"].items()
    assert told["rows"] == 2
    assert told["cells_filled"] == sum(one["filled"] for one in told["columns"])
    assert told["cells_empty"] == sum(why["cells"] for one in told["columns"] for why in one["why_empty"]) > 0
    assert all(why["zh"] and why["en"] for one in told["columns"] for why in one["why_empty"])
    assert "登记库没有这一项 2" in said and "甲某" not in said + report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "登记库没有这一项:J4“手机彩铃”"),
        ("en", "The register does not know J4 “手机彩铃”"),
    ],
)
def test_learning_names_each_column_the_register_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, sentence: str
) -> None:
    code, said = call(monkeypatch, "learn", blanks.returnees(tmp_path / "b.xlsx"), lang=lang)
    assert (code, sentence in said) == (1, True)


def test_learning_says_what_changed_since_the_last_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blanks.returnees(tmp_path / "b.xlsx")
    assert "第一次见到这份表" in call(monkeypatch, "learn", path)[1]
    assert "与第 1 版相同" in call(monkeypatch, "learn", path)[1]
    book = load_workbook(path)
    book.active["E4"], book.active["J4"] = "手机号码", "宠物"
    book.save(path)
    said = call(monkeypatch, "learn", path)[1]
    assert "与第 1 版相比:新增 宠物;取消 手机彩铃;改名 联系电话 → 手机号码" in said


def test_an_unusable_blank_is_refused_in_a_sentence_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, out = tmp_path / "letter.xlsx", tmp_path / "out.xlsx"
    book = Workbook()
    book.active["A1"] = "通知"
    book.save(letter)
    code, said = call(monkeypatch, *fill_words(letter, out))
    assert (code, "没有认出可填的表格" in said, out.exists()) == (2, True, False)
    out.write_bytes(b"kept")
    code, said = call(monkeypatch, *fill_words(blanks.returnees(letter), out))
    assert (code, "--force" in said, out.read_bytes()) == (2, True, b"kept")


def test_an_area_may_be_named_and_a_filled_form_is_an_xlsx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank, out = blanks.returnees(tmp_path / "b.xlsx"), tmp_path / "o.xlsx"
    code, said = call(monkeypatch, "fill", blank, "--area", "银河", "--on", "2020-02-03", "--out", out)
    assert (code, "已填 2 行" in said) == (1, True)
    code, said = call(monkeypatch, *fill_words(blank, tmp_path / "o.csv"))
    assert (code, ".xlsx 结尾" in said, (tmp_path / "o.csv").exists()) == (2, True, False)


def test_learning_says_whom_a_form_is_about_and_what_it_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "填报对象:来(返)人员" in call(monkeypatch, "learn", blanks.returnees(tmp_path / "b.xlsx"))[1]
    said = call(monkeypatch, "learn", other_blanks.two_tables(tmp_path / "c.xlsx"))[1]
    assert "按全部人员填写" in said and "第 6 行起还有一张表" in said
