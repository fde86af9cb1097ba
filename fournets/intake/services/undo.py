"""Taking a file back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.intake.models import SourceFile
from fournets.intake.services.returned import wait_again
from fournets.language import Refusal
from fournets.organization.services import withdraw_cover
from fournets.people.services import withdraw_file as withdraw_people
from fournets.places.services import withdraw_file as withdraw_places
from fournets.screening.services import withdraw_visits


@transaction.atomic
def undo_file(file_id: int, *, actor: str, at: datetime) -> SourceFile:
    """Withdraws all that ``file_id`` brought; persons, enterprises and places only it knew are gone.

    The ledger keeps the file and its rows, marked as taken back. Raises `Refusal` for an unknown file or one taken back already.
    """
    file = SourceFile.objects.select_for_update().filter(id=file_id).first()
    if file is None:
        raise Refusal("file_unknown", id=file_id)
    if file.state != "taken":
        raise Refusal("file_not_taken", id=file_id)
    wait_again(file_id)
    withdraw_visits(file_id)
    withdraw_people(file_id)
    withdraw_cover(file_id)
    withdraw_places(file_id)
    file.state = "undone"
    file.save(update_fields=["state"])
    record(act="undo_file", actor=actor, area_code=file.area_code, at=at, details={"file": file_id})
    return file
