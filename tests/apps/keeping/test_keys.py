"""A new key: everything stays readable, with the new key alone, and an old one opens nothing any more."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.db import connection

from fournets.accounts.services import create_user
from fournets.audit.models import AuditLine
from fournets.crypto import ALGORITHMS, KeyRing, SealError, load_ring, new_ring, save_ring
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.intake.services.receive import kept_bytes
from fournets.keeping import keys
from fournets.keeping.keys import retire_keys, rotate_keys, sealed_tables
from fournets.language import Refusal
from fournets.organization.models import Cover
from fournets.people.models import Fact, Person
from fournets.people.services.canary import add_canary, canaries
from tests.apps.intake.conftest import AT, DAY

SECRET = "JBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    found = home() / "keys.toml"
    save_ring(new_ring(), found)
    return found


@pytest.fixture
def filed(path: Path, town: str, how: TakeIn, register: Path) -> KeyRing:
    """Three people taken in, somebody who covers their cell, and an account with a second factor."""
    ring = load_ring(path)
    take_in([register], how, ring=ring)
    Cover.objects.create(
        area_code=town, worker="梁小梅", phone_sealed=ring.seal("worker_phone", "13700137001"), from_on=DAY
    )
    add_canary(Person.objects.order_by("id")[0].public_id, ring=ring, actor="cli", at=AT)
    user, _ = create_user("liang", "梁小梅", actor="cli", at=AT)
    TOTP.activate(user, SECRET)
    return ring


def rotated(ring: KeyRing, path: Path, cipher: str = "SM4-GCM") -> KeyRing:
    return rotate_keys(ring, path, cipher=cipher, actor="keeper", at=AT)[0]


def phones(ring: KeyRing) -> set[str | None]:
    return set(ring.unseal_many("phone", Person.objects.values_list("phone_sealed", flat=True)))


def all_sealed() -> list[bytes]:
    found = []
    with connection.cursor() as cursor:
        for table in sealed_tables():
            cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")  # noqa: S608
            found += [bytes(value) for row in cursor.fetchall() for value in row if value is not None]
    return found


@pytest.mark.parametrize("cipher", sorted(ALGORITHMS))
def test_everything_is_sealed_with_the_new_key_and_reads_the_same(
    filed: KeyRing, path: Path, cipher: str
) -> None:
    before = phones(filed)
    fresh = rotated(filed, path, cipher)
    assert phones(fresh) == before != {None}
    numbers = {int.from_bytes(value[1:3], "big") for value in all_sealed()}
    assert (numbers, len(all_sealed()) > 10) == ({fresh.current}, True)


def test_a_ring_read_before_opens_what_was_sealed_after(filed: KeyRing, path: Path) -> None:
    before, held = phones(filed), load_ring(path)
    rotated(filed, path)
    assert phones(held) == before


def test_with_the_old_keys_destroyed_everything_opens_and_the_old_ring_opens_nothing(
    filed: KeyRing, path: Path, register: Path
) -> None:
    old = KeyRing(dict(filed.keys), filed.current, filed.index_secret)
    sent, before = register.read_bytes(), phones(filed)
    fresh = rotated(filed, path)
    assert retire_keys(fresh, path, actor="keeper", at=AT) == 1
    ring = load_ring(path)
    assert set(ring.keys) == {fresh.current}
    assert phones(ring) == before
    assert [person for person, *_ in canaries(ring=ring)] == [Person.objects.order_by("id")[0].public_id]
    assert kept_bytes(hashlib.sha256(sent).hexdigest(), ring) == sent
    assert ring.unseal("worker_phone", Cover.objects.get().phone_sealed or b"") == "13700137001"
    assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == SECRET
    for value in all_sealed():
        with pytest.raises(SealError):
            old.unseal("phone", value)


def test_keys_stay_while_somebody_may_still_use_them(filed: KeyRing, path: Path) -> None:
    settings = connection.get_connection_params()
    with psycopg.connect(host=settings["host"], user=settings["user"], dbname=settings["dbname"]):
        fresh = rotated(filed, path)
        with pytest.raises(Refusal) as refused:
            retire_keys(fresh, path, actor="keeper", at=AT)
    assert refused.value.message.code == "keys_in_use"
    assert len(load_ring(path).keys) == 2


def test_an_interrupted_rotation_is_taken_up_by_the_next(filed: KeyRing, path: Path) -> None:
    before = phones(filed)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(filed, path, cipher="AES-GCM", actor="keeper", at=AT, advance=stop)
    assert phones(load_ring(path)) == before
    fresh = rotated(load_ring(path), path)
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {fresh.current}


def test_blind_keys_stay_as_they_are(filed: KeyRing, path: Path) -> None:
    keys = list(Fact.objects.order_by("id").values_list("keys", flat=True))
    rotated(filed, path)
    assert list(Fact.objects.order_by("id").values_list("keys", flat=True)) == keys


def test_an_unknown_cipher_is_refused_before_anything_changes(filed: KeyRing, path: Path) -> None:
    with pytest.raises(Refusal):
        rotated(filed, path, "ROT13")
    assert len(load_ring(path).keys) == 1


def test_what_an_older_program_sealed_meanwhile_is_sealed_again_before_its_key_goes(
    filed: KeyRing, path: Path
) -> None:
    one = Person.objects.order_by("id")[0]
    fresh = rotated(filed, path)
    Person.objects.filter(pk=one.pk).update(phone_sealed=filed.seal("phone", "13800138077"))
    retire_keys(fresh, path, actor="keeper", at=AT)
    one.refresh_from_db()
    assert load_ring(path).unseal("phone", one.phone_sealed or b"") == "13800138077"


def test_no_row_is_left_out_between_two_chunks(
    filed: KeyRing, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "CHUNK", 1)
    told: list[int] = []
    fresh, count = rotate_keys(filed, path, cipher="AES-GCM", actor="keeper", at=AT, advance=told.append)
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {fresh.current}
    assert (set(told), count > sum(told) > 6) == ({1}, True)


def test_both_acts_are_on_record(filed: KeyRing, path: Path) -> None:
    retire_keys(rotated(filed, path), path, actor="keeper", at=AT)
    lines = (
        AuditLine.objects.filter(act__endswith="_keys").order_by("id").values_list("act", "actor", "details")
    )
    (first, second) = lines
    assert first[:2] == ("rotate_keys", "keeper")
    assert first[2]["cipher"] == "SM4-GCM"
    assert second == ("retire_keys", "keeper", {"keys": 1})
