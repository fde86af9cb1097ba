"""The commands of exports, as somebody at the server types them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fournets.accounts.services import create_user
from fournets.audit.models import AuditLine
from fournets.cli.exports import export_app
from fournets.cli.main import app
from fournets.organization.access import Reader
from fournets.places.scope import scope
from fournets.reporting.models import Export
from tests.apps.exports.conftest import AT, GALAXY, TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "keys")]
ASK = (
    "ask",
    GALAXY,
    "--recipient",
    "壬某 疾控中心",
    "--purpose",
    "复核",
    "--columns",
    "name,sex,phone,address",
)


def call(*words: str | Path, of: Any = export_app, code: int = 0) -> str:
    done = CliRunner().invoke(of, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def asked(login: str = "clerk", *more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(call(*ASK, "--as", login, "--json", "-", *more))
    return answer


def test_a_list_is_asked_for_made_and_listed(clerk: Reader, tmp_path: Path) -> None:
    serial = asked()["serial"]
    out = tmp_path / "list.csv"
    assert "wrote the list of 30 people" in call("make", serial, "--out", out, "--as", "clerk")
    assert out.stat().st_mode & 0o777 == 0o600
    listed = json.loads(call("list", "--json", "-"))
    assert [(one["serial"], one["state"], one["recipient"]) for one in listed] == [
        (serial, "made", "壬某 疾控中心")
    ]
    assert "壬某" in call("list")
    assert "made once already" in call(
        "make", serial, "--out", tmp_path / "more.csv", "--as", "clerk", code=2
    )
    assert not (tmp_path / "more.csv").exists()


def test_a_large_list_takes_two(clerk: Reader, chief: Reader, few: None, tmp_path: Path) -> None:
    serial = asked()["serial"]
    make = ("make", serial, "--out", tmp_path / "list.xlsx", "--as", "clerk")
    assert "waits for a second person" in call(*make, code=2)
    assert "needs one more right" in call("approve", serial, "--word", "是", "--as", "clerk", code=2)
    assert "is approved" in call("approve", serial, "--word", "同意", "--as", "chief")
    call(*make)
    with scope(TOWN):
        actors = AuditLine.objects.filter(act__contains="export").values_list("actor", flat=True)
        assert {actor.split()[-1] for actor in actors} == {"clerk", "chief"}
        assert all(actor.startswith("cli:") for actor in actors)


def test_a_large_list_is_refused_with_a_word(clerk: Reader, chief: Reader, few: None) -> None:
    serial = asked()["serial"]
    answer = json.loads(call("refuse", serial, "--word", "用途不明", "--as", "chief", "--json", "-"))
    assert answer["state"] == "refused"


def test_a_list_that_grew_over_the_limit_waits_from_then_on(clerk: Reader, few: None, tmp_path: Path) -> None:
    serials = [
        json.loads(call("ask", "440605123019", *ASK[2:], "--as", "clerk", "--json", "-"))["serial"]
        for _ in "12"
    ]
    with scope(TOWN):
        from tests.apps.exports.conftest import GOLDEN, crowd

        crowd(4, GOLDEN, first=701)
        call("make", serials[0], "--out", tmp_path / "a.csv", "--as", "clerk")
        crowd(4, GOLDEN, first=801)
    assert "over the limit" in call("make", serials[1], "--out", tmp_path / "b.csv", "--as", "clerk", code=2)
    with scope(TOWN):
        assert Export.objects.get(serial=serials[1]).state == "waiting"


def test_an_account_without_a_post_acts_nowhere(clerk: Reader) -> None:
    assert "nobody" in call(*ASK, "--as", "nobody", code=2)
    create_user("idle", "闲某", actor="cli:test", at=AT)
    assert "no post" in call(*ASK, "--as", "idle", code=2)
    with scope(TOWN):
        assert not Export.objects.exists()


def test_a_file_that_is_there_is_not_replaced(clerk: Reader, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    out.write_text("mine")
    call("make", asked()["serial"], "--out", out, "--as", "clerk", code=2)
    assert out.read_text() == "mine"


def test_a_leak_is_traced_from_pasted_text(clerk: Reader, tmp_path: Path) -> None:
    serial = asked()["serial"]
    out, leak = tmp_path / "list.csv", tmp_path / "leak.txt"
    call("make", serial, "--out", out, "--as", "clerk")
    rows = [line.split(",")[1:] for line in out.read_text(encoding="utf-8-sig").splitlines()[1:-1]]
    leak.write_text("\n".join("  ".join(row) for row in random.Random(3).sample(rows, 12)), encoding="utf-8")
    told = json.loads(call("trace-leak", leak, "--json", "-", of=app))
    assert [one["serial"] for one in told["named"]] == [serial]
    assert told["people"] == 12
    said = call("trace-leak", leak, of=app)
    assert "This is the copy of 壬某 疾控中心" in said
    with scope(TOWN):
        line = AuditLine.objects.filter(act="trace_leak").latest("id")
    assert line.details["named"] == [serial]
    assert "壬某" not in str(line.details)


def test_a_text_of_strangers_ends_with_nobody_named(clerk: Reader, tmp_path: Path) -> None:
    leak = tmp_path / "leak.csv"
    leak.write_text("某张三,13900000000\n某李四,13900000001\n", encoding="gb18030")
    assert "Nobody can be named" in call("trace-leak", leak, of=app, code=1)


def test_a_file_that_is_no_list_is_refused_with_a_sentence(tmp_path: Path) -> None:
    leak = tmp_path / "leak.pdf"
    leak.write_bytes(b"%PDF-1.4")
    call("trace-leak", leak, of=app, code=2)
