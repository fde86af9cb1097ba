"""Waste and disinfection: rounds that come again, done with a proof."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import IO

from django.db import IntegrityError, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.sites.models import RoundDone, RoundPlan
from fournets.sites.rules import ROUND_KINDS
from fournets.sites.services.layout import RUN, site_of, words

FILE = "file"  # what is sealed, and for what
MOST_BYTES = 5_000_000  # of a photo or document
MOST_HOURS = 720
# How a file of each kind begins: what somebody calls a photo need not be one.
MEDIA = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


@transaction.atomic
def plan_round(reader: Reader, site: int, kind: str, where: str, hours: int, *, at: datetime) -> RoundPlan:
    """A round comes again every so many hours from now on; a `Refusal` where that place has one already."""
    found = site_of(reader, RUN, site)
    where = words(where)
    if kind not in ROUND_KINDS or not where or not 1 <= hours <= MOST_HOURS:
        raise Refusal("site_round_wrong", most=MOST_HOURS)
    try:
        with transaction.atomic():
            plan = RoundPlan.objects.create(
                site=found, area_code=found.area_code, kind=kind, where=where, hours=hours, begun_by=reader.login, begun_at=at
            )  # fmt: skip
    except IntegrityError:
        raise Refusal("site_round_there") from None
    details = {"site": found.pk, "kind": kind, "hours": hours}
    record(act="round_planned", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return plan


@transaction.atomic
def do_round(
    reader: Reader, number: int, *, signed: str, file: IO[bytes] | None, at: datetime, ring: KeyRing
) -> RoundDone:
    """Notes that a round was done, with a photo or document, or the name of who signs for it; a `Refusal` without either."""
    plan = _plan(number)
    found = site_of(reader, RUN, plan.site_id)
    signed, content = words(signed), file.read(MOST_BYTES + 1) if file else b""
    if not signed and not content:
        raise Refusal("site_proof_missing")
    media = media_of(content) if content else ""
    done = RoundDone.objects.create(
        plan=plan, area_code=plan.area_code, proof="file" if content else "signed", signed=signed, media=media, at=at,
        by=reader.login, file_sealed=ring.seal(FILE, base64.b64encode(content).decode()) if content else None,
    )  # fmt: skip
    details = {"site": found.pk, "kind": plan.kind, "proof": done.proof}
    record(act="round_done", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return done


@transaction.atomic
def end_round(reader: Reader, number: int, *, at: datetime) -> None:
    """A round does not come again."""
    plan = _plan(number)
    found = site_of(reader, RUN, plan.site_id)
    plan.ended_by, plan.ended_at = reader.login, at
    plan.save(update_fields=["ended_by", "ended_at"])
    details = {"site": found.pk, "kind": plan.kind}
    record(act="round_ended", actor=reader.login, area_code=found.area_code, at=at, details=details)


def media_of(content: bytes) -> str:
    """What a proof is, by how it begins; a `Refusal` for what is none or too large."""
    if len(content) > MOST_BYTES:
        raise Refusal("site_proof_large", most=MOST_BYTES // 1_000_000)
    found = next((media for start, media in MEDIA.items() if content.startswith(start)), None)
    if found is None:
        raise Refusal("site_proof_kind")
    return found


def _plan(number: int) -> RoundPlan:
    found = RoundPlan.objects.select_for_update().filter(pk=number, ended_at=None).first()
    if found is None:
        raise Refusal("site_round_over")
    return found
