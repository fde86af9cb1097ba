"""The file that says by which server mail is sent: what is wrong with it is said at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.accounts.mail import NONE, SMTP, mail_settings
from fournets.language import Refusal

GOOD = 'host = "mail.example.org"\nsender = "four@example.org"\npages = "https://register.example/"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    return tmp_path


def test_without_the_file_no_mail_is_sent_and_with_it_by_tls(folder: Path) -> None:
    assert mail_settings() == {"EMAIL_BACKEND": NONE, "MAIL_PAGES": ""}
    (folder / "mail.toml").write_text(GOOD)
    (folder / "mail.toml").chmod(0o600)
    found = mail_settings()
    assert (found["EMAIL_BACKEND"], found["MAIL_PAGES"]) == (SMTP, "https://register.example")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (587, True, False)


@pytest.mark.parametrize(
    ("text", "mode", "code"),
    [
        ("host = ", 0o600, "mail_unreadable"),
        ('host = "x"', 0o600, "mail_incomplete"),
        (GOOD + 'security = "none"', 0o600, "mail_plain"),
        (GOOD, 0o644, "openid_open"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, text: str, mode: int, code: str) -> None:
    (folder / "mail.toml").write_text(text)
    (folder / "mail.toml").chmod(mode)
    with pytest.raises(Refusal) as refused:
        mail_settings()
    assert refused.value.message.code == code
