"""The page of who may do what is made from the one table, and is fresh."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from fournets.organization.rights import rights, roles
from tests.apps.access.routes import routes

SOURCE = Path(__file__).parents[3] / "docs" / "access.py"


@pytest.fixture
def document() -> ModuleType:
    spec = importlib.util.spec_from_file_location("access_document", SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_in_the_manual_is_fresh(document: ModuleType) -> None:
    assert document.PAGE.read_text(encoding="utf-8") == document.page()


def test_every_role_right_and_address_stands_in_it(document: ModuleType) -> None:
    text = document.page()
    for one in (*roles().values(), *rights().values()):
        assert all(word in text for word in (f"`{one.key}`", one.zh, one.en))
    assert text.count("\n| `/") == len(routes())


def test_a_role_has_its_mark_under_its_rights_and_no_other(document: ModuleType) -> None:
    lines = [line for line in document.page().splitlines() if "<br>`" in line]
    for line, right in zip(lines, rights().values(), strict=True):
        marks = [cell.strip() == "●" for cell in line.split("|")[2:-1]]
        assert {role for role, marked in zip(roles(), marks, strict=True) if marked} == right.roles


def test_a_stale_page_fails_the_check_and_is_not_written(
    document: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document.PAGE = tmp_path / "access.md"
    assert document.main(["--check"]) == 1
    assert "docs/access.py" in capsys.readouterr().err and not document.PAGE.exists()
    assert document.main([]) == 0
    assert document.main(["--check"]) == 0
