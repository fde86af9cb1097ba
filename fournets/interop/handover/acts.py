"""Acts of handing over: asked for, made in one of the formats, under every condition of a list of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from fournets.crypto import KeyRing
from fournets.interop.handover import fhir, godata, sormas
from fournets.interop.handover.excel import workbook_of
from fournets.interop.handover.rows import COLUMNS, handover_of, people_to_hand
from fournets.interop.handover.settings import settings
from fournets.language import Lang, Refusal
from fournets.organization.access import Reader
from fournets.reporting.exports.make import Made, make_with
from fournets.reporting.exports.request import (
    CONTACTS,
    check_may_make,
    checked_words,
    digest_of,
    new_serial,
    note,
    over_the_limit,
)
from fournets.reporting.exports.settings import rights_of_columns
from fournets.reporting.exports.sheet import FORMATS as OF_LISTS
from fournets.reporting.exports.sheet import Paper
from fournets.reporting.models import Export

SEE = "contacts.see"
# format -> the media type, and how a file of it ends
FORMATS = {
    "xlsx": (OF_LISTS["xlsx"], "xlsx"),
    "fhir": ("application/fhir+json", "json"),
    "sormas": ("application/zip", "zip"),
    "godata": ("application/zip", "zip"),
}


@dataclass(frozen=True, slots=True)
class HandoverWish:
    """What somebody asks for: of which area, of one case or all (empty), for whom, what for, with whole numbers or not."""

    area: str
    recipient: str
    purpose: str
    on: date
    case: str = ""
    unmasked: bool = False


@transaction.atomic
def ask_handover(wish: HandoverWish, *, reader: Reader, at: datetime) -> Export:
    """Asks for a handover of those who are cases or contacts now; above the limit of lists it waits for a second person.

    A `Refusal` when the reader may not, or nobody would be in it.
    """
    recipient, purpose = checked_words(wish.recipient, wish.purpose)
    columns = columns_for(reader, wish.area)
    _check(reader, wish.area, columns, unmasked=wish.unmasked)
    people = people_to_hand(wish.area, wish.case)
    if not people:
        raise Refusal("handover_nobody")
    if len(people) > settings()["most_people"]:
        raise Refusal("handover_many", most=settings()["most_people"])
    export = Export(
        serial=new_serial(at), kind=CONTACTS, area_code=wish.area, who="contact", chosen=people, on=wish.on,
        columns=columns, unmasked=wish.unmasked, recipient=recipient, purpose=purpose, count=len(people), state="ready",
        asker=reader.login, asked_at=at,
    )  # fmt: skip
    if over_the_limit(export, at=at):
        export.state = "waiting"
    export.save(force_insert=True)
    details = {
        "unmasked": export.unmasked,
        "columns": columns,
        "state": export.state,
        "request": digest_of(export),
    }
    note("ask_handover", export, actor=reader.login, at=at, **details)
    return export


def make_handover(
    serial: str, kind: str, *, reader: Reader, ring: KeyRing, at: datetime, lang: Lang = "zh"
) -> Made:
    """Makes what was asked for in one of `FORMATS`, once, for whoever asked for it.

    A `Refusal` when it waits, was refused or made, or a right for it is gone.
    """
    if kind not in FORMATS:
        raise Refusal("export_format", known=", ".join(FORMATS))

    def content(export: Export) -> tuple[list[int], bytes]:
        _check(reader, export.area_code, export.columns, unmasked=export.unmasked)
        handover = handover_of(export, ring, at=timezone.localtime(at))
        if not handover.people:
            raise Refusal("handover_nobody")
        paper = Paper(export.serial, export.recipient, f"{reader.name} ({reader.login})", at, lang)
        written = {
            "xlsx": lambda: workbook_of(handover, export, ring, paper),
            "fhir": lambda: fhir.bundle_of(handover),
            "sormas": lambda: sormas.files_of(handover),
            "godata": lambda: godata.files_of(handover),
        }[kind]()
        return [one.number for one in handover.people], written

    return make_with(serial, kind, content, of=CONTACTS, reader=reader, ring=ring, at=at)


def columns_for(reader: Reader, area: str) -> list[str]:
    """What a reader may tell of a person."""
    needed = rights_of_columns()
    return [one for one in COLUMNS if one not in needed or reader.may_in(needed[one], area)]


def _check(reader: Reader, area: str, columns: list[str], *, unmasked: bool) -> None:
    if not reader.may_in(SEE, area):
        raise Refusal("tracing_right")
    check_may_make(reader, area, columns, unmasked=unmasked)
