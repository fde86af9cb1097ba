"""How well each sender's lists come in: rows that went back, rows that said nothing new, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from fournets.intake.models import OUTCOMES

BACK, DATA = ("review", "rejected"), OUTCOMES[:-1]
# Of files that stand, received since a moment; a sheet belongs to the community its title speaks of, else to its file's sender.
SENDER = "left(coalesce(nullif(s.speaks_of, ''), s.area_code), 12)"
STANDS = f"""FROM intake_sourcesheet s JOIN intake_sourcefile f ON f.id = s.file_id
    AND f.state = 'taken' AND f.received_at >= %(since)s AND {SENDER} >= %(low)s AND {SENDER} < %(high)s"""
SENT_BACK = "sum(coalesce((s.counts->>'review')::bigint, 0) + coalesce((s.counts->>'rejected')::bigint, 0))"
SENDERS = f"""
SELECT {SENDER} AS sender, count(DISTINCT s.file_id), max(f.received_at),
    {", ".join(f"coalesce(sum((s.counts->>'{one}')::bigint), 0)::bigint" for one in OUTCOMES)}
{STANDS} GROUP BY 1 ORDER BY 1
"""
REASONS = f"""
SELECT r.reason, r.outcome, count(*) {STANDS} JOIN intake_sourcerow r ON r.file_id = s.file_id AND r.sheet = s.number
WHERE r.outcome IN ('review', 'rejected') AND r.reason <> 'forgotten'
GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 20
"""
FILES = f"""
SELECT f.id, f.name, f.seen_on, sum(s.rows)::bigint, {SENT_BACK}::bigint AS back {STANDS}
GROUP BY 1 HAVING {SENT_BACK} > 0 ORDER BY back DESC, 1 DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class SenderLine:
    """What one sender (an area's code) sent: files, when last, and rows by outcome."""

    sender: str
    files: int
    last_at: datetime
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        """Rows of data."""
        return sum(self.counts[one] for one in DATA)

    @property
    def back(self) -> int:
        """Rows somebody has, or had, to look at."""
        return sum(self.counts[one] for one in BACK)

    @property
    def again(self) -> int:
        """Rows that said nothing the register did not know."""
        return self.counts["unchanged"]

    @property
    def back_share(self) -> float:
        """The part of the rows of data that came back."""
        return self.back / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class SenderFile:
    """A file with rows that went back, and how many."""

    number: int
    name: str
    seen_on: date
    rows: int
    back: int


def senders(*, low: str, high: str, since: datetime) -> list[SenderLine]:
    """Every sender of the range whose files came in since a moment."""
    with connection.cursor() as cursor:
        cursor.execute(SENDERS, {"low": low, "high": high, "since": since})
        return [
            SenderLine(sender, files, last, dict(zip(OUTCOMES, counts, strict=True)))
            for sender, files, last, *counts in cursor.fetchall()
        ]


def reasons_of(*, low: str, high: str, since: datetime) -> list[tuple[str, str, int]]:
    """Why rows of these senders went back: reason, outcome, how many; the 20 most frequent."""
    with connection.cursor() as cursor:
        cursor.execute(REASONS, {"low": low, "high": high, "since": since})
        found: list[tuple[str, str, int]] = cursor.fetchall()
    return found


def files_to_mend(*, low: str, high: str, since: datetime) -> list[SenderFile]:
    """The 20 files of these senders with the most rows that went back."""
    with connection.cursor() as cursor:
        cursor.execute(FILES, {"low": low, "high": high, "since": since})
        return [SenderFile(*row) for row in cursor.fetchall()]
