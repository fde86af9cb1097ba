"""The first morning of a register: one address, one administrator, and from him everybody else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Home, new_home, unused_home
from tests.journeys.pages import (
    BUTTON,
    OWN,
    TOWN,
    Person,
    first_address,
    free_port,
    opened,
    path_of,
    serving,
    set_up_authenticator,
    sign_in_first,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return unused_home(tmp_path_factory.mktemp("first"))


def test_an_empty_folder_leads_from_the_town_to_the_first_workbook(empty: Home, browser: Browser) -> None:
    with serving(empty) as served:
        one_time = first_address(served.said)
        page = opened(browser)
        page.goto(served.address)
        assert path_of(page) == "/account/login/"
        page.goto(one_time)
        wrong = {
            "name": "区划.csv",
            "mimeType": "text/csv",
            "buffer": "代码,名称,简称,类别\n44,联沙,联沙,社区".encode(),
        }
        page.set_input_files("#divisions", wrong)
        page.click(BUTTON)
        assert "第 2 行" in page.inner_text("main .errorlist")
        page.set_input_files("#divisions", empty.folder / "divisions.csv")
        page.click(BUTTON)
        page.fill("#name", "冼志明")
        page.fill("#login", "zhiming")
        for name in ("#password", "#again"):
            page.fill(name, OWN)
        page.click(BUTTON)
        assert path_of(page) == "/account/2fa/"
        set_up_authenticator(page, served.address, Person("zhiming", OWN))
        page.click("text=已收好")
        assert path_of(page) == "/users/" and "丹灶,2 个村(社区)" in page.inner_text("ol.steps")
        page.click("ol.steps a.button")
        page.fill("#name", "区美兰")
        page.fill("#login", "meilan")
        page.select_option("#area", TOWN)
        page.click(BUTTON)
        clerk = Person("meilan", page.inner_text("code.secret"))
        page.goto(f"{served.address}/users/")
        assert not page.locator("ol.steps").count()
        again = opened(browser)
        answer = again.goto(one_time)
        assert answer and answer.status == 404
        assert "已失效" in again.content()
        desk = opened(browser)
        sign_in_first(desk, served.address, clerk, factor=False)
        desk.goto(f"{served.address}/today/")
        desk.click("text=收第一张表")
        assert path_of(desk) == "/intake/"
        for one in (page, again, desk):
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
