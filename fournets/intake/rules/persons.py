"""What a document number says of its holder, set beside what the row says."""

from __future__ import annotations

from fournets.intake.rules.body import Body, Values
from fournets.intake.rules.ids import Identity


def add_identity(body: Body) -> Values:
    """Fills kind, sex and day of birth from the numbers; contradictions are problems. Gives each row's certainty."""
    found = body.identities
    if found is None:
        return [None] * len(body.rows)
    kinds = body.values.setdefault("id_kind", [None] * len(body.rows))
    body.values["id_kind"] = [
        _kind(one, kind, number)
        for one, kind, number in zip(found, kinds, body.values["id_number"], strict=True)
    ]
    _derive(body, "sex", [one.sex if one else None for one in found], "cell_sex_differs")
    _derive(body, "birth_on", [one.birth_on if one else None for one in found], "cell_birth_differs")
    return [one.certainty if one else None for one in found]


def _kind(one: Identity | None, written: str | None, number: str | None) -> str | None:
    """The number's own form decides for resident IDs; else what the row says, then what the form suggests."""
    if one is None or number is None:
        return None
    if one.certainty in ("verified", "partial") or written is None:
        return one.kind
    return written


def _derive(body: Body, field: str, derived: Values, problem: str) -> None:
    written = body.values.get(field)
    if written is None:
        body.values[field] = derived
        return
    values = list(written)
    for at, (old, new) in enumerate(zip(written, derived, strict=True)):
        if new is None or old == new:
            continue
        values[at] = new
        if old is not None:
            body.journal.changed(at, field, body.columns[field], old, "from_id_number")
            body.journal.problem(at, field, body.columns[field], problem)
    body.values[field] = values
