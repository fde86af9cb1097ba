"""Self-registration: a page with a token on a poster, what returnees write there, and the look somebody takes at it first."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.calls.models import TAKE_REGISTRATIONS, Knock, Poster, Registration
from fournets.calls.rules import desk
from fournets.calls.rules.registration import FIELDS, checked
from fournets.calls.services.take import take_rows
from fournets.crypto import KeyRing
from fournets.intake.services import TakeIn
from fournets.jobs.models import OPEN, Job
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.rules.codes import WIDTHS
from fournets.places.scope import code_range, scope
from fournets.places.selectors import official_names

MANAGE = "registrations.manage"
TITLE = "来返人员自主登记表"  # in the words of senders, so that it is recognised as what it is
NOBODY = "?"
HOUR = timedelta(hours=1)
TRAP = "website"  # a field nobody sees: what fills it is no person
ADDRESS = "registration.address"  # what the blind index of an address is for
TAKE, DROP, BACK = "take", "drop", "back"
STATES = {TAKE: ("waiting", "asked"), DROP: ("waiting", "dropped"), BACK: ("dropped", "waiting")}


@transaction.atomic
def make_poster(reader: Reader, *, at: datetime) -> Poster:
    """A page for the reader's area under a new token; the one before is withdrawn. A `Refusal` when he may not."""
    _check_right(reader)
    for before in Poster.objects.select_for_update().filter(area_code=reader.area_code, withdrawn_at=None):
        _withdraw(before, reader, at)
    made = Poster.objects.create(
        area_code=reader.area_code, token=secrets.token_urlsafe(12), made_by=reader.login, made_at=at
    )
    details = {"poster": made.pk}
    record(act="poster_made", actor=reader.login, area_code=made.area_code, at=at, details=details)
    return made


@transaction.atomic
def withdraw_poster(reader: Reader, number: int, *, at: datetime) -> None:
    """Closes a page: its address says from now on that there is none. A `Refusal` for one that is not there or closed."""
    _check_right(reader)
    found = Poster.objects.select_for_update().filter(pk=number, withdrawn_at=None).first()
    if found is None or not reader.covers(found.area_code):
        raise Refusal("poster_unknown")
    _withdraw(found, reader, at)


def register(poster: Poster, typed: Mapping[str, str], *, address: str, at: datetime, ring: KeyRing) -> None:
    """Keeps what somebody wrote on the page, sealed, until it is looked at; nothing is looked up, whoever he is.

    A `Refusal` naming the field, or when too much comes from his address, on this page, or waits already.
    """
    if typed.get(TRAP):
        return  # it is told what everybody is told, and nothing is kept
    on = timezone.localdate(at)
    content = checked(typed, on=on, longest=desk().registrations.field_most)
    with transaction.atomic(), scope(poster.area_code):
        _check_flood(poster, ring.index(ADDRESS, address), at)
        Registration.objects.create(
            poster=poster,
            area_code=poster.area_code,
            content_sealed=ring.seal("content", json.dumps(content, ensure_ascii=False)),
            received_at=at,
        )
        details = {"poster": poster.pk}
        record(act="registration_received", actor=NOBODY, area_code=poster.area_code, at=at, details=details)


@transaction.atomic
def decide(reader: Reader, numbers: Sequence[int], what: str, *, at: datetime) -> int:
    """Has registrations of the reader's area made into rows (`TAKE`), sets them aside (`DROP`), or brings those back
    (`BACK`); how many. A `Refusal` when he may not, or none of them stands as it would have to."""
    _check_right(reader)
    if what not in STATES:
        raise Refusal("registrations_none")
    before, after = STATES[what]
    found = _of(reader.area_code).filter(pk__in=numbers, state=before)
    count = int(found.update(state=after, decided_by=reader.login, decided_at=at))
    if not count:
        raise Refusal("registrations_none")
    if what == TAKE and not Job.objects.filter(
        kind=TAKE_REGISTRATIONS, area_code=reader.area_code, state=OPEN[0]
    ):
        ask_job(TAKE_REGISTRATIONS, area_code=reader.area_code, actor=reader.login, at=at)
    details = {"decision": what, "count": count}
    record(
        act="registrations_decided", actor=reader.login, area_code=reader.area_code, at=at, details=details
    )
    return count


def take_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job: each list whole or not at all; begun again after it was done, it finds nothing to do."""
    count = 0
    while not run.cancelled() and (
        taken := take_registrations(run.area_code, actor=run.actor, at=run.now(), ring=ring)
    ):
        count += taken
    run.advance(1)
    return {"registrations": count}


@transaction.atomic
def take_registrations(area_code: str, *, actor: str, at: datetime, ring: KeyRing) -> int:
    """Takes in what was looked at and is to become rows, up to so many; how many."""
    found = list(_of(area_code).filter(state="asked").order_by("id").select_for_update()[: desk().take_most])
    if not found:
        return 0
    areas = official_names({one.area_code for one in found if len(one.area_code) >= WIDTHS.community})
    rows = [
        json.loads(ring.unseal("content", one.content_sealed or b""))
        | {"community": areas.get(one.area_code, ""), "visited_on": f"{timezone.localdate(one.received_at)}"}
        for one in found
    ]
    note = f"{found[0].pk}-{found[-1].pk}"
    on: date = timezone.localdate(found[-1].received_at)
    how = TakeIn(on=on, at=at, actor=actor, area_code=area_code)
    columns = [*(one.field for one in FIELDS), "community", "visited_on"]
    taken = take_rows(TITLE, columns, rows, how, note=note, ring=ring)
    for one, row in zip(found, taken.rows, strict=True):
        one.state, one.file_id, one.row = "taken", taken.file_id, row
    Registration.objects.bulk_update(found, ["state", "file_id", "row"], batch_size=1000)
    return len(found)


def _check_flood(poster: Poster, mark: int, at: datetime) -> None:
    limits = desk().registrations
    Knock.objects.filter(at__lte=at - HOUR).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registrations_lately(%s, %s)", [poster.pk, at - HOUR])
        lately, waiting = cursor.fetchone()
    sent = Knock.objects.filter(mark=mark).count()
    if sent >= limits.per_address_hour or lately >= limits.per_page_hour or waiting >= limits.waiting_most:
        raise Refusal("registration_wait")
    Knock.objects.create(mark=mark, at=at)


def _of(area_code: str) -> Any:
    low, high = code_range(area_code)
    return Registration.objects.filter(area_code__gte=low, area_code__lt=high)


def _withdraw(poster: Poster, reader: Reader, at: datetime) -> None:
    poster.withdrawn_by, poster.withdrawn_at = reader.login, at
    poster.save(update_fields=["withdrawn_by", "withdrawn_at"])
    details = {"poster": poster.pk}
    record(act="poster_withdrawn", actor=reader.login, area_code=poster.area_code, at=at, details=details)


def _check_right(reader: Reader) -> None:
    if not reader.may_in(MANAGE, reader.area_code):
        raise Refusal("calls_right")
