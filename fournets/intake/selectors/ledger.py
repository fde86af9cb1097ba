"""What the ledger knows: files, their rows, and which person each row is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count

from fournets.intake.models import SourceFile, SourceRow
from fournets.people.selectors import decided_by_file

FORGOTTEN = "forgotten"  # the reason of a row whose person was forgotten since
FORGOTTEN = "forgotten"  # the reason of a row whose person was forgotten since
LINKS = """
SELECT f.name, s.name, r.row, r.outcome, coalesce(p.public_id, ''), r.rule, r.score
FROM intake_sourcerow r
JOIN intake_sourcefile f ON f.id = r.file_id AND f.state = 'taken'
JOIN intake_sourcesheet s ON s.file_id = r.file_id AND s.number = r.sheet
LEFT JOIN people_fact a ON a.file_id = r.file_id AND a.sheet = r.sheet AND a.row = r.row
LEFT JOIN people_person p ON p.id = coalesce(a.person_id, r.person_id)
ORDER BY r.file_id, r.sheet, r.row
"""


def links() -> Iterator[tuple[Any, ...]]:
    """Every row in the register: file, sheet, row, outcome, person, rule, score; read in chunks, not at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINKS)
        while rows := cursor.fetchmany(10_000):
            yield from rows


def waiting_rows(files: Sequence[SourceFile]) -> Counter[int]:
    """By file how many of its rows still wait for their sender or for a decision."""
    lines = SourceRow.objects.filter(file__in=files, outcome__in=("review", "rejected"), mended_by=None)
    lines = lines.exclude(reason=FORGOTTEN)
    waiting = Counter(dict(lines.values_list("file_id").annotate(Count("id"))))
    waiting.subtract(decided_by_file([file.id for file in files]))
    return waiting


def files_received(limit: int = 100) -> list[SourceFile]:
    """The files that came in last, newest first, with their sheets."""
    return list(SourceFile.objects.order_by("-id").prefetch_related("sourcesheet_set")[:limit])
