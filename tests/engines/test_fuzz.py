"""What strangers send goes through every parser: good examples each time, what atheris makes of them in ``make test-all``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fournets.language import Refusal
from fournets.places.services.geojson import _features
from fournets.reporting.forms.learn import open_blank
from tests.engines.workbooks.files import rewritten, xlsx
from tests.fuzz.__main__ import NAMES
from tests.fuzz.parsers import parsers

RUNS = 500


def test_every_parser_is_fed() -> None:
    assert list(parsers()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_reads_its_own_examples(name: str) -> None:
    parser = parsers()[name]()
    examples = parser.examples()
    assert examples
    assert all(parser.read(one) is not None for one in examples if one)
    parser.close()


@pytest.mark.slow(
    "fournets/workbooks",
    "fournets/intake",
    "fournets/places",
    "fournets/people/rules",
    "fournets/reporting",
    "tests/fuzz",
)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_a_sentence_comes_out_of_a_parser(name: str) -> None:
    words = [sys.executable, "-m", "tests.fuzz", name, f"--runs={RUNS}", "--seconds=60"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "nothing found" in done.stdout


def test_features_that_are_no_list_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        list(_features(b'{"features": null}', "a.geojson"))
    assert refused.value.message.code == "geojson_unreadable"


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud83d"])
def test_a_sign_no_database_keeps_is_refused_with_its_feature(sign: str) -> None:
    text = (
        '{"features": [{"properties": {"community": "银河"}}, {"properties": {"building_name": "2栋'
        + sign
        + '"}}]}'
    )
    with pytest.raises(Refusal) as refused:
        list(_features(text.encode(), "a.geojson"))
    assert (refused.value.message.code, refused.value.message.values) == ("geojson_signs", {"number": 2})


def test_a_whole_character_outside_the_first_plane_is_kept() -> None:
    text = json.dumps({"features": [{"properties": {"building_name": "𠮷屋"}}]})
    assert [one["properties"] for one in _features(text.encode(), "a.geojson")] == [{"building_name": "𠮷屋"}]


def test_a_blank_with_a_broken_part_is_refused(tmp_path: Path) -> None:
    good = xlsx(tmp_path / "good.xlsx", {"表": [("姓名", "身份证号码")]})
    with pytest.raises(Refusal) as refused:
        open_blank(rewritten(tmp_path / "broken.xlsx", good, {"docProps/core.xml": b"<core & >"}))
    assert refused.value.message.code == "form_damaged"
