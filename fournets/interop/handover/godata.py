"""A handover as Go.Data imports it: cases, contacts and relationships, one file of JSON each, in this order.

Fields are called as its models call them; people are found again by ``visualId``, which is the row code.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

from fournets.interop.handover.rows import HandedCase, HandedContact, Handover, Someone
from fournets.interop.handover.settings import settings

Record = dict[str, Any]


def files_of(handover: Handover) -> bytes:
    """``cases.json``, ``contacts.json`` and ``relationships.json`` in a ZIP."""
    content = BytesIO()
    is_case = {one.someone.number for one in handover.cases}
    once = {one.someone.number: one for one in handover.contacts if one.someone.number not in is_case}
    files: dict[str, Iterable[Record]] = {
        "cases.json": (_case(one, handover) for one in handover.cases),
        "contacts.json": (_contact(one, handover) for one in once.values()),
        "relationships.json": (
            _relationship(one, one.of, is_case) for one in handover.contacts if one.of is not None
        ),
    }
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records in files.items():
            archive.writestr(name, json.dumps(list(records), ensure_ascii=False, indent=1))
    return content.getvalue()


def _person(one: Someone, handover: Handover) -> Record:
    words = settings()["godata"]
    sex = one.text("sex")
    address = {"typeId": words["address"], "addressLine1": one.text("address"), "city": one.text("community")}
    if handover.whole and one.text("phone"):
        address["phoneNumber"] = one.text("phone")
    found: Record = {
        "visualId": one.code,
        "firstName": one.text("name"),
        "dateOfReporting": handover.at.date().isoformat(),
        "addresses": [address],
    }
    found |= {"gender": f"{words['gender']}{sex.upper()}"} if sex in ("male", "female") else {}
    found |= {"dob": one.born.isoformat()} if one.born else {}
    if handover.whole and one.text("id_number"):
        found["documents"] = [{"type": words["document"], "number": one.text("id_number")}]
    return found


def _case(case: HandedCase, handover: Handover) -> Record:
    found = _person(case.someone, handover) | {
        "classification": settings()["godata"]["classes"][case.classification],
        "dateOfReporting": case.reported_on.isoformat(),
    }
    return found | ({"dateOfOnset": case.onset_on.isoformat()} if case.onset_on else {})


def _contact(contact: HandedContact, handover: Handover) -> Record:
    found = _person(contact.someone, handover) | {"dateOfLastContact": contact.last_on.isoformat()}
    if contact.from_on:
        last = date.fromordinal(contact.until_on.toordinal() - 1) if contact.until_on else None
        days = {"startDate": contact.from_on, "endDate": last}
        found["followUp"] = {name: day.isoformat() for name, day in days.items() if day}
    return found


def _relationship(contact: HandedContact, of: Someone, is_case: set[int]) -> Record:
    words = settings()["godata"]
    kind = words["case"] if contact.someone.number in is_case else words["contact"]
    return {
        "persons": [
            {"visualId": of.code, "type": words["case"], "source": True},
            {"visualId": contact.someone.code, "type": kind, "target": True},
        ],
        "dateOfFirstContact": contact.first_on.isoformat() if contact.first_on else None,
        "contactDate": contact.last_on.isoformat(),
        "contactDateEstimated": False,
        "certaintyLevelId": words["certainty"],
        "socialRelationshipDetail": f"{contact.degree}; {contact.kind}",
        "comment": contact.place,
    }
