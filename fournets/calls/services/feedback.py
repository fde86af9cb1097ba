"""Feedback to the sender of a list: who was found and who was not, handed out as any list of people is."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.calls.rules import desk, parts_of
from fournets.calls.selectors.board import list_named
from fournets.calls.services.opening import MANAGE
from fournets.crypto import KeyRing
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.people.rules.masking import mask_phone
from fournets.reporting.exports.handing import hand_out
from fournets.reporting.exports.keys import MarkKey, written_code
from fournets.reporting.exports.make import ONE_ASKER, Made
from fournets.reporting.exports.marks import Hand
from fournets.reporting.exports.request import (
    check_may_make,
    checked_words,
    digest_of,
    move,
    new_serial,
    note,
)
from fournets.reporting.exports.selectors import count_these_with_handed, export_of, town_names
from fournets.reporting.exports.settings import limits
from fournets.reporting.exports.sheet import Paper, write_file
from fournets.reporting.models import Export

KIND, COLUMNS = "calls", ("name", "phone", "community")
SHOWN = 20  # requests on the page
# Of each person the list asked for: how his newest call of it stands. Whom the register forgot is not named any more.
ANSWERS = """
SELECT DISTINCT ON (person.id) person.id, person.name, person.phone_sealed, left(person.area_code, 12),
    CASE WHEN call.closed_at IS NULL THEN 'open' ELSE call.outcome END, call.closed_at,
    (SELECT count(*) FROM calls_attempt AS attempt WHERE attempt.call_id = call.id
        AND attempt.outcome NOT IN ('', 'lapsed', 'put_back'))
FROM calls_asked AS asked JOIN calls_call AS call ON call.id = asked.call_id
JOIN people_person AS person ON person.id = call.person_id
WHERE asked.file_id = %s AND person.id = ANY(%s) ORDER BY person.id, call.id DESC
"""
PEOPLE = """
SELECT DISTINCT call.person_id FROM calls_asked AS asked JOIN calls_call AS call ON call.id = asked.call_id
JOIN people_person AS person ON person.id = call.person_id WHERE asked.file_id = %s ORDER BY 1
"""


@transaction.atomic
def ask_feedback(file_id: int, recipient: str, purpose: str, *, reader: Reader, at: datetime) -> Export:
    """Asks for the feedback on a list; about many people it waits for a second person, as any list handed out does.

    A `Refusal` when the reader may not, recipient or purpose is missing, or the list asked for nobody here.
    """
    _check_right(reader)
    recipient, purpose = checked_words(recipient, purpose)
    people = _people(file_id)
    if list_named(file_id) is None or not people:
        raise Refusal("calls_list")
    over = count_these_with_handed(people, asker=reader.login, at=at) > limits().people
    export = Export(
        serial=new_serial(at), kind=KIND, area_code=reader.area_code, who="resident", narrow={"calls": file_id},
        chosen=people, on=timezone.localdate(at), columns=list(COLUMNS), recipient=recipient, purpose=purpose,
        count=len(people), state="waiting" if over else "ready", asker=reader.login, asked_at=at,
    )  # fmt: skip
    export.save(force_insert=True)
    note("ask_export", export, actor=reader.login, at=at, state=export.state, request=digest_of(export))
    details = {"serial": export.serial, "file": file_id, "people": len(people)}
    record(act="call_feedback_asked", actor=reader.login, area_code=export.area_code, at=at, details=details)
    return export


def take_feedback(serial: str, *, reader: Reader, ring: KeyRing, at: datetime, lang: Lang) -> Made:
    """The file, once, for whoever asked for it; numbers masked, each row with its mark and code.

    A `Refusal` when it waits, was refused or taken; when a right is gone; or when what was handed out meanwhile puts it
    over the limit: then it waits for a second person from now on.
    """
    made = _take(serial, reader, ring, at, lang)
    if made is None:
        raise Refusal("export_grown", serial=serial)
    return made


def feedback_of(reader: Reader) -> list[Export]:
    """The feedback a reader asked for, newest first."""
    return list(Export.objects.filter(asker=reader.login, kind=KIND).order_by("-id")[:SHOWN])


@transaction.atomic
def _take(serial: str, reader: Reader, ring: KeyRing, at: datetime, lang: Lang) -> Made | None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_ASKER, [reader.login])
    export = export_of(serial, lock=True)
    if export.asker != reader.login or export.kind != KIND:
        raise Refusal("export_not_yours", serial=serial)
    _check_right(reader)
    chosen = list(export.chosen or [])
    if (
        export.state == "ready"
        and count_these_with_handed(chosen, asker=reader.login, at=at) > limits().people
    ):
        move(export, "waiting")
        export.save(update_fields=["state"])
        note("hold_export", export, actor=reader.login, at=at)
        return None
    move(export, "made")
    people, content = _content(export, chosen, reader, ring, at, lang)
    export.made_at, export.sha256, export.count = at, hashlib.sha256(content).hexdigest(), len(people)
    export.save(update_fields=["state", "made_at", "sha256", "count"])
    hand_out(export, people, ring=ring, marked=True, at=at)
    note(
        "make_export",
        export,
        actor=reader.login,
        at=at,
        sha256=export.sha256,
        format="xlsx",
        columns=export.columns,
    )
    return Made(export, content, "xlsx")


def _content(
    export: Export, chosen: Sequence[int], reader: Reader, ring: KeyRing, at: datetime, lang: Lang
) -> tuple[list[int], bytes]:
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, [export.narrow["calls"], list(chosen)])
        found = cursor.fetchall()
    paper = Paper(export.serial, export.recipient, f"{reader.name} ({reader.login})", at, lang)
    heads = ("export_code", "feedback_name", "feedback_phone", "feedback_community", "feedback_outcome",
             "feedback_day", "feedback_attempts")  # fmt: skip
    header = [("", say(one, lang)) for one in heads]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        rows = [*_rows(export, found, ring, lang), *_sums(found, lang)]
        write_file(path, "xlsx", header, rows, paper)
        return [row[0] for row in found], path.read_bytes()


def _rows(export: Export, found: Sequence[Any], ring: KeyRing, lang: Lang) -> Iterator[list[str]]:
    key, names = MarkKey(ring), town_names()
    copy = key.copy(export.serial)
    for person, name, sealed, area, outcome, closed_at, attempts in found:
        hand = Hand(copy.choices(person), names)
        phone = (parts_of(ring.unseal("phone", sealed)) if sealed else [""])[0]
        yield [
            written_code(key.code(export.serial, person)),
            name,
            hand.mask(mask_phone(phone)) if phone else "",
            hand.area(area),
            say(f"call_outcome_{outcome}", lang),
            hand.day(timezone.localdate(closed_at)) if closed_at else "",
            str(attempts),
        ]


def _sums(found: Sequence[Any], lang: Lang) -> Iterator[list[str]]:
    """What the list was worth: how many of each outcome, and the share it was wrong about."""
    counts = Counter(row[4] for row in found)
    done = len(found) - counts["open"]
    wrong = sum(
        count for code, count in counts.items() if code in desk().outcomes and desk().outcomes[code].error
    )
    yield []
    yield ["", say("feedback_people", lang, people=len(found), done=done)]
    for code, count in sorted(counts.items(), key=lambda one: -one[1]):
        yield ["", say(f"call_outcome_{code}", lang), str(count)]
    yield ["", say("feedback_error", lang), f"{wrong / done:.1%}" if done else "–"]


def _people(file_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [file_id])
        return [row[0] for row in cursor.fetchall()]


def _check_right(reader: Reader) -> None:
    if not reader.may_in(MANAGE, reader.area_code):
        raise Refusal("calls_right")
    check_may_make(reader, reader.area_code, COLUMNS, unmasked=False)
