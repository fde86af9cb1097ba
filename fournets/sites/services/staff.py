"""Who works at a site, and what they were trained in: nobody untrained is assigned."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal, say
from fournets.organization.access import Reader
from fournets.policy import in_force
from fournets.sites.models import Assignment, Training, Worker
from fournets.sites.rules import JOBS, TRAININGS
from fournets.sites.services.layout import site_of, words

STAFF = "sites.staff"
NEEDED = "supplies.site_trainings"
PHONE = "phone"  # what is sealed, and for what


@transaction.atomic
def add_worker(reader: Reader, site: int, name: str, phone: str, *, at: datetime, ring: KeyRing) -> Worker:
    """Notes somebody who may work at the sites of an area."""
    found = site_of(reader, STAFF, site)
    name, phone = words(name), words(phone)
    if not name or (phone and not (phone.isascii() and phone.replace("-", "").isdecimal())):
        raise Refusal("site_worker_wrong")
    worker = Worker.objects.create(
        area_code=found.area_code, name=name, phone_sealed=ring.seal(PHONE, phone) if phone else None,
        noted_by=reader.login, noted_at=at,
    )  # fmt: skip
    details = {"site": found.pk, "worker": worker.pk}
    record(act="worker_noted", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return worker


@transaction.atomic
def train(
    reader: Reader, worker: int, kind: str, trained_on: date, until_on: date, *, on: date, at: datetime
) -> Training:
    """Notes that a worker was trained, and until when it counts (exclusive)."""
    found = _worker(reader, worker)
    if kind not in TRAININGS:
        raise Refusal("site_unknown")
    if trained_on > on or until_on <= trained_on:
        raise Refusal("site_training_days")
    training = Training.objects.create(
        worker=found, area_code=found.area_code, kind=kind, on=trained_on, until_on=until_on, noted_by=reader.login, noted_at=at
    )  # fmt: skip
    details = {"worker": found.pk, "kind": kind, "until": until_on.isoformat()}
    record(act="worker_trained", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return training


@transaction.atomic
def assign(reader: Reader, site: int, worker: int, job: str, *, on: date, at: datetime) -> Assignment:
    """Assigns a worker to a site from a day on.

    A `Refusal` when he is at a site already, or names the trainings he lacks: the database holds to it, whoever asks.
    """
    found, who = site_of(reader, STAFF, site), _worker(reader, worker)
    if job not in JOBS:
        raise Refusal("site_unknown")
    needed = sorted(in_force(on=on, area=found.area_code).table(NEEDED))
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                worker=who, site=found, area_code=found.area_code, job=job, needed=needed, from_on=on, given_by=reader.login,
                given_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise _why(error, who.name) from None
    details = {"site": found.pk, "worker": who.pk, "job": job}
    record(act="worker_assigned", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return assignment


@transaction.atomic
def unassign(reader: Reader, number: int, *, on: date, at: datetime) -> None:
    """A worker leaves a site."""
    found = Assignment.objects.select_for_update().filter(pk=number, until_on=None).first()
    if found is None:
        raise Refusal("site_assignment_over")
    site = site_of(reader, STAFF, found.site_id)
    found.until_on, found.ended_by = max(on, found.from_on), reader.login
    found.save(update_fields=["until_on", "ended_by"])
    details = {"site": site.pk, "worker": found.worker_id}
    record(act="worker_left", actor=reader.login, area_code=site.area_code, at=at, details=details)


def _why(error: IntegrityError, name: str) -> Refusal:
    """What the database says of an assignment, as a sentence."""
    cause = getattr(error.__cause__, "diag", None)
    if cause is None or cause.constraint_name != "assignment_needs_training":
        return Refusal("site_assigned", name=name)
    missing = (cause.message_detail or "").split(",")
    zh = "、".join(say(f"site_training_{one}", "zh") for one in missing)
    en = ", ".join(say(f"site_training_{one}", "en") for one in missing)
    return Refusal("site_untrained", name=name, zh=zh, en=en)


def _worker(reader: Reader, number: int) -> Worker:
    found = Worker.objects.filter(pk=number).first()
    if found is None or not reader.may_in(STAFF, found.area_code):
        raise Refusal("site_worker_unknown")
    return found
