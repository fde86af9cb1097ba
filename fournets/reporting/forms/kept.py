"""The forms an area keeps: a blank sent on the page, what its columns mean, and its end. Each act writes its audit line."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.db import transaction
from openpyxl import Workbook

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.reporting.exports.request import plain
from fournets.reporting.forms.learn import Changes, Form, check_mapping, learn, remember
from fournets.reporting.forms.meaning import HOUSEHOLD, PERSON
from fournets.reporting.forms.said import unsure_headers
from fournets.reporting.models import KeptForm
from fournets.workbooks.limits import Limits

FILL = "forms.fill"
# A blank is read while somebody waits: it is small, and what is larger is no blank.
LIMITS = Limits(file_bytes=5_000_000, unpacked_bytes=20_000_000, ratio_from=10_000_000)
DEPARTMENT_MOST, LONGEST_NAME = 60, 240


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a blank that was sent: the form kept, whether it was new, and what changed since its last version."""

    number: int
    name: str
    version: int
    is_new: bool
    changes: Changes | None


@transaction.atomic
def send_blank(file: IO[bytes], department: str, *, reader: Reader, ring: KeyRing, at: datetime) -> Sent:
    """Keeps a department's blank for the reader's area: a new form, or the next version of one kept under its name.

    A `Refusal` when it is too large, cannot be read, holds no table, or came with people already in it.
    """
    department = plain(department)
    if not department:
        raise Refusal("form_department_missing")
    if len(department) > DEPARTMENT_MOST:
        raise Refusal("form_department_long", most=DEPARTMENT_MOST)
    name, content = _name_of(file), file.read(LIMITS.file_bytes + 1)
    if len(content) > LIMITS.file_bytes:
        raise Refusal("form_too_large", file=name, megabytes=LIMITS.file_bytes // 1_000_000)
    with _as_file(content, name) as path:
        form, book = learn(path, area=reader.area_code, limits=LIMITS)
    _check_empty(form)
    template, changes = remember(form, at=at)
    kept = KeptForm.objects.select_for_update().filter(
        area_code=reader.area_code, name=form.name, ended_at=None
    )
    one = kept.first()
    fresh = one or KeptForm(area_code=reader.area_code, name=form.name)
    fresh.template, fresh.department, fresh.sha256 = template, department, form.sha256
    fresh.blank_sealed = ring.seal("blank", base64.b64encode(content).decode())
    fresh.sent_by, fresh.sent_at, fresh.unsure = reader.login, at, unsure(form, book, fresh.mapping)
    fresh.save()
    _note("keep_form", fresh, reader, at, version=template.version, sha256=form.sha256)
    return Sent(fresh.pk, form.name, template.version, one is None, changes)


@transaction.atomic
def correct_columns(
    number: int, said: Mapping[str, str], *, reader: Reader, ring: KeyRing, at: datetime
) -> int:
    """Remembers what somebody says the columns of a form mean, by header; how many differ from how they read by themselves.

    A column that was a guess, or not known, and is left as it was has been checked now.

    A `Refusal` for a form that is not kept or a field nobody knows.
    """
    kept = kept_form(number, lock=True)
    with blank_of(kept, ring) as path:
        form, book = learn(path, limits=LIMITS)
        own = {one.head.text: one.field or "" for sheet in form.sheets for one in sheet.meanings}
        doubtful = unsure_headers(form, book, {})
        told = {header: field for header, field in said.items() if header in own}
        changed = {header: field for header, field in told.items() if own[header] != field}
        checked = {header: field for header, field in told.items() if header in doubtful}
        check_mapping(changed, kept.name)
        elsewhere = {header: field for header, field in kept.mapping.items() if header not in own}
        kept.mapping = elsewhere | changed | checked
        form, book = learn(path, given=kept.mapping, limits=LIMITS)
    kept.template, _ = remember(form, at=at)
    kept.unsure = unsure(form, book, kept.mapping)
    kept.save(update_fields=["mapping", "template", "unsure"])
    count = len(changed)
    _note("correct_form", kept, reader, at, columns=count)
    return count


@transaction.atomic
def end_form(number: int, *, reader: Reader, at: datetime) -> None:
    """Keeps a form no longer; what was filled with it stays on record. Sent again, it is there again with what was corrected."""
    kept = kept_form(number, lock=True)
    kept.ended_at = at
    kept.save(update_fields=["ended_at"])
    _note("end_form", kept, reader, at)


def kept_form(number: int, *, lock: bool = False) -> KeptForm:
    """A form that is kept in the scope; a `Refusal` when there is none of that number."""
    forms = KeptForm.objects.select_for_update(of=("self",)) if lock else KeptForm.objects.all()
    found = forms.select_related("template").filter(pk=number, ended_at=None).first()
    if found is None:
        raise Refusal("form_not_kept")
    return found


def unsure(form: Form, book: Workbook, mapping: dict[str, str]) -> int:
    """How many columns are guesses or not known, and nobody has checked them."""
    return len(unsure_headers(form, book, mapping))


def read_form(kept: KeptForm, ring: KeyRing) -> tuple[Form, Workbook]:
    """A kept form as it is understood, and its blank to fill."""
    with blank_of(kept, ring) as path:
        return learn(path, given=kept.mapping, limits=LIMITS)


@contextmanager
def blank_of(kept: KeptForm, ring: KeyRing) -> Iterator[Path]:
    """The blank as a file, for as long as the context is open."""
    content = base64.b64decode(ring.unseal("blank", kept.blank_sealed))
    with _as_file(content, "blank.xlsx") as path:
        yield path


@contextmanager
def _as_file(content: bytes, name: str) -> Iterator[Path]:
    with TemporaryDirectory(dir=home(), prefix="blank-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _name_of(file: IO[bytes]) -> str:
    name = PurePosixPath(str(getattr(file, "name", "") or "").replace("\\", "/")).name
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal("form_name_long")
    return name or "blank"


def _check_empty(form: Form) -> None:
    """People who stand in a blank would be in the register without being on file: nobody could take them out again."""
    for sheet in form.sheets:
        if sheet.kind in (PERSON, HOUSEHOLD) and sheet.blank.filled_rows:
            raise Refusal("form_came_filled", sheet=sheet.blank.sheet, rows=sheet.blank.filled_rows)


def _note(act: str, kept: KeptForm, reader: Reader, at: datetime, **more: Any) -> None:
    details = {"number": kept.pk, "form": kept.name, **more}
    record(act=act, actor=reader.login, area_code=kept.area_code, at=at, details=details)
