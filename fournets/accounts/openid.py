"""Another place to sign in at (OpenID Connect), told by ``openid.toml`` in the data folder."""

from __future__ import annotations

import tomllib
from typing import Any

from fournets.home import home


def openid_providers() -> dict[str, Any]:
    """allauth's setting: one entry for each ``[[provider]]`` with id, name, client_id, secret and server_url; none without the file."""
    path = home() / "openid.toml"
    if not path.exists():
        return {}
    apps = [
        {
            "provider_id": one["id"],
            "name": one["name"],
            "client_id": one["client_id"],
            "secret": one["secret"],
            "settings": {"server_url": one["server_url"]},
        }
        for one in tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])
    ]
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
