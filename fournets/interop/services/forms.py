"""Acts on field forms: add a version, close a form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from fournets.audit.services import record
from fournets.interop.convert import ENTITY_LISTS
from fournets.interop.models import FieldForm
from fournets.interop.validate import check_expressions
from fournets.interop.xlsform import made_of
from fournets.language import Refusal


@dataclass(frozen=True, slots=True)
class Added:
    """A form that was added, what pyxform would change in it, and whether its expressions were looked at."""

    form: FieldForm
    warnings: list[str]
    checked: bool


def check_and_add_form(workbook: bytes, *, area_code: str, actor: str, at: datetime) -> Added:
    """`add_form`, once the engine devices have has worked out the form's expressions, where there is Java for it."""
    checked = check_expressions(made_of(workbook).xform)
    form, warnings = add_form(workbook, area_code=area_code, actor=actor, at=at)
    return Added(form, warnings, checked)


def add_form(workbook: bytes, *, area_code: str, actor: str, at: datetime) -> tuple[FieldForm, list[str]]:
    """Adds the XLSForm in ``workbook`` for devices of an area and all below it; the form, and what pyxform would change.

    The same workbook again changes nothing. A `Refusal` as `made_of` gives it; when the form is another area's; or when
    there is another form of that version already.
    """
    made = made_of(workbook)
    md5 = hashlib.md5(made.xform.encode(), usedforsecurity=False).hexdigest()
    form = FieldForm(
        form_id=made.form_id,
        version=made.version,
        title=made.title,
        area_code=area_code,
        xform=made.xform,
        md5=md5,
        workbook=workbook,
        questions=[msgspec.to_builtins(one) for one in made.questions],
        households=bool(set(ENTITY_LISTS) & set(made.lists)),
        sent_by=actor,
        sent_at=at,
    )
    known = _known(form)
    if known:
        return known, made.warnings
    try:
        with transaction.atomic():
            form.save()
            _record("field_form_added", form, actor, at)
    except IntegrityError:  # somebody else was quicker
        raise Refusal("field_form_same_version", form=form.form_id, version=form.version) from None
    return form, made.warnings


@transaction.atomic
def close_form(number: int, *, area_code: str, actor: str, at: datetime) -> FieldForm:
    """Closes a form in all its versions: devices are given it no more, and what still comes is kept aside.

    A `Refusal` when the area has no such form.
    """
    found = FieldForm.objects.filter(pk=number, area_code__startswith=area_code).first()
    if found is None:
        raise Refusal("field_form_unknown")
    mine = FieldForm.objects.filter(form_id=found.form_id, closed_at=None)
    if not mine.update(closed_at=at, closed_by=actor):
        raise Refusal("field_form_closed_already", form=found.title)
    _record("field_form_closed", found, actor, at)
    return found


def _known(form: FieldForm) -> FieldForm | None:
    """The same form, if it is there already."""
    others = list(FieldForm.objects.filter(form_id=form.form_id).order_by("id"))
    if any(one.area_code != form.area_code for one in others):
        raise Refusal("field_form_of_another", form=form.form_id)
    if any(one.closed_at for one in others):
        raise Refusal("field_form_closed_already", form=form.title)
    same = next((one for one in others if one.version == form.version), None)
    if same and same.md5 != form.md5:
        raise Refusal("field_form_same_version", form=form.form_id, version=form.version)
    return same


def _record(act: str, form: FieldForm, actor: str, at: datetime) -> None:
    details = {"form": form.pk, "version": form.version}
    record(act=act, actor=actor, area_code=form.area_code, at=at, details=details)
