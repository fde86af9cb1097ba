"""Files sent on the page in a real browser: each seen done, one looked at and taken back; and a worker killed half way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.apps.intake.conftest import resident_id
from tests.journeys.conftest import write_book
from tests.journeys.pages import DESK, PHONE, YINHE, complaints_of, overflow
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
HEAD = ["姓名", "身份证号", "联系电话", "家庭住址"]
WORDS = {
    "zh": ("全部收完", "撤回这个文件", "已撤回", ["收完", "收完", "拒收"]),
    "en": ("All of it is done", "Take this file back", "Taken back", ["done", "done", "refused"]),
}
DROP = """([names, contents]) => {
  const given = new DataTransfer();
  names.forEach((name, i) => given.items.add(new File([Uint8Array.from(atob(contents[i]), c => c.charCodeAt(0))], name)));
  document.getElementById('drop').dispatchEvent(new DragEvent('drop', {dataTransfer: given, bubbles: true, cancelable: true}));
}"""
SHOTS = os.environ.get("FOURNETS_SHOTS")  # a folder to look at the pages in


def people(first: int, count: int) -> list[list[Any]]:
    """Invented people whom nobody else of the tests knows."""
    return [
        [
            f"查{chr(0x4E00 + first + n)}",
            resident_id(f"44060519{60 + n % 40}0715{first + n:03d}"),
            f"136{first + n:08d}",
            "银河社区",
        ]
        for n in range(count)
    ]


def three(folder: Path, first: int) -> list[Path]:
    folder.mkdir()
    broken = folder / "读不出.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook %d" % first)
    doubtful = [HEAD, *people(first + 10, 2), ["张三、李四、王五", "", "", ""]]
    return [
        write_book(folder / "银河返镇.xlsx", [HEAD, *people(first, 3)]),
        write_book(folder / "银河排查.xlsx", doubtful),
        broken,
    ]


def drop(page: Page, files: list[Path]) -> None:
    """Drops files on the form, as the browser tells the page of it."""
    import base64

    contents = [base64.b64encode(one.read_bytes()).decode() for one in files]
    with page.expect_navigation():
        page.evaluate(DROP, [[one.name for one in files], contents])


def seen(page: Page, name: str) -> None:
    """Looks at the page by the rules, and keeps a picture of it for whoever asked for pictures."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert (violations(page), overflow(page) > 0) == ([], False), name


@pytest.mark.parametrize(("lang", "size"), [("zh", DESK), ("en", PHONE), ("en", DESK), ("zh", PHONE)])
def test_three_files_are_dropped_seen_done_and_one_is_taken_back(
    signed_in: SignedIn, address: str, tmp_path: Path, lang: str, size: Any
) -> None:
    all_done, take_back, taken_back, done = WORDS[lang]
    page = signed_in("community", area=YINHE, lang=lang, size=size)
    said = complaints_of(page)
    name = f"{lang}-{size['width']}"
    page.goto(f"{address}/intake/")
    seen(page, f"intake-{name}")
    drop(page, three(tmp_path / "sent", 100 * len(name) + size["width"] % 100 + (50 if lang == "en" else 0)))
    expect(page.locator("#sent")).to_contain_text(all_done, timeout=60_000)
    expect(page.locator("#sent > ul > li")).to_have_count(3)
    expect(page.locator("#sent > ul > li > .state")).to_have_text(done)
    seen(page, f"sent-{name}")
    page.locator("#sent a", has_text="银河排查").click()
    expect(page.locator("table.columns")).to_be_visible(timeout=30_000)
    seen(page, f"file-{name}")
    with page.expect_download() as given:
        page.locator("form[data-again] button").click()
    assert given.value.suggested_filename.startswith("mend-")
    page.check("input[name=sure]")
    page.get_by_role("button", name=take_back).click()
    expect(page.locator("#file-state")).to_contain_text(taken_back, timeout=60_000)
    seen(page, f"undone-{name}")
    page.goto(f"{address}/jobs/")
    seen(page, f"jobs-{name}")
    page.context.close()
    assert said == []


def test_without_scripts_files_are_picked_and_sent(signed_in: SignedIn, address: str, tmp_path: Path) -> None:
    page = signed_in("community", area=YINHE, lang="en", java_script_enabled=False)
    page.goto(f"{address}/intake/")
    page.set_input_files("#files", three(tmp_path / "sent", 900)[:1])
    page.click("#drop button:visible")
    expect(page.locator("#told")).to_contain_text("Files kept, sealed: 1")
    page.context.close()


def test_whoever_has_gone_to_a_result_by_keyboard_is_left_there_while_others_come_in(
    signed_in: SignedIn, address: str, tmp_path: Path
) -> None:
    page = signed_in("community", area=YINHE, lang="en")
    page.goto(f"{address}/intake/")
    drop(page, three(tmp_path / "sent", 970)[:1])
    link = page.locator("#sent a[href^='/intake/']").first
    expect(page.locator("#sent")).to_contain_text("All of it is done", timeout=60_000)
    link.focus()
    with page.expect_response("**/intake/sent/"):  # what the page asks for each second while something runs
        page.evaluate("htmx.ajax('GET', '/intake/sent/', {target: '#sent', swap: 'outerHTML'})")
    expect(link).to_be_focused()
    page.context.close()


def test_too_much_is_told_before_it_is_sent(signed_in: SignedIn, address: str, tmp_path: Path) -> None:
    page = signed_in("community", area=YINHE, lang="en")
    page.goto(f"{address}/intake/")
    page.eval_on_selector("#drop", "form => form.dataset.most = '10'")
    page.set_input_files("#files", three(tmp_path / "sent", 950)[:1])
    page.click("#drop button:visible")
    expect(page.locator("#too-much")).to_contain_text("At most 500 files")
    page.context.close()
