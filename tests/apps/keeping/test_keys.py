"""A new key: everything stays readable, with the new key alone, and an old one opens nothing any more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def rotated(path: Path, cipher: str = "SM4-GCM") -> KeyRing:
    return rotate_keys(path, cipher=cipher, actor="keeper", at=AT)[0]


@contextmanager
def somebody_else() -> Iterator[psycopg.Connection[Any]]:
    """Another connection of the application's, opened to everything; neither waits for the other's lock for long."""
    settings = connection.get_connection_params()
    with psycopg.connect(host=settings["host"], user=settings["user"], dbname=settings["dbname"]) as link:
        link.execute("SELECT set_config('fournets.low', '0', false), set_config('fournets.high', ':', false)")
        for one in (link, connection.cursor()):
            one.execute("SET lock_timeout = '20s'")
        yield link
    connection.cursor().execute("RESET lock_timeout")


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
    fresh = rotated(path, cipher)
    assert phones(fresh) == before != {None}
    numbers = {int.from_bytes(value[1:3], "big") for value in all_sealed()}
    assert (numbers, len(all_sealed()) > 10) == ({fresh.current}, True)


def test_a_ring_read_before_opens_what_was_sealed_after(filed: KeyRing, path: Path) -> None:
    before, held = phones(filed), load_ring(path)
    rotated(path)
    assert phones(held) == before


def test_with_the_old_keys_destroyed_everything_opens_and_the_old_ring_opens_nothing(
    filed: KeyRing, path: Path, register: Path
) -> None:
    old = KeyRing(dict(filed.keys), filed.current, filed.index_secret)
    sent, before = register.read_bytes(), phones(filed)
    fresh = rotated(path)
    assert retire_keys(path, actor="keeper", at=AT) == 1
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
    with somebody_else():
        rotated(path)
        with pytest.raises(Refusal) as refused:
            retire_keys(path, actor="keeper", at=AT)
    assert refused.value.message.code == "keys_in_use"
    assert len(load_ring(path).keys) == 2


def test_an_interrupted_rotation_is_taken_up_by_the_next(filed: KeyRing, path: Path) -> None:
    before = phones(filed)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(path, cipher="AES-GCM", actor="keeper", at=AT, advance=stop)
    assert phones(load_ring(path)) == before
    fresh = rotated(path)
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {fresh.current}


@pytest.mark.django_db(transaction=True)
def test_rows_somebody_is_changing_are_passed_over_and_sealed_when_he_is_done(
    filed: KeyRing, path: Path
) -> None:
    """Neither waits for the other: what is free is sealed while he still holds his row."""
    held: list[int] = []
    with somebody_else() as changing:
        changing.execute(
            "UPDATE people_person SET name = name WHERE id = (SELECT min(id) FROM people_person)"
        )

        def sealed(rows: int) -> None:
            held.append(rows)
            changing.rollback()

        rotate_keys(path, cipher="AES-GCM", actor="keeper", at=AT, advance=sealed)
    assert held[:2] == [Person.objects.count() - 1, 1]
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {load_ring(path).current}


@pytest.mark.django_db(transaction=True)
def test_facts_of_people_being_sealed_again_are_filed_meanwhile(filed: KeyRing, path: Path) -> None:
    """A row that points at a person holds him by his key alone."""
    person, found = Person.objects.order_by("id")[0].pk, list[int]()
    hold = "SELECT id FROM people_person WHERE id = %s FOR KEY SHARE"
    with somebody_else() as filing:
        filing.execute(hold, [person])
        rotate_keys(path, cipher="AES-GCM", actor="keeper", at=AT, advance=found.append)
        assert filing.execute(hold, [person]).fetchone() == (person,)
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {load_ring(path).current}


@pytest.mark.parametrize("act", ["rotate", "retire"])
def test_two_never_change_the_ring_at_once(filed: KeyRing, path: Path, act: str) -> None:
    acts = {
        "rotate": lambda: rotated(path),
        "retire": lambda: retire_keys(path, actor="keeper", at=AT),
    }
    rotated(path)
    with somebody_else() as other:
        other.execute("SELECT pg_advisory_lock(hashtext('keys'))")
        with pytest.raises(Refusal) as refused:
            acts[act]()
    assert (refused.value.message.code, len(load_ring(path).keys)) == ("keys_busy", 2)


def test_a_rotation_starts_from_the_keys_in_the_file(filed: KeyRing, path: Path) -> None:
    """Whatever else the process holds: a key made meanwhile by another is not lost."""
    rotated(path)
    between = load_ring(path)
    rotated(path)
    assert between.keys.items() <= load_ring(path).keys.items()


def test_blind_keys_stay_as_they_are(filed: KeyRing, path: Path) -> None:
    keys = list(Fact.objects.order_by("id").values_list("keys", flat=True))
    rotated(path)
    assert list(Fact.objects.order_by("id").values_list("keys", flat=True)) == keys


def test_an_unknown_cipher_is_refused_before_anything_changes(filed: KeyRing, path: Path) -> None:
    with pytest.raises(Refusal):
        rotated(path, "ROT13")
    assert len(load_ring(path).keys) == 1


def test_what_an_older_program_sealed_meanwhile_is_sealed_again_before_its_key_goes(
    filed: KeyRing, path: Path
) -> None:
    one = Person.objects.order_by("id")[0]
    rotated(path)
    Person.objects.filter(pk=one.pk).update(phone_sealed=filed.seal("phone", "13800138077"))
    retire_keys(path, actor="keeper", at=AT)
    one.refresh_from_db()
    assert load_ring(path).unseal("phone", one.phone_sealed or b"") == "13800138077"


def test_no_row_is_left_out_between_two_chunks(
    filed: KeyRing, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FREE", "LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED")
    told: list[int] = []
    fresh, count = rotate_keys(path, cipher="AES-GCM", actor="keeper", at=AT, advance=told.append)
    assert {int.from_bytes(value[1:3], "big") for value in all_sealed()} == {fresh.current}
    assert (set(told), count > sum(told) > 6) == ({1}, True)


def test_both_acts_are_on_record(filed: KeyRing, path: Path) -> None:
    rotated(path)
    retire_keys(path, actor="keeper", at=AT)
    lines = (
        AuditLine.objects.filter(act__endswith="_keys").order_by("id").values_list("act", "actor", "details")
    )
    (first, second) = lines
    assert first[:2] == ("rotate_keys", "keeper")
    assert first[2]["cipher"] == "SM4-GCM"
    assert second == ("retire_keys", "keeper", {"keys": 1})
