"""What devices sent is destroyed by its period, goes with whoever is forgotten, and is sealed again with a new key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fournets.crypto import KeyRing, load_ring, with_new_key
from fournets.home import home
from fournets.interop.models import FieldForm, KeptAside, Submission, SubmissionFile
from fournets.interop.payload import CONTENT, Attached, read_filled, unpacked
from fournets.interop.services.submissions import REPEATED, Sender, receive_submission
from fournets.keeping.erase import erase_people
from fournets.keeping.keys import sealed_tables
from fournets.keeping.retention import apply_retention, data_classes
from fournets.people.models import Person
from fournets.places.scope import set_scope
from tests.apps.interop.conftest import SECOND
from tests.apps.interop.test_take import (
    DOOR,
    MEI_HERE,
    QIANG_HERE,
    YINHE,
    form,
    home_of,
    send,
    take,
    town,
)
from tests.apps.keeping.lives import as_keeper, whole_register

__all__ = ["form", "town"]  # fixtures
pytestmark = pytest.mark.django_db
PHOTO = Attached("a.jpg", "image/jpeg", "区美兰的门".encode())


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own: what is destroyed is noted there, and later commands would miss it."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


def send_with_photo(ring: KeyRing) -> None:
    filled = read_filled(home_of(DOOR, MEI_HERE).encode())
    receive_submission(filled, [PHOTO], sender=Sender("mei.au", YINHE), at=timezone.now(), ring=ring)


def apply(ring: KeyRing, days: int) -> int:
    at = timezone.now() + timedelta(days=days)
    with as_keeper():
        done = apply_retention(on=timezone.localdate(at), at=at, actor="keeper", ring=ring)
    return done.get("field", 0)


def test_after_its_period_the_words_go_and_a_repeat_is_still_known(form: FieldForm, ring: KeyRing) -> None:
    days = data_classes()["field"].days or 0
    send_with_photo(ring)
    send(home_of("别处", MEI_HERE), ring)
    take(form, ring)
    assert apply(ring, days) == 0
    assert apply(ring, days + 1) == 3
    set_scope("")
    assert Submission.objects.get().content_sealed is None
    assert not SubmissionFile.objects.exists() and not KeptAside.objects.exists()
    assert send(home_of(DOOR, MEI_HERE), ring) == REPEATED


def test_what_was_not_taken_in_yet_is_kept(form: FieldForm, ring: KeyRing) -> None:
    send_with_photo(ring)
    assert apply(ring, 3_000) == 0
    set_scope("")
    assert Submission.objects.get().content_sealed is not None and SubmissionFile.objects.count() == 1


def test_with_whoever_is_forgotten_goes_what_devices_said_of_him(form: FieldForm, ring: KeyRing) -> None:
    send_with_photo(ring)
    send(home_of("银河社区东路1号", QIANG_HERE, instance=SECOND), ring)
    take(form, ring)
    set_scope("")
    gone = Person.objects.get(name="区美兰")
    with as_keeper():
        erase_people([gone.pk], ring=ring)
    assert PHOTO.content.decode() not in whole_register(ring)
    set_scope("")
    one, other = Submission.objects.order_by("id")
    assert one.content_sealed is None and not SubmissionFile.objects.exists()
    assert "陈志强" in unpacked(ring.unseal(CONTENT, other.content_sealed or b"")).decode()


def test_what_is_sealed_is_found_when_keys_change(form: FieldForm, ring: KeyRing) -> None:
    """By the name it was sealed for: a rotation opens and seals every such column."""
    tables = {one.name: (one.columns, one.labels) for one in sealed_tables()}
    assert tables["interop_submission"] == (("content_sealed",), ("content",))
    assert tables["interop_submissionfile"] == (("content_sealed",), ("content",))
    assert tables["interop_keptaside"] == (("content_sealed", "files_sealed"), ("content", "files"))
    send_with_photo(ring)
    later = with_new_key(ring)
    set_scope("")
    assert (
        unpacked(later.unseal(CONTENT, SubmissionFile.objects.get().content_sealed or b"")) == PHOTO.content
    )
