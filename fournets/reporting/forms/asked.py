"""Filling on the page: asked for, done by a worker, kept sealed to be looked at and handed out."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from django.db import OperationalError, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.home import home
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.scope import scope
from fournets.places.selectors import find_area
from fournets.reporting.exports.forms import check_may_hand_out, open_export
from fournets.reporting.exports.request import new_serial
from fournets.reporting.forms.drawn import Drawn, draw_filled
from fournets.reporting.forms.fill import Order, check_who, fill_sheets, opened_of, save_atomically
from fournets.reporting.forms.kept import FILL, kept_form, read_form
from fournets.reporting.forms.learn import Form
from fournets.reporting.forms.report import Report
from fournets.reporting.forms.serial import put_serial
from fournets.reporting.models import Export, FilledCopy, FilledForm

KIND = "fill_form"  # of the job


@transaction.atomic
def ask_fill(
    number: int,
    *,
    area: str,
    on: date,
    who: str = "",
    reader: Reader,
    at: datetime,
    recipient: str = "",
    purpose: str = "",
) -> FilledForm:
    """Asks for a form to be filled for an area and a day; with a recipient, it is asked for to be handed out once filled.

    A `Refusal` for an area that is not the reader's, or a day to come.
    """
    kept = kept_form(number)
    if not (reader.may_in(FILL, area) and find_area(area)):
        raise Refusal("form_area_elsewhere")
    if on > timezone.localtime(at).date():
        raise Refusal("form_day_to_come")
    check_who(who)
    if recipient:
        fields = [one["field"] for one in kept.template.columns if one["field"]]
        check_may_hand_out(reader, area, fields)
    filled = FilledForm.objects.create(
        template=kept.template,
        form=kept,
        area_code=area,
        on=on,
        who=who,
        report={},
        at=at,
        by=reader.login,
        state="waiting",
        recipient=recipient,
        purpose=purpose,
    )
    ask_job(KIND, area_code=area, actor=reader.login, at=at, subject=filled.pk)
    return filled


def fill_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job; one that was done before is left alone."""
    filled = FilledForm.objects.select_related("form__template").get(pk=run.subject or 0)
    if filled.state != "waiting":
        return {}
    if run.cancelled():
        _fail(filled)
        return {}
    try:
        with transaction.atomic():
            _fill(filled, ring, at=run.now())
    except OperationalError:
        raise
    except Exception:
        _fail(filled)
        raise
    run.advance(1)
    return {}


def shown(copy: FilledCopy, ring: KeyRing) -> list[Drawn]:
    """The sheets of a filled form as they may be looked at."""
    return msgspec.json.decode(ring.unseal("shown", copy.shown_sealed), type=list[Drawn])


def _fill(filled: FilledForm, ring: KeyRing, *, at: datetime) -> None:
    kept = filled.form
    assert kept is not None  # noqa: S101 what is asked for has one
    form, book = read_form(kept, ring)
    filled.template, serial = kept.template, new_serial(at)
    with scope(filled.area_code), TemporaryDirectory(dir=home(), prefix="filled-") as folder:
        report, fresh = fill_sheets(form, book, Order(filled.area_code, filled.on, filled.who), ring)
        report.export = serial
        put_serial(book, serial)
        out = Path(folder) / "filled.xlsx"
        sha256 = save_atomically(book, out, fresh)
        _keep(filled, form, report, out.read_bytes(), sha256, ring, at)
        if filled.recipient:
            open_export(filled, filled.recipient, filled.purpose, login=filled.by, at=at)


def _keep(
    filled: FilledForm, form: Form, report: Report, content: bytes, sha256: str, ring: KeyRing, at: datetime
) -> None:
    people = list(dict.fromkeys(report.people))
    filled.sha256, filled.serial = sha256, report.export
    filled.report, filled.at, filled.state = report.as_json(), at, "filled"
    filled.save()
    drawn = draw_filled(content, form, filled.report)
    _drop_others(filled)
    FilledCopy.objects.create(
        filled=filled,
        area_code=filled.area_code,
        content_sealed=ring.seal("content", base64.b64encode(content).decode()),
        shown_sealed=ring.seal("shown", msgspec.json.encode([asdict(one) for one in drawn]).decode()),
        people=people,
        at=at,
    )
    details = {
        "form": form.name,
        "version": filled.template.version,
        "sha256": sha256,
        "rows": report.rows,
        "on": str(filled.on),
        "export": report.export,
        "opened": opened_of(form),
    }
    record(act="fill_form", actor=filled.by, area_code=filled.area_code, at=at, details=details)


def _drop_others(filled: FilledForm) -> None:
    """Of the same form, area and day a file nobody asked for is replaced by the newer one."""
    drafts = FilledForm.objects.filter(
        form=filled.form, area_code=filled.area_code, on=filled.on, by=filled.by
    ).exclude(pk=filled.pk)
    serials: Sequence[str] = [one for one in drafts.values_list("serial", flat=True) if one]
    asked = Export.objects.filter(serial__in=serials).values_list("serial", flat=True)
    FilledCopy.objects.filter(filled__in=drafts.exclude(serial__in=list(asked))).delete()


def _fail(filled: FilledForm) -> None:
    filled.state = "failed"
    filled.save(update_fields=["state"])
