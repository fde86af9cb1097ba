"""A form from the page to a phone and back: sent in the browser, filled on a device, taken in, seen as a person's file."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import Browser, Page, expect

from tests.apps.interop.test_take import DOOR, MEI_HERE, QIANG_HERE, home_of
from tests.journeys.conftest import new_home
from tests.journeys.home import Home
from tests.journeys.pages import (
    DESK,
    PHONE,
    YINHE,
    complaints_of,
    hired,
    opened,
    overflow,
    serving,
    sign_in_first,
)
from tests.journeys.test_looks import violations

EXAMPLES = Path(__file__).parents[2] / "examples" / "field"
BOUNDARY = "fieldform"
SEEN = 60_000  # milliseconds for the worker to do a job


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = new_home(tmp_path_factory.mktemp("field"))
    found.server()
    return found


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with serving(home) as served:
        yield served.address


@pytest.fixture(scope="module")
def page_of(home: Home, address: str, browser: Browser) -> Callable[..., Page]:
    """A page of somebody new, signed in for real."""

    def signed_in(role: str, area: str = YINHE) -> Page:
        page = opened(browser)
        sign_in_first(page, address, hired(home, f"{role}.here", role, area), factor=False)
        return page

    return signed_in


def asked(address: str, method: str, path: str, body: bytes | list[bytes] | None = None) -> tuple[int, bytes]:
    """One request of a device; a body in parts is sent in chunks, of no length told before."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {}
    chunks = iter(body) if isinstance(body, list) else body
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as link:
        link.request(method, path, chunks, headers, encode_chunked=isinstance(body, list))
        answer = link.getresponse()
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        return answer.status, answer.read()


def part(xml: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f"\r\n\r\n'
    return f"{head}{xml}\r\n--{BOUNDARY}--\r\n".encode()


def test_a_form_goes_out_to_a_phone_and_comes_back_as_peoples_files(
    home: Home, address: str, page_of: Callable[..., Page]
) -> None:
    page_of("grid_worker").context.close()  # he has a password of his own now
    page = page_of("community")
    said = complaints_of(page)
    page.goto(f"{address}/field-forms/")
    page.set_input_files("#workbook", EXAMPLES / "household.xlsx")
    page.click("section.panel button")
    expect(page.locator("table.list")).to_contain_text("在用")

    token = json.loads(
        home.run("user", "token", "grid_worker.here", "--for", "手机", "--device", "--json", "-")
    )["token"]
    base = f"/openrosa/{token}"
    status, content = asked(address, "GET", f"{base}/formList")
    listed = fromstring(content)[0]
    assert status == 200 and listed.findtext("{*}formID") == "household"
    assert asked(address, "HEAD", f"{base}/formList?formID=household") == (200, b"")
    assert asked(address, "HEAD", f"{base}/submission") == (204, b"")
    for name in ("downloadUrl", "manifestUrl"):
        assert asked(address, "GET", urlsplit(listed.findtext("{*}" + name) or "").path)[0] == 200
    filled = part(home_of(DOOR, MEI_HERE, QIANG_HERE))
    assert asked(address, "POST", f"{base}/submission", filled)[0] == 201
    assert asked(address, "POST", f"{base}/submission", [filled[:100], filled[100:]])[0] == 201
    assert asked(address, "POST", f"{base}/submission", part(home_of("别处", MEI_HERE)))[0] == 409

    page.goto(f"{address}/field-forms/")
    expect(page.locator("table.list")).to_contain_text("1 份,其中 1 份还没收进")
    expect(page.locator("table.list")).to_contain_text("另存待核对 1 份")
    for path in ("/field-forms/", "/field-forms/aside/"):
        page.goto(f"{address}{path}")
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            assert violations(page) == [] and overflow(page) <= 0
    page.get_by_role("button", name="不采用").click()
    expect(page.locator("main")).to_contain_text("没有等着决定的报送")
    page.goto(f"{address}/field-forms/")
    page.set_viewport_size(DESK)
    with page.expect_navigation():  # going on before the form has led on would call it off
        page.get_by_role("button", name="收进").click()
    page.goto(f"{address}/jobs/")
    expect(page.locator("main")).to_contain_text("外勤报送收进")
    expect(page.locator("main .state.good").first).to_be_visible(timeout=SEEN)
    page.goto(f"{address}/people/")
    expect(page.locator("main")).to_contain_text("区美兰")
    expect(page.locator("main")).to_contain_text("陈志强")
    page.goto(f"{address}/field-forms/")
    expect(page.locator("table.list")).to_contain_text("1 份,其中 0 份还没收进")
    assert said == []


def test_a_mistake_is_told_on_the_page_and_nothing_is_kept(
    address: str, page_of: Callable[..., Page], tmp_path: Path
) -> None:
    from tests.apps.interop.conftest import form_book

    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(form_book(("text", "a b", "问")))
    page = page_of("task_group")
    page.goto(f"{address}/field-forms/?lang=en")
    page.set_input_files("#workbook", wrong)
    page.click("section.panel button")
    expect(page.get_by_role("alert")).to_contain_text('Sheet "survey", row 2')
    assert violations(page) == []


def test_the_commands_add_and_list_forms(home: Home) -> None:
    made = home.ask("fieldforms", "add", EXAMPLES / "returnee.xlsx", "--area", YINHE)
    assert (made["form"], made["questions"], made["warnings"]) == ("returnee", 8, [])
    listed = {one["form"]: one for one in home.ask("fieldforms", "list", "--area", YINHE)}
    assert (
        listed["returnee"]["newest"] and not listed["returnee"]["closed"] and listed["returnee"]["sent"] == 0
    )
    assert "returnee" not in {one["form"] for one in home.ask("fieldforms", "list", "--area", "联沙")}
    home.run("fieldforms", "add", home.folder / "divisions.csv", "--area", YINHE, codes=(2,))


def test_a_form_is_filled_in_the_browser_and_nothing_is_lost_without_a_network(
    home: Home, address: str, page_of: Callable[..., Page]
) -> None:
    """Drawn by ODK Web Forms, which nobody here wrote, under a policy that lets nothing in from elsewhere."""
    home.run("fieldforms", "add", EXAMPLES / "building.xlsx", "--area", "银河")
    page = page_of("medic")
    page.set_viewport_size(PHONE)
    said = complaints_of(page)
    page.goto(f"{address}/field-forms/fill/")
    assert violations(page) == [] and overflow(page) <= 0
    with page.expect_navigation():
        page.get_by_role("link", name="楼栋走访表").click()
    expect(page.locator("#fill h1:visible")).to_have_text("楼栋走访表 Building walk", timeout=SEEN)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#fill")).to_contain_text("3 questions with errors")  # nothing went out
    page.get_by_label("楼栋", exact=False).first.fill("西路3号2栋")
    page.get_by_label("门牌").fill("501")
    page.get_by_text("无人在家").click()
    assert overflow(page) <= 0
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#fill-said")).to_contain_text("没有连上网络")
    page.context.set_offline(False)
    assert page.get_by_label("门牌").input_value() == "501"
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#fill-said")).to_have_text("已收到。")
    assert [one for one in said if "ERR_INTERNET_DISCONNECTED" not in one] == []
    listed = home.ask("fieldforms", "list")
    assert [one["waiting"] for one in listed if one["form"] == "building_walk"] == [1]
