"""Which rule cleans which field of the vocabulary: by its name where it has a rule of its own, else by its type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from fournets.intake.rules.choices import (
    clean_choice,
    clean_relation,
    clean_sex,
    clean_visit_state,
    clean_yes_no,
)
from fournets.intake.rules.codes import clean_region, clean_uscc
from fournets.intake.rules.dates import clean_birth, clean_date, clean_datetime
from fournets.intake.rules.names import clean_name, is_usual_name
from fournets.intake.rules.numbers import clean_age, clean_number, clean_temperature
from fournets.intake.rules.phones import clean_phone, is_mobile
from fournets.intake.rules.value import Cleaned, clean_text, is_tidy
from fournets.workbooks.model import Cell
from fournets.workbooks.vocabulary import fields

Rule = Callable[[Cell], Cleaned]
Ready = Callable[[str], object]

BY_NAME: dict[str, Callable[..., Cleaned]] = {
    "sequence": clean_text,  # M1 or 附-3 is as good a number of a row as 1
    "birth_on": clean_birth,
    "age": clean_age,
    "visit_state": clean_visit_state,
    "id_kind": partial(clean_choice, kind="id_kind", otherwise="other"),
    "residence_type": partial(clean_choice, kind="residence_type"),
    "resume_on": partial(clean_date, nearest=True),
    "isolation_from": partial(clean_date, nearest=True),
    "isolation_until": partial(clean_date, nearest=True),
}
BY_TYPE: dict[str, Callable[..., Cleaned]] = {
    "name": clean_name,
    "phone": clean_phone,
    "date": clean_date,
    "datetime": clean_datetime,
    "yes_no": clean_yes_no,
    "sex": clean_sex,
    "number": clean_number,
    "temperature": clean_temperature,
    "region": clean_region,
    "relation": clean_relation,
    "uscc": clean_uscc,
}


READY: tuple[tuple[Callable[..., Cleaned], Ready], ...] = (
    (clean_text, is_tidy),
    (clean_phone, is_mobile),
    (clean_name, is_usual_name),
)


def ready_for(field: str) -> Ready | None:
    """What knows at a glance that a text of ``field`` needs no cleaning; None where nothing does."""
    rule = _function(field)
    return next((ready for cleaned, ready in READY if cleaned is rule), None)


def rule_for(field: str, *, on: date) -> Rule:
    """The rule for ``field`` on the day ``on``; text where the vocabulary asks for nothing special."""
    return partial(_function(field), on=on)


def _function(field: str) -> Callable[..., Cleaned]:
    known = fields().get(field)
    by_type = BY_TYPE.get(known.type, clean_text) if known else clean_text
    return BY_NAME.get(field, by_type)
