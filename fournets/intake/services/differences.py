"""What differs between an older sheet of a workbook and the newer one that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fournets.intake.services.ledger import Entry
from fournets.intake.services.rows import SheetIn


def show_differences(sheets: Sequence[SheetIn], entries: Mapping[int, Sequence[Entry]]) -> None:
    """Adds to each older sheet of a file a notice: who stands in it alone, and who in the newer one alone.

    ``entries``: the entries of a sheet by the identity of its `SheetIn`.
    """
    by_number = {(one.file_id, one.sheet.number): one for one in sheets}
    for older in sheets:
        if older.sheet.newer is None:
            continue
        newer = by_number[older.file_id, older.sheet.newer]
        before, after = (_subjects(entries[id(one)]) for one in (older, newer))
        older.sheet.notices.append(
            {
                "code": "superseded_sheet",
                "sheet": older.sheet.name,
                "newer": newer.sheet.name,
                "gone": len(before - after),
                "added": len(after - before),
            }
        )


def _subjects(entries: Sequence[Entry]) -> set[tuple[int | None, int | None]]:
    return {
        (entry.person_id, entry.enterprise_id) for entry in entries if entry.person_id or entry.enterprise_id
    }
