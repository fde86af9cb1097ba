"""What was sent, looked at and never decided on: kept for its period, then destroyed, and its sender can read so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.models import Upload
from fournets.intake.services.looking import take_looked
from fournets.intake.services.receive import keep_waiting
from fournets.intake.services.uploads import send_files
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.keeping.originals import sweep_waiting
from fournets.keeping.replay import replay_deletions
from fournets.keeping.retention import apply_retention, data_classes, due, last_day
from fournets.language import Refusal
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, account_for, appointed, signed_in
from tests.apps.intake.conftest import AT, DAY
from tests.apps.keeping.lives import as_keeper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
ACTOR = "liang"
DAYS = data_classes()["looked"].days or 0
KEPT, OVER = DAY + timedelta(days=DAYS), DAY + timedelta(days=DAYS + 1)


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


def sent(register: Path, ring: KeyRing, *, at: datetime = AT, look: bool = True) -> Job:
    files = [SimpleUploadedFile(register.name, register.read_bytes())]
    return send_files(files, area_code=AREAS["own"], on=DAY, actor=ACTOR, at=at, ring=ring, look=look)


@pytest.fixture
def upload(register: Path, ring: KeyRing) -> Upload:
    """A list that was looked at on `DAY`."""
    job = sent(register, ring)
    run_job(job.pk, now=lambda: AT)
    found = Upload.objects.get(job=job)
    assert found.state == "looked"
    return found


def waiting() -> list[str]:
    return sorted(one.stem for one in (home() / "files" / "waiting").glob("*"))


def counted(on: date) -> int:
    return next(one.count for one in due(on) if one.of.name == "looked")


def apply(ring: KeyRing, on: date) -> dict[str, int]:
    with as_keeper():
        return apply_retention(on=on, at=datetime.combine(on, AT.timetz()), actor="keeper", ring=ring)


def test_it_stays_for_its_period_and_not_a_day_longer(upload: Upload, ring: KeyRing) -> None:
    assert (counted(KEPT), counted(OVER)) == (0, 1)
    assert last_day("looked", AT) == KEPT
    apply(ring, KEPT)
    assert waiting() == [str(upload.pk)]
    assert apply(ring, OVER)["looked"] == 1
    upload.refresh_from_db()
    assert (upload.state, upload.looked, waiting()) == ("lapsed", [], [])


def test_it_is_on_record(upload: Upload, ring: KeyRing) -> None:
    apply(ring, OVER)
    details = AuditLine.objects.get(act="retention_applied", details__class="looked").details
    assert (details["rows"], details["on"]) == (1, OVER.isoformat())


def test_destroyed_it_can_neither_be_taken_in_nor_looked_at(upload: Upload, ring: KeyRing) -> None:
    apply(ring, OVER)
    with pytest.raises(Refusal) as refused:
        take_looked(upload.job_id, actor=ACTOR, at=AT)
    assert refused.value.message.code == "upload_not_waiting"


def test_one_somebody_decided_on_in_time_is_not_touched(upload: Upload, ring: KeyRing) -> None:
    job = take_looked(upload.job_id, actor=ACTOR, at=AT)
    assert "looked" not in apply(ring, OVER)
    assert waiting() == [str(upload.pk)]
    run_job(job.pk, now=lambda: AT)
    upload.refresh_from_db()
    assert upload.state == "done"


def test_one_whose_look_failed_does_not_lie_there_for_ever(register: Path, ring: KeyRing) -> None:
    job = sent(register, ring)
    Job.objects.filter(pk=job.pk).update(state="failed", ended_at=AT)
    assert (counted(KEPT), counted(OVER)) == (0, 1)
    apply(ring, OVER)
    assert (Upload.objects.get(job=job).state, waiting()) == ("lapsed", [])


def test_one_that_waits_for_its_turn_stays_however_long(register: Path, ring: KeyRing) -> None:
    sent(register, ring)
    sent(register, ring, look=False)
    assert counted(OVER + timedelta(days=99)) == 0


def test_what_is_being_sent_just_now_is_not_swept_away(upload: Upload, ring: KeyRing) -> None:
    """The file is there before the transaction that says so has come to its end."""
    keep_waiting(upload.pk + 1, b"x", ring)
    assert sweep_waiting() == 0
    assert waiting() == [str(upload.pk), str(upload.pk + 1)]


def test_a_back_up_that_still_has_it_loses_it_again(upload: Upload, ring: KeyRing) -> None:
    kept = (home() / "files" / "waiting" / f"{upload.pk}.sealed").read_bytes()
    point = transaction.savepoint()
    apply(ring, OVER)
    transaction.savepoint_rollback(point)
    (home() / "files" / "waiting" / f"{upload.pk}.sealed").write_bytes(kept)
    with as_keeper():
        done = replay_deletions(at=AT, actor="keeper", ring=ring)
    upload.refresh_from_db()
    assert (done.originals, upload.state, waiting()) == (1, "lapsed", [])


@pytest.fixture
def clerk(upload: Upload) -> Client:
    user = account_for(ACTOR, factor=True)
    appointed(user, "community", AREAS["own"])
    return signed_in(user, used_factor=True)


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        ("zh", f"留到 {KEPT},到时没有决定就销毁", "过期没有决定,已销毁"),
        ("en", f"Kept until {KEPT}; undecided by then", "nobody decided in time: destroyed"),
    ],
)
def test_its_page_says_until_when_and_afterwards_that_it_is_gone(
    upload: Upload, clerk: Client, ring: KeyRing, lang: str, before: str, after: str
) -> None:
    clerk.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
    for address in ("/intake/", f"/intake/look/{upload.pk}/"):
        assert before in clerk.get(address).content.decode()
    with scope(""):
        apply(ring, OVER)
    page = clerk.get("/intake/").content.decode()
    assert (after in page, before in page) == (True, False)
    assert clerk.get(f"/intake/look/{upload.pk}/").status_code == 404
