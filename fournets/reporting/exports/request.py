"""Acts on a request for a list: asked for, approved or refused by a second person. Each writes its audit line."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.rights import rights
from fournets.reporting.exports.keys import SIGNS
from fournets.reporting.exports.narrow import Narrow, narrow_of
from fournets.reporting.exports.selectors import (
    EVERYBODY,
    count_people,
    count_these_with_handed,
    count_with_handed,
    export_of,
)
from fournets.reporting.exports.settings import limits, offered, rights_of_columns
from fournets.reporting.forms.selectors import WHO
from fournets.reporting.models import Export

MAKE, APPROVE, UNMASK = "exports.make", "exports.approve", "people.unmask"
CONTACTS = "contacts"  # the kind of export that hands cases and contacts to the disease control centre
NEXT = {
    "ready": {"made", "waiting"},
    "waiting": {"approved", "refused"},
    "approved": {"made"},
    "refused": set[str](),
    "made": set[str](),
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: whom of which area, which columns, for whom, what for; and what narrows it further."""

    area: str
    columns: Sequence[str]
    recipient: str
    purpose: str
    on: date
    who: str = "resident"
    unmasked: bool = False
    narrow: Narrow = EVERYBODY


@transaction.atomic
def ask(wish: Wish, *, reader: Reader, at: datetime, actor: str = "") -> Export:
    """Asks for a list; up to so many people it may be made at once, above it waits for a second person.

    A `Refusal` when the reader may not, when a column is not offered, or when nobody would be on the list.
    """
    recipient, purpose = checked_words(wish.recipient, wish.purpose)
    check_may_make(reader, wish.area, wish.columns, unmasked=wish.unmasked)
    if wish.who not in WHO:
        raise Refusal("form_who_unknown", who=wish.who, known=", ".join(sorted(WHO)))
    count = count_people(wish.area, wish.who, wish.on, wish.narrow)
    if not count:
        raise Refusal("export_nobody", area=wish.area)
    export = Export(
        serial=new_serial(at),
        area_code=wish.area,
        who=wish.who,
        narrow=wish.narrow.kept(),
        chosen=None if wish.narrow.chosen is None else list(wish.narrow.chosen),
        on=wish.on,
        columns=list(wish.columns),
        unmasked=wish.unmasked,
        recipient=recipient,
        purpose=purpose,
        count=count,
        state="ready",
        asker=reader.login,
        asked_at=at,
    )
    if over_the_limit(export, at=at):
        export.state = "waiting"
    export.save(force_insert=True)
    note("ask_export", export, actor=actor or reader.login, at=at, **_asked(export))
    return export


def approve(serial: str, word: str, *, reader: Reader, at: datetime, actor: str = "") -> Export:
    """Lets a large list be made, once; a `Refusal` for whoever asked for it."""
    return _decide(serial, "approved", word, reader=reader, at=at, actor=actor)


def refuse(serial: str, word: str, *, reader: Reader, at: datetime, actor: str = "") -> Export:
    """Refuses a large list, with the reason the asker reads."""
    return _decide(serial, "refused", word, reader=reader, at=at, actor=actor)


def may_make(reader: Reader, area: str) -> bool:
    """Whether a reader may ask for a list of an area and make it."""
    return reader.may_in(MAKE, area)


def check_may_make(reader: Reader, area: str, columns: Sequence[str], *, unmasked: bool) -> None:
    """Every condition on a list, asked again when it is made: a right may have been withdrawn meanwhile."""
    if not may_make(reader, area):
        raise Refusal("export_not_yours_to_make", area=area)
    if not columns or len(set(columns)) != len(columns) or not set(columns) <= set(offered()):
        raise Refusal("export_columns", known=", ".join(offered()))
    if len(columns) > limits().columns_most:
        raise Refusal("export_columns_many", most=limits().columns_most)
    check_rights(reader, area, columns, unmasked=unmasked)


def check_rights(reader: Reader, area: str, columns: Sequence[str], *, unmasked: bool) -> None:
    """The rights whole numbers and certain columns need; a `Refusal` names the one that is missing."""
    if unmasked and not reader.may_in(UNMASK, area):
        raise Refusal("export_right_missing", right=rights()[UNMASK].text())
    for column, right in rights_of_columns().items():
        if column in columns and not reader.may_in(right, area):
            raise Refusal("export_right_missing", right=rights()[right].text())


def over_the_limit(export: Export, *, at: datetime) -> bool:
    """Whether a list, with what its asker was handed on his own word in the last hours, is about too many people."""
    if export.kind == CONTACTS:
        return count_these_with_handed(export.chosen or (), asker=export.asker, at=at) > limits().people
    together = count_with_handed(
        export.area_code, export.who, export.on, narrow_of(export), asker=export.asker, at=at
    )
    return together > limits().people


def move(export: Export, state: str) -> None:
    """Gives an export its next state; a `Refusal` says why a step is none."""
    if state not in NEXT[export.state]:
        raise Refusal(f"export_is_{export.state}", serial=export.serial)
    export.state = state


def note(act: str, export: Export, *, actor: str, at: datetime, **more: Any) -> None:
    """The audit line of an act: the serial and counts; who the list is for stands in the export, bound by its digest."""
    details = {"serial": export.serial, "people": export.count, **more}
    record(act=act, actor=actor, area_code=export.area_code, at=at, details=details)


def digest_of(export: Export) -> str:
    """SHA-256 of what was asked for, so that the audit proves recipient and purpose without telling them."""
    asked = [export.serial, export.recipient, export.purpose, export.columns, export.unmasked, export.who]
    asked += [export.narrow] if export.narrow else []
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def new_serial(at: datetime) -> str:
    """A serial nobody guesses, short enough to be read out: 200210-7KQ3M."""
    return f"{timezone.localdate(at):%y%m%d}-" + "".join(secrets.choice(SIGNS) for _ in range(5))


@transaction.atomic
def _decide(serial: str, state: str, word: str, *, reader: Reader, at: datetime, actor: str) -> Export:
    export = export_of(serial, lock=True)
    if not reader.may_in(APPROVE, export.area_code):
        raise Refusal("export_right_missing", right=rights()[APPROVE].text())
    if export.asker == reader.login:
        raise Refusal("export_own", serial=serial)
    word = plain(word)
    if not word:
        raise Refusal("export_word_missing")
    move(export, state)
    export.approver, export.decided_at, export.word = reader.login, at, word
    export.save(update_fields=["state", "approver", "decided_at", "word"])
    act = "approve_export" if state == "approved" else "refuse_export"
    note(act, export, actor=actor or reader.login, at=at, asker=export.asker)
    return export


def _asked(export: Export) -> dict[str, Any]:
    return {
        "columns": export.columns,
        "who": export.who,
        "unmasked": export.unmasked,
        **({"filters": export.narrow} if export.narrow else {}),
        **({"chosen": len(export.chosen)} if export.chosen is not None else {}),
        "state": export.state,
        "request": digest_of(export),
    }


def checked_words(recipient: str, purpose: str) -> tuple[str, str]:
    """For whom and what for, on one line each; a `Refusal` when one is missing or too long."""
    recipient, purpose = plain(recipient), plain(purpose)
    for code, text, most in (
        ("export_recipient", recipient, limits().recipient_most),
        ("export_purpose", purpose, limits().purpose_most),
    ):
        if not text:
            raise Refusal(f"{code}_missing")
        if len(text) > most:
            raise Refusal(f"{code}_long", most=most)
    return recipient, purpose


def plain(text: str) -> str:
    """A text on one line, without signs nobody sees."""
    return " ".join(_CONTROLS.sub(" ", text).split())
