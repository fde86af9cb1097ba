"""Cases as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from fournets.places.scope import code_range
from fournets.tracing.models import Answer, AnswerLine
from fournets.tracing.selectors.contacts import IN_QUESTION, ContactLine
from fournets.tracing.selectors.contacts import LINE as CONTACT

PAGE = 200
LINE = f"""
SELECT own.number, person.public_id, person.name, own.area_code, own.classification, own.onset_on, own.reported_on, own.lab,
    (SELECT count(*) FROM tracing_contact contact WHERE contact.case_id = own.id AND {IN_QUESTION})
FROM tracing_case own JOIN people_person person ON person.id = own.person_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case, and how many contacts of it the scope has."""

    number: str
    person: str
    name: str
    area_code: str
    classification: str
    onset_on: date | None
    reported_on: date
    lab: str
    contacts: int


def cases_of(area_code: str) -> list[CaseLine]:
    """The newest cases of an area, one more than `PAGE`."""
    low, high = code_range(area_code)
    return _cases(
        "own.area_code >= %s AND own.area_code < %s ORDER BY own.id DESC LIMIT %s", low, high, PAGE + 1
    )


def case_line(number: str) -> CaseLine | None:
    """The case of a number; None where the scope has none."""
    return next(iter(_cases("own.number = %s", number)), None)


def cases_of_person(public_id: str) -> list[CaseLine]:
    """The cases somebody is or was."""
    return _cases("person.public_id = %s ORDER BY own.id DESC LIMIT 9", public_id)


def _cases(condition: str, *values: str | int) -> list[CaseLine]:
    with connection.cursor() as cursor:
        cursor.execute(f"{LINE} WHERE {condition}", list(values))
        return [CaseLine(*row) for row in cursor.fetchall()]


def answers_that_wait() -> list[Answer]:
    """Answers that were looked at and neither done nor dropped, the newest first."""
    return list(Answer.objects.filter(state="looked").order_by("-id")[:20])


def answer_lines(number: int) -> tuple[Answer, list[tuple[AnswerLine, ContactLine]]] | None:
    """An answer of the scope and its lines, each beside its contact as it stands; None where there is none."""
    answer = Answer.objects.filter(pk=number).first()
    if answer is None:
        return None
    lines = list(AnswerLine.objects.filter(answer=answer).order_by("row", "id"))
    with connection.cursor() as cursor:
        cursor.execute(f"{CONTACT} WHERE contact.id = ANY(%s)", [[one.contact_id for one in lines]])
        known = {row[0]: ContactLine(*row) for row in cursor.fetchall()}
    return answer, [(one, known[one.contact_id]) for one in lines if one.contact_id in known]
