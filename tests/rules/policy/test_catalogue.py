"""Files of values are checked when they are read; what is wrong is said with file, value and entry."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fournets import policy
from fournets.policy.catalogue import catalogue, load

GOOD = """
[subject]
zh = "发热"
en = "Fever"

[threshold]
zh = "发热界限"
en = "fever threshold"
unit = "celsius"
type = "number"
entries = [
    { value = 37.3, from = 2020-01-20, reference = { document = "指引" }, checked = false },
    { value = 37.2, from = 2020-02-10, reference = { document = "通知", on = 2020-02-09 }, checked = true },
]
"""
LISTED = """
[subject]
zh = "名单"
en = "Lists"

[[areas]]
code = "42"
zh = "湖北"
en = "Hubei"
from = 2020-01-23
via_counts = true
reference = { document = "通告" }
checked = false
"""


def broken(folder: Path, text: str, file: str = "fever.toml") -> str:
    """What is said of a folder with this file in it."""
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(policy.BrokenValues) as caught:
        load(folder)
    return caught.value.message.text("en")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "fever.toml").write_text(GOOD, encoding="utf-8")
    first, second = load(tmp_path).values["fever.threshold"].entries
    assert (first.value, first.start, first.checked) == (37.3, date(2020, 1, 20), False)
    assert second.reference == policy.Reference("通知", "", date(2020, 2, 9))


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("value = 37.3", 'value = "37.3"', "entry 1: the value is not of type number"),
        ("value = 37.3", "value = true", "entry 1: the value is not of type number"),
        ("from = 2020-02-10,", "", "entry 2: from missing"),
        ("from = 2020-02-10", "from = 2020-02-10T08:00:00", "entry 2: from and until must be dates"),
        ("from = 2020-02-10", "from = 2020-02-10, until = 2020-02-10", "entry 2: until must be later"),
        ("from = 2020-02-10", "from = 2020-01-20", "entry 2: a second entry for the same scope"),
        ("from = 2020-02-10", 'from = 2020-02-10, scope = "佛山"', "entry 2: scope must be an area code"),
        ("from = 2020-02-10", "from = 2020-02-10, form = 3", "entry 2: form not known"),
        ('reference = { document = "指引" }, ', "", "entry 1: reference missing"),
        ('{ document = "指引" }', '{ number = "4" }', "entry 1: document missing"),
        ('{ document = "指引" }', '"指引"', "entry 1: a table is expected"),
        ('type = "number"', 'type = "integer"', "type must be one of number, text, flag, table"),
        ('unit = "celsius"', 'unit = "kelvin"', "the unit is not in units.toml"),
        ('en = "fever threshold"\n', "", "entry -: en missing"),
        ("[subject]", "[topic]", "[subject] with zh and en is missing"),
        ("[threshold]", "[threshold", "not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in GOOD
    sentence = broken(tmp_path, GOOD.replace(was, becomes))
    assert sentence.startswith("Policy file fever.toml")
    assert said in sentence


def test_a_text_must_be_one_of_its_choices(tmp_path: Path) -> None:
    text = GOOD.replace('"number"', '"text"\nchoices = [">", ">="]')
    sentence = broken(tmp_path, text.replace("37.3", '"<"').replace("37.2", '">"'))
    assert "value “threshold”, entry 1: the value is not among the choices" in sentence


def test_a_listed_region_must_say_whether_via_counts(tmp_path: Path) -> None:
    sentence = broken(tmp_path, LISTED.replace("via_counts = true\n", ""), "outbreak_areas.toml")
    assert "outbreak_areas.toml, value “areas”, entry 1: via_counts missing" in sentence


def test_the_sentence_is_there_in_chinese_too(tmp_path: Path) -> None:
    (tmp_path / "fever.toml").write_text(GOOD.replace("value = 37.3", 'value = "热"'), encoding="utf-8")
    with pytest.raises(policy.BrokenValues) as caught:
        load(tmp_path)
    assert "fever.toml 的“threshold”第 1 条有误" in caught.value.message.text("zh")


def test_the_files_that_ship_are_in_order() -> None:
    known = catalogue()
    assert {"fever", "isolation", "screening", "outbreak_areas"} <= set(known.subjects)
    assert {value.name.split(".")[0] for value in known.values.values()} <= set(known.subjects)


def test_what_nobody_read_in_the_original_is_not_called_checked() -> None:
    unread = [
        value.name
        for value in catalogue().values.values()
        for entry in value.entries
        if entry.checked and entry.reference.on is None
    ]
    assert unread == []
