"""The operation that takes a workbook in, as the command does."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Query, UploadedFile

from fournets.api import answers
from fournets.api.access import area_of, offers, reader_of
from fournets.api.errors import Refused
from fournets.api.reads import AskedArea, Day, limits
from fournets.crypto import load_ring
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.places.selectors import towns

LONGEST = 240  # bytes of a file's name


@offers(
    "POST",
    "/intake",
    needs="intake.send",
    answer=answers.Intake,
    most_bytes=limits()["file_bytes"],
    summary="收进表格 · Take a workbook in",
)
def intake(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(description="表格或压缩包 · a workbook, CSV file or archive")],
    area: AskedArea,
    on: Annotated[
        Day | None, Query(None, description="表格所说的日期,默认今天 · the day it speaks of; default today")
    ],
    dry_run: Annotated[
        bool, Query(False, description="只看结果,不作改动 · say what would happen, change nothing")
    ],
) -> dict[str, Any]:
    """Takes one file in under the same rules as the command; every row ends in exactly one outcome.

    Rows find their person among all the town's people, so the post has to be the whole town's.
    """
    reader, now = reader_of(request), timezone.localtime()
    if reader.area_code not in {one.code for one in towns()}:
        raise Refused(403, "api_whole_town")
    how = TakeIn(
        on=on or now.date(),
        at=now,
        actor=reader.login,
        area_code=area_of(request, area).code,
        dry_run=dry_run,
    )
    ring = load_ring(home() / "keys.toml")
    with TemporaryDirectory(dir=home(), prefix="sent-") as folder:
        report = take_in([_kept(file, Path(folder))], how, ring=ring)
    return report.as_json()


def _kept(file: UploadedFile, folder: Path) -> Path:
    """The file under the name it was sent with, for as long as the folder is there."""
    name = Path(str(file.name)).name
    if not 0 < len(name.encode()) <= LONGEST:
        raise Refused(422, "api_file_name")
    path = folder / name
    with path.open("wb") as stream:
        for part in file.chunks():
            stream.write(part)
    return path
