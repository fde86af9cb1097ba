"""The digest of the day: on a page, and by mail to whoever wishes it; numbers and links alone, and never twice for a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.audit.services import record
from fournets.organization.hours import hours
from fournets.organization.models import Appointment, Task
from fournets.places.scope import scope
from fournets.web.digest import send_digests
from tests.apps.access.cast import ADDRESS, AREAS, ID_NUMBER, NAMES, PHONE, TOWN, Made, member, plant
from tests.apps.web.test_news import answered

CLERK, BOSS = f"community.{AREAS['own']}", f"commander.{TOWN}"
PAGES = "https://register.example"


class Dies(EmailBackend):
    """The process is stopped while a mail is on its way."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise KeyboardInterrupt


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    found = plant()
    answered(found["own"], CLERK)
    with scope(""):
        late = at(time(23), days=-1)
        Task.objects.filter(pk__in=[found["own"].task.pk, found["below"].task.pk]).update(due_at=late)
    return found


@pytest.fixture
def post(made: dict[str, Made], settings: Any) -> None:
    """The installation sends mail."""
    settings.MAIL_PAGES = PAGES


def page(client: Client, path: str, /, **sent: str) -> str:
    words = {"HTTP_ACCEPT_LANGUAGE": "en"}
    answer = client.post(path, sent, follow=True, **words) if sent else client.get(path, **words)
    assert answer.status_code == 200
    return answer.content.decode()


def at(hour: time, days: int = 0) -> datetime:
    now = timezone.localtime()
    return datetime.combine(now.date() + timedelta(days=days), hour, now.tzinfo)


def test_the_page_holds_numbers_that_open_their_lists(made: dict[str, Made]) -> None:
    said = page(member("community"), "/news/digest/")
    for words, count in (("your lists that were approved", "1"), ("tasks late in the last three days", "2")):
        assert f"{words}</a></span> <b>{count}</b>" in said
    assert not [name for name in NAMES.values() if name in said]
    assert 'type="email"' not in said  # this installation sends no mail
    assert "2 tasks of the last three days are late" in page(member("grid_worker"), "/news/")


def test_an_alarm_concerns_who_audits_its_area_until_it_is_answered(made: dict[str, Made]) -> None:
    with scope(""):
        line = record(act="canary_touched", actor="x", area_code=AREAS["own"], at=timezone.now(), details={})
    auditor = member("auditor", TOWN)
    assert f"Line {line.id} of the audit is an alarm" in page(auditor, "/news/")
    assert "alarms to answer</a></span> <b>1</b>" in page(auditor, "/news/digest/")
    assert "is an alarm" not in page(member("community"), "/news/")
    record(
        act="canary_answered", actor="y", area_code=AREAS["own"], at=timezone.now(), details={"line": line.id}
    )
    assert "is an alarm" not in page(auditor, "/news/")


def test_a_mail_a_day_to_who_wishes_it_with_numbers_and_links_alone(post: None) -> None:
    clerk, due = member("community"), hours().digest
    assert "This is no e-mail address." in page(clerk, "/news/digest/mail/", address="here")
    assert "sent to mei@example.org" in page(clerk, "/news/digest/mail/", address="mei@example.org")
    assert AuditLine.objects.filter(act="wish_digest").latest("id").details == {"wished": True}
    assert send_digests(at(time(0, 0))) == 0
    assert [send_digests(at(due)), send_digests(at(time(23, 0)))] == [1, 0]
    (sent,) = mail.outbox
    text = str(sent.body)
    assert sent.to == ["mei@example.org"]
    assert (
        f"近三天过了时限的任务  2  {PAGES}/tasks/?overdue=" in text
        and "your lists that were approved  1  " in text
    )
    assert not [one for one in (*NAMES.values(), ID_NUMBER, PHONE, ADDRESS, "XOWN") if one in text]
    assert send_digests(at(due, days=1)) == 1
    page(clerk, "/news/digest/mail/", address=" ")
    assert send_digests(at(due, days=2)) == 0


def test_stopped_between_it_is_never_sent_twice_and_the_others_get_theirs(post: None, settings: Any) -> None:
    member("community"), member("commander", TOWN), member("auditor", TOWN)
    User.objects.filter(login__in=[CLERK, BOSS]).update(digest_to="staff@example.org")
    settings.EMAIL_BACKEND = f"{__name__}.Dies"
    with pytest.raises(KeyboardInterrupt):
        send_digests(at(hours().digest))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [send_digests(at(hours().digest)), send_digests(at(hours().digest))] == [1, 0]
    assert len(mail.outbox) == 2


def test_a_server_that_does_not_answer_is_tried_again_and_who_lost_his_post_gets_none(
    post: None, settings: Any
) -> None:
    member("community"), member("commander", TOWN)
    User.objects.filter(login__in=[CLERK, BOSS]).update(digest_to="staff@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send_digests(at(hours().digest)) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with scope(""):
        Appointment.objects.filter(user__login=CLERK).update(until_at=F("from_at") + timedelta(minutes=1))
    assert send_digests(at(hours().digest)) == 1
