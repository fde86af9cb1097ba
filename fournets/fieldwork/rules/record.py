"""What a phone's record says. Whatever is not as it should be here is refused, and stays on the phone."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=200)]
Long = Annotated[str, msgspec.Meta(max_length=1000)]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**62)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
CONTROL = {chr(code) for code in range(32)} - {"\n", "\r", "\t"}


class Unreadable(ValueError):
    """Not a record; ``record_id`` where it says at least which."""

    def __init__(self, record_id: str = "") -> None:
        super().__init__("not a record")
        self.record_id = record_id


class Newcomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody met at the door whom the register does not know there."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    id_number: Short = ""
    phone: Short = ""
    relation: Short = ""
    from_place: Short = ""
    returned_on: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the phone was, by itself: degrees, and metres it may be wrong by."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lng: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy: Annotated[float, msgspec.Meta(ge=0, le=1e7)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One visit: whose (``account``) under the post of which area, whom by tasks and public ids, and how it ended.

    ``address``: where, as the phone showed it; for newcomers, where they live. ``temperature``: the highest at the door, °C.
    ``visited_by``: who was there, where it is not the account's owner (typed from paper); empty: its owner.
    """

    id: UUID
    account: Number
    area: Annotated[str, msgspec.Meta(pattern=r"^\d{2,22}$")]
    outcome: Literal["reached", "nobody_home", "refused", "moved", "newcomer"]
    device_at: Moment
    tasks: Annotated[tuple[Number, ...], msgspec.Meta(max_length=40)] = ()
    people: Annotated[tuple[Short, ...], msgspec.Meta(max_length=40)] = ()
    address: Short = ""
    moved_to: Short = ""
    note: Long = ""
    newcomers: Annotated[tuple[Newcomer, ...], msgspec.Meta(max_length=12)] = ()
    place: Place | None = None
    temperature: Annotated[str, msgspec.Meta(pattern=r"^(\d{2}\.\d)?$")] = ""
    visited_by: Annotated[str, msgspec.Meta(max_length=60)] = ""


def read_record(sent: bytes) -> tuple[Record, bytes]:
    """The record in the JSON ``sent`` and the SHA-256 of what it says, however it is written; `Unreadable` when it is none."""
    try:
        plain = msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable from error
    named = plain.get("id") if isinstance(plain, dict) else None
    try:
        found = msgspec.convert(plain, Record)
    except (msgspec.ValidationError, OverflowError) as error:
        raise Unreadable(named if isinstance(named, str) else "") from error
    odd = any(CONTROL & set(text) for text in _texts(plain))
    if odd or not _says_whom(found) or not likely(found.device_at):
        raise Unreadable(str(found.id))
    return found, hashlib.sha256(canonical(plain).encode()).digest()


def likely(moment: datetime) -> bool:
    """Whether a clock may show this at all; a day more or less does not lead out of the calendar then."""
    return 1990 <= moment.year <= 2190


def canonical(plain: Any) -> str:
    """The one way a record is written in, whatever the order of its names."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _says_whom(found: Record) -> bool:
    """A visit names somebody it went to; newcomers come with at least one, and live somewhere."""
    if found.outcome == "newcomer":
        return bool(found.newcomers and found.address.strip())
    return bool(found.tasks or found.people) and not found.newcomers


def _texts(plain: Any) -> list[str]:
    if isinstance(plain, str):
        return [plain]
    if isinstance(plain, dict):
        return [text for one in plain.values() for text in _texts(one)]
    return [text for one in plain for text in _texts(one)] if isinstance(plain, list) else []
