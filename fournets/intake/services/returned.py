"""Rows that went back to their sender and returned mended: the earlier rows are answered, and no longer waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from fournets.intake.models import SourceRow
from fournets.intake.rules.returned import read_returned
from fournets.intake.services.ledger import Entry
from fournets.people.services import answer_reviews, reopen_reviews

ANSWERED = """
UPDATE intake_sourcerow AS line SET mended_by = mended.by
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[]) AS mended (by, file_id, sheet, "row"),
     intake_sourcefile AS file
WHERE line.file_id = mended.file_id AND line.sheet = mended.sheet AND line."row" = mended."row"
    AND line.outcome IN ('review', 'rejected') AND line.mended_by IS NULL
    AND file.id = line.file_id AND file.id <> mended.by AND file.state = 'taken' AND starts_with(file.area_code, %s)
RETURNING mended.by, line.file_id, line.sheet, line."row"
"""


def answer_rows(entries: Iterable[tuple[int, Entry]], sender: str) -> Counter[int]:
    """Earlier rows of ``sender`` that the rows of these files (number, entry) answer; how many, by file.

    Only rows that were waited for are answered, each once; the earlier file's ledger stays as it is.
    """
    named = [
        (file_id, *earlier)
        for file_id, entry in entries
        if entry.outcome != "not_data" and (earlier := read_returned(entry.returned))
    ]
    if not named:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, [*map(list, zip(*named, strict=True)), sender])
        answered = cursor.fetchall()
    answer_reviews(answered)
    return Counter(by for by, *_ in answered)


def wait_again(file_id: int) -> None:
    """The rows ``file_id`` had answered are waited for again: it was taken back."""
    SourceRow.objects.filter(mended_by=file_id).update(mended_by=None)
    reopen_reviews(file_id)
