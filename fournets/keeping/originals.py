"""Files kept as they came in, originals and what waits: which are to be gone, and that they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from fournets.intake.models import SourceFile, Upload
from fournets.intake.services.receive import drop_waiting, remove_originals, waiting_numbers


def mark_destroyed(files: Iterable[int], *, at: datetime) -> int:
    """Marks the originals of ``files`` (numbers) as destroyed, under whatever name else the same bytes came; how many."""
    same = SourceFile.objects.filter(pk__in=list(files)).values("sha256")
    return SourceFile.objects.filter(sha256__in=same, destroyed_at=None).update(destroyed_at=at)


def sweep_originals() -> int:
    """Removes the originals that are marked, after the act that marked them stands; how many were still there.

    Also those an old back-up of the folder has brought back. One that came again since, and is kept, stays.
    """
    kept = SourceFile.objects.filter(destroyed_at=None).filter(~Q(state="refused")).values("sha256")
    gone = SourceFile.objects.exclude(destroyed_at=None).exclude(sha256__in=kept)
    return remove_originals(gone.values_list("sha256", flat=True).distinct())


def sweep_waiting() -> int:
    """Removes what waits no longer, after the act that says so stands; how many files were still there.

    One whose row is not there yet is being sent just now.
    """
    gone = Upload.objects.filter(pk__in=waiting_numbers()).exclude(state__in=("waiting", "looked"))
    numbers = list(gone.values_list("pk", flat=True))
    for number in numbers:
        drop_waiting(number)
    return len(numbers)
