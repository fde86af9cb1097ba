"""The code ODK Collect scans to be set up: its settings as JSON, by zlib and base64, as its manual says."""

from __future__ import annotations

import base64
import json
import zlib

import segno


def settings_of(address: str, name: str) -> dict[str, dict[str, object]]:
    """What Collect keeps of a server: the address with the token, and that it mirrors the forms and sends by itself."""
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": address,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "project": {"name": name},
        "admin": {},
    }


def packed(address: str, name: str) -> str:
    """The settings as Collect reads them from a code."""
    said = json.dumps(settings_of(address, name), ensure_ascii=False)
    return base64.b64encode(zlib.compress(said.encode())).decode()


def device_code(address: str, name: str) -> str:
    """The code as a picture to be shown (a data address of an SVG). It holds a secret: it is shown once."""
    return str(segno.make(packed(address, name), error="l").svg_data_uri(scale=5, border=4))
