"""The first morning of a register: one address, one administrator, and from him everybody else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Home, new_home
from tests.journeys.pages import (
    BUTTON,
    OWN,
    Person,
    first_address,
    free_port,
    opened,
    path_of,
    serving,
    set_up_authenticator,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("first"))
    home.server()
    return home


def test_the_first_administrator_makes_himself_and_then_appoints(empty: Home, browser: Browser) -> None:
    with serving(empty) as served:
        one_time = first_address(served.said)
        page = opened(browser)
        page.goto(served.address)
        assert path_of(page) == "/account/login/"
        page.goto(one_time)
        page.fill("#name", "冼志明")
        page.fill("#login", "zhiming")
        for name in ("#password", "#again"):
            page.fill(name, OWN)
        page.click(BUTTON)
        assert path_of(page) == "/account/2fa/"
        set_up_authenticator(page, served.address, Person("zhiming", OWN))
        page.click("text=已收好")
        assert path_of(page) == "/users/"
        again = opened(browser)
        answer = again.goto(one_time)
        assert answer and answer.status == 404
        assert "已失效" in again.content()
        for one in (page, again):
            one.context.close()
    with serving(empty) as served:
        assert "/start/" not in served.said


def test_no_file_of_the_data_folder_holds_the_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = new_home(tmp_path_factory.mktemp("kept"))
    home.server()
    with serving(home) as served:
        token = first_address(served.said).rsplit("/", 1)[1].encode()
    found = subprocess.run(
        ["grep", "-rlaF", token.decode(), os.fspath(Path(home.folder))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""


def test_a_server_stopped_while_it_starts_ends(empty: Home) -> None:
    words = ("up", "--port", str(free_port()))
    with empty.popen(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        assert server.stdout
        for line in server.stdout:
            if "Spawning worker" in line:
                server.terminate()
    assert server.returncode == 0
