"""Another place to sign in at (OpenID Connect), told by ``openid.toml`` in the data folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fournets.home import home
from fournets.language import Refusal

NEEDED = ("id", "name", "client_id", "secret", "server_url")
HERE = ("localhost", "127.0.0.1", "::1")


def openid_providers() -> dict[str, Any]:
    """allauth's setting: one entry for each ``[[provider]]``; none without the file.

    A `Refusal` when the file cannot be read, an entry lacks something, or a server is asked without HTTPS.
    """
    found = [_app(one) for one in _entries()]
    return {"openid_connect": {"APPS": found, "OAUTH_PKCE_ENABLED": True}} if found else {}


def openid_origins() -> list[str]:
    """Where those servers' pages stand: whoever presses the button is led there."""
    parts = [urlsplit(url) for one in _entries() for url in (one["server_url"], *one.get("pages", []))]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


def _entries() -> list[dict[str, Any]]:
    path = home() / "openid.toml"
    if not path.exists():
        return []
    try:
        found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise Refusal("openid_unreadable", reason=str(trouble)) from None
    for one in found:
        _check(one, path)
    return found


def _check(one: dict[str, Any], path: Path) -> None:
    missing = [name for name in NEEDED if not one.get(name)]
    if missing:
        raise Refusal("openid_incomplete", file=path.name, missing=", ".join(missing))
    parts = urlsplit(one["server_url"])
    if parts.scheme != "https" and parts.hostname not in HERE:
        raise Refusal("openid_plain", url=one["server_url"])
    if path.stat().st_mode & 0o077:
        raise Refusal("openid_open", file=path.name)


def _app(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": one["id"],
        "name": one["name"],
        "client_id": one["client_id"],
        "secret": one["secret"],
        "settings": {"server_url": one["server_url"]},
    }
