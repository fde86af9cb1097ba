"""The vocabulary says every thing once, in both languages."""

from __future__ import annotations

from collections import defaultdict

import pytest

from fournets.workbooks.headers import meanings
from fournets.workbooks.vocabulary import code_of, fields, header_key, view, written

SHARED = {
    "人数",
    "总人数",
    "包干责任人",
    "街道",
    "镇街",
}  # told apart by what the table is about, or by the values


@pytest.mark.parametrize("field", fields().values(), ids=lambda field: field.name)
def test_every_name_of_a_field_means_that_field(field) -> None:  # type: ignore[no-untyped-def]
    for name in field.names:
        assert meanings((name,)).get(field.name) == 1.0, name


def test_no_header_means_two_things() -> None:
    meant = defaultdict(set)
    for field in fields().values():
        for name in field.names:
            meant[header_key(name)].add(field.name)
    assert {key for key, found in meant.items() if len(found) > 1} == SHARED


def test_views_and_writings_name_what_there_is() -> None:
    for subject in ("person", "enterprise", "place"):
        assert {name for pair in view(subject).items() for name in pair if name} <= set(fields())
    for field in fields().values():
        assert not field.written or written(field.written)


@pytest.mark.parametrize(
    "header", ["*身份证号码\n(必填)", "2、身份证 号码:", "身份证号码", "★身份证號码".replace("號", "号")]
)
def test_notes_stars_numbers_and_spaces_do_not_hide_a_header(header: str) -> None:
    assert meanings((header,)) == {"id_number": 1.0}


@pytest.mark.parametrize(("text", "code"), [(" √ ", "yes"), ("Ｙ", "yes"), ("无", "no"), ("也许", None)])
def test_yes_and_no_are_read_as_people_write_them(text: str, code: str | None) -> None:
    assert code_of("yes_no", text) == code
