"""A handover as SORMAS imports it: one table of cases, and for each case one of its contacts, to be imported inside it.

The first line names the entity of a column, the second the path of its property, as the import template has them. SORMAS
numbers its cases itself, so contacts of one case come in its own file; our number stands in the case's external id and in
``caseIdExternalSystem``.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from fournets.interop.handover.rows import HandedCase, HandedContact, Handover, Someone
from fournets.interop.handover.settings import settings
from fournets.workbooks.vocabulary import long_surnames
from fournets.workbooks.write import safe_text

Column = tuple[str, Callable[[Any, Handover], str]]


def names_apart(name: str) -> tuple[str, str]:
    """Family name and given name; both are needed there, so a name of one sign stands in both."""
    head = 2 if name[:2] in long_surnames() and len(name) > 2 else 1
    return name[:head], name[head:] or name


OF_PERSON: tuple[tuple[str, Callable[[Someone, Handover], str]], ...] = (
    ("person.firstName", lambda one, _: names_apart(one.text("name"))[1]),
    ("person.lastName", lambda one, _: names_apart(one.text("name"))[0]),
    ("person.sex", lambda one, _: one.text("sex").upper() or "UNKNOWN"),
    ("person.birthdateDD", lambda one, _: str(one.born.day) if one.born else ""),
    ("person.birthdateMM", lambda one, _: str(one.born.month) if one.born else ""),
    ("person.birthdateYYYY", lambda one, _: str(one.born.year) if one.born else ""),
    ("person.nationalHealthId", lambda one, all_: one.text("id_number") if all_.whole else ""),
    ("person.phone", lambda one, all_: one.text("phone") if all_.whole else ""),
    ("person.address.details", lambda one, _: one.text("address")),
)
OF_CASE: tuple[Column, ...] = (
    ("disease", lambda *_: settings()["sormas"]["disease"]),
    ("caseClassification", lambda one, _: settings()["sormas"]["classes"][one.classification]),
    ("reportDate", lambda one, _: _day(one.reported_on)),
    ("symptoms.onsetDate", lambda one, _: _day(one.onset_on)),
    ("externalID", lambda one, _: one.number),
    ("community", lambda one, _: one.someone.text("community")),
)
OF_CONTACT: tuple[Column, ...] = (
    ("caseIdExternalSystem", lambda one, _: one.case),
    ("disease", lambda *_: settings()["sormas"]["disease"]),
    ("reportDateTime", lambda _, all_: _day(all_.at.date())),
    ("firstContactDate", lambda one, _: _day(one.first_on)),
    ("lastContactDate", lambda one, _: _day(one.last_on)),
    ("contactProximity", lambda one, _: settings()["sormas"]["proximity"].get(one.kind, "")),
    ("relationToCase", lambda one, _: settings()["sormas"]["relation"][one.kind]),
    ("contactStatus", lambda one, _: settings()["sormas"]["status"][one.decision]),
    ("quarantine", lambda one, _: settings()["sormas"]["quarantine"].get(one.stage, "")),
    ("quarantineFrom", lambda one, _: _day(one.from_on)),
    (
        "quarantineTo",
        lambda one, _: _day(date.fromordinal(one.until_on.toordinal() - 1)) if one.until_on else "",
    ),
    ("externalID", lambda one, _: one.someone.code),
    ("description", lambda one, _: one.place),
    ("community", lambda one, _: one.someone.text("community")),
)
NO_CASE = "contacts"  # those whose case the area has not got


def files_of(handover: Handover) -> bytes:
    """The tables in a ZIP: ``cases.csv``, and ``contacts-NUMBER.csv`` for each case."""
    content = BytesIO()
    by_case: dict[str, list[HandedContact]] = {}
    for one in handover.contacts:
        by_case.setdefault(one.case, []).append(one)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cases.csv", _table("CaseData", OF_CASE, handover.cases, handover))
        for case, contacts in by_case.items():
            name = f"contacts-{case}.csv" if case else f"{NO_CASE}.csv"
            archive.writestr(name, _table("Contact", OF_CONTACT, contacts, handover))
    return content.getvalue()


def _table(
    entity: str, own: Sequence[Column], rows: Sequence[HandedCase | HandedContact], handover: Handover
) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = [name for name, _ in (*own, *OF_PERSON)]
    writer.writerow([entity] * len(own) + ["Person"] * len(OF_PERSON))
    writer.writerow(names)
    for one in rows:
        cells = [of(one, handover) for _, of in own] + [of(one.someone, handover) for _, of in OF_PERSON]
        writer.writerow([safe_text(" ".join(cell.split())) for cell in cells])
    return text.getvalue()


def _day(day: date | None) -> str:
    return day.strftime(settings()["sormas"]["date"]) if day else ""
