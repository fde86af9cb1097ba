"""The digest through a real server of mail: what arrives there, read as a mail program reads it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from fournets.accounts.mail import mail_settings
from fournets.accounts.models import User
from fournets.organization.hours import hours
from fournets.web.digest import send_digests
from tests.apps.access.cast import ADDRESS, ID_NUMBER, NAMES, PHONE, member, plant
from tests.apps.web.test_digest import CLERK, at

REFUSED = "nobody@example.org"


class Letterbox:
    """Keeps what comes, and takes nothing for one address."""

    def __init__(self) -> None:
        self.came: list[tuple[Envelope, EmailMessage]] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address == REFUSED:
            return "550 no such letterbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.came.append((envelope, message_from_bytes(envelope.content or b"", policy=policy.default)))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def letterbox(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Letterbox]:
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        told = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "four@example.org"\npages = "https://register.example"\n'
        (tmp_path / "mail.toml").write_text(told, encoding="utf-8")
        (tmp_path / "mail.toml").chmod(0o600)
        with monkeypatch.context() as patch:
            patch.setenv("FOURNETS_HOME", str(tmp_path))
            for name, value in mail_settings().items():
                setattr(settings, name, value)
        yield box
    finally:
        server.stop()


def wish(login: str, address: str) -> None:
    User.objects.filter(login=login).update(digest_to=address)


def test_the_digest_arrives_whole_in_both_languages_and_names_nobody(letterbox: Letterbox) -> None:
    plant()
    member("community")
    wish(CLERK, "mei@example.org")
    assert send_digests(at(hours().digest)) == 1
    ((envelope, letter),) = letterbox.came
    assert (envelope.mail_from, envelope.rcpt_tos) == ("four@example.org", ["mei@example.org"])
    assert (letter["From"], letter["To"]) == ("four@example.org", "mei@example.org")
    assert f"{timezone.localdate():%Y-%m-%d}" in letter["Subject"] and "四网" in letter["Subject"]
    text = letter.get_content()
    assert "https://register.example/" in text and "村(社区)" in text and "community" in text
    assert not [one for one in (*NAMES.values(), ID_NUMBER, PHONE, ADDRESS) if one in text]


def test_an_address_the_server_does_not_take_keeps_the_others_from_nothing(letterbox: Letterbox) -> None:
    plant()
    member("community"), member("commander", "440605123")
    wish("commander.440605123", REFUSED)
    wish(CLERK, "mei@example.org")
    for _ in range(3):
        send_digests(at(hours().digest))
    assert [envelope.rcpt_tos for envelope, _ in letterbox.came] == [["mei@example.org"]]
