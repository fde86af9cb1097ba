"""The file that names another sign-in: what is wrong with it is said, not met at the first sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.accounts.openid import openid_origins, openid_providers
from fournets.language import Refusal

GOOD = {
    "id": "gov",
    "name": "区政务平台",
    "client_id": "four",
    "secret": "s",
    "server_url": "https://id.example.cn/a",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    return tmp_path


def write(folder: Path, mode: int = 0o600, more: str = "", **entry: str) -> None:
    lines = "\n".join(f'{name} = "{value}"' for name, value in entry.items())
    (folder / "openid.toml").write_text(f"[[provider]]\n{lines}\n{more}\n", encoding="utf-8")
    (folder / "openid.toml").chmod(mode)


def test_without_the_file_there_is_none(folder: Path) -> None:
    assert openid_providers() == {}
    assert openid_origins() == []


def test_an_entry_is_taken_with_the_origins_of_its_pages(folder: Path) -> None:
    write(folder, more='pages = ["https://login.example.cn/page"]', **GOOD)
    (app,) = openid_providers()["openid_connect"]["APPS"]
    assert (app["provider_id"], app["settings"]["server_url"]) == ("gov", GOOD["server_url"])
    assert openid_origins() == ["https://id.example.cn", "https://login.example.cn"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": ""}, "openid_incomplete"),
        ({"server_url": "http://id.example.cn"}, "openid_plain"),
        ({"mode": 0o644}, "openid_open"),
        ({"more": "[[["}, "openid_unreadable"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, change: dict[str, str], code: str) -> None:
    write(folder, **(GOOD | change))  # type: ignore[arg-type]
    with pytest.raises(Refusal) as caught:
        openid_providers()
    assert caught.value.message.code == code
