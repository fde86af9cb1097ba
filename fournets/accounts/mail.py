"""Mail the installation sends, told by ``mail.toml`` in the data folder; without the file none is sent."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fournets.accounts.openid import HERE
from fournets.home import home
from fournets.language import Refusal

NEEDED = ("host", "sender", "pages")  # pages: the address of the register's pages, for the links
SMTP, NONE = "django.core.mail.backends.smtp.EmailBackend", "django.core.mail.backends.dummy.EmailBackend"
TLS = ("starttls", "tls", "none")
PATIENCE = 20  # seconds a server has to answer


def mail_settings() -> dict[str, Any]:
    """Django's settings of mail, and ``MAIL_PAGES``, empty where no mail is sent.

    A `Refusal` when the file cannot be read, lacks something, is open to others, or would send a password in clear.
    """
    path = home() / "mail.toml"
    if not path.exists():
        return {"EMAIL_BACKEND": NONE, "MAIL_PAGES": ""}
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise Refusal("mail_unreadable", reason=str(trouble)) from None
    _check(found, path)
    secured = found.get("security", "starttls")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": found["host"],
        "EMAIL_PORT": found.get("port", {"starttls": 587, "tls": 465, "none": 25}[secured]),
        "EMAIL_HOST_USER": found.get("user", ""),
        "EMAIL_HOST_PASSWORD": found.get("password", ""),
        "EMAIL_USE_TLS": secured == "starttls",
        "EMAIL_USE_SSL": secured == "tls",
        "EMAIL_TIMEOUT": PATIENCE,
        "DEFAULT_FROM_EMAIL": found["sender"],
        "MAIL_PAGES": found["pages"].rstrip("/"),
    }


def _check(found: dict[str, Any], path: Path) -> None:
    missing = [name for name in NEEDED if not found.get(name)]
    if missing:
        raise Refusal("mail_incomplete", file=path.name, missing=", ".join(missing))
    secured = found.get("security", "starttls")
    if secured not in TLS or (secured == "none" and found["host"] not in HERE):
        raise Refusal("mail_plain", file=path.name)
    if urlsplit(found["pages"]).scheme not in ("http", "https"):
        raise Refusal("mail_incomplete", file=path.name, missing="pages (https://…)")
    if path.stat().st_mode & 0o077:
        raise Refusal("openid_open", file=path.name)
