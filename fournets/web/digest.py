"""What concerns somebody as a digest of the day: numbers and links, on a page for paper, and by mail where he wishes it."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.digests import claim_digest, digests_due, wish_digest
from fournets.language import Lang, say
from fournets.organization.access import Reader, opened, readers
from fournets.organization.hours import hours
from fournets.places.selectors import short_names_of
from fournets.web.access import needs, reader_of
from fournets.web.acts import act
from fournets.web.news import KEPT, SEE, news_of
from fournets.web.overnight import night_of, overnight_shown

log = logging.getLogger(__name__)
TROUBLE = (SMTPException, OSError)


@dataclass(frozen=True, slots=True)
class Part:
    """One line: how many of what (the message that names it), how it stands, where its list is."""

    word: str
    count: str
    state: str
    address: str


@needs(SEE)
@require_safe
def digest_page(request: HttpRequest) -> HttpResponse:
    """What concerns the reader, in numbers; every number opens its list."""
    reader, now = reader_of(request), timezone.localtime()
    context = {
        "parts": digest_of(reader, now),
        "now": now,
        "place": short_names_of([reader.area_code]).get(reader.area_code, reader.area_code),
        "mail": bool(settings.MAIL_PAGES),
        "hour": hours().digest,
        "days": KEPT.days,
    }
    return render(request, "web/digest.html", context)


@needs(SEE)
@require_POST
def mail_page(request: HttpRequest) -> HttpResponse:
    """Wishes the digest by mail, at an address; without one, no longer."""
    address, at = request.POST.get("address", ""), timezone.now()
    told = "digest_told_on" if address.strip() else "digest_told_off"
    return act(request, "digest", told, lambda: wish_digest(reader_of(request).user_id, address, at=at))


def digest_of(reader: Reader, now: datetime) -> list[Part]:
    """The numbers of a reader, within his scope: what waits for or answers him, then what changed overnight."""
    news = news_of(reader, now)
    counts = Counter(one.code for one in news)
    seen = {one.code: one for one in reversed(news)}
    parts = [
        Part(f"digest_{code}", one.values.get("late", f"{counts[code]:,}"), one.state, one.address)
        for code, one in seen.items()
    ]
    changes = [one for one in overnight_shown(reader, now, night_of(reader, now))["changes"] if one.count]
    return parts + [
        Part(f"overnight_{one.code}", f"{one.count:,}{'+' if one.more else ''}", one.state, one.address)
        for one in changes
    ]


def send_digests(at: datetime) -> int:
    """Sends the digest of the day to whoever wishes it and has not had it, once its hour has come; how many.

    Nothing is noted while the server of mail does not answer: it is tried again. An account is noted before it is sent to.
    """
    now = timezone.localtime(at)
    if not settings.MAIL_PAGES or now.time() < hours().digest:
        return 0
    due = digests_due(now.date())
    if not due:
        return 0
    link, sent = get_connection(), 0
    try:
        link.open()
        for user_id, address in due:
            text = digest_text(user_id, now)
            if text and claim_digest(user_id, now.date()):
                subject = say("digest_subject", "zh", day=f"{now:%Y-%m-%d}")
                EmailMessage(subject, text, to=[address], connection=link).send()
                sent += 1
    except TROUBLE as trouble:
        log.warning("the server of mail does not take the digests: %s", type(trouble).__name__)
    finally:
        link.close()
    return sent


def digest_text(user_id: int, now: datetime) -> str:
    """The digest of an account under each of its posts, Chinese first: numbers and links alone; empty without a post."""
    found = [reader for reader in readers(user_id, at=now) if reader.may(SEE)]
    names = short_names_of({one.area_code for one in found})
    texts = []
    for reader in found:
        with opened(reader):
            parts = digest_of(reader, now)
        languages: tuple[Lang, ...] = ("zh", "en")
        for lang in languages:
            texts.append(f"{reader.role.text(lang)} · {names.get(reader.area_code, reader.area_code)}")
            texts += [
                f"{say(one.word, lang)}  {one.count}  {settings.MAIL_PAGES}{one.address}" for one in parts
            ] or [say("digest_nothing", lang)]
            texts.append("")
    return "\n".join([*texts, say("digest_mail_foot", "zh"), say("digest_mail_foot", "en")]) if texts else ""
