"""Sealing of sensitive fields and blind indexes to look them up by.

A sealed value is ``algorithm (1 byte) + key id (2 bytes) + nonce (12 bytes) + ciphertext and tag``;
the name of the field is authenticated with it, so a phone cannot be moved into an address.
A blind index is the first 64 bits of an HMAC under a key of its own, as a signed integer:
equal values give equal indexes, and nothing else can be read from them.
"""

from __future__ import annotations

import hmac
import os
import secrets
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES_GCM, SM4_GCM = 1, 2
ALGORITHMS = {"AES-GCM": AES_GCM, "SM4-GCM": SM4_GCM}
NONCE, TAG, HEADER = 12, 16, 3


class SealError(Exception):
    """A sealed value cannot be opened: the key is gone, or the value was changed or moved."""


@dataclass(frozen=True, slots=True)
class Key:
    """One sealing key: its number, its algorithm and its secret."""

    number: int
    algorithm: int
    secret: bytes = field(repr=False)

    def encrypt(self, nonce: bytes, text: bytes, field_name: bytes) -> bytes:
        if self.algorithm == AES_GCM:
            return AESGCM(self.secret).encrypt(nonce, text, field_name)
        worker = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(field_name)
        return worker.update(text) + worker.finalize() + worker.tag

    def decrypt(self, nonce: bytes, sealed: bytes, field_name: bytes) -> bytes:
        if self.algorithm == AES_GCM:
            return AESGCM(self.secret).decrypt(nonce, sealed, field_name)
        worker = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce, sealed[-TAG:])).decryptor()
        worker.authenticate_additional_data(field_name)
        return worker.update(sealed[:-TAG]) + worker.finalize()


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation: the newest seals, every one of them opens.

    A ring read from a file (``path``) looks there again when it meets a key it does not know: another process may have
    made it meanwhile.
    """

    keys: dict[int, Key]
    current: int
    index_secret: bytes = field(repr=False)
    path: Path | None = None
    audit_secret: bytes = field(default=b"", repr=False)

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain: its own where there is one, else derived; it outlives every other key."""
        return self.audit_secret or self.derived("audit chain")

    def key(self, number: int) -> Key:
        """The key of that number; `SealError` when this installation has it no longer."""
        if number not in self.keys and self.path is not None and self.path.exists():
            self.keys.update(load_ring(self.path).keys)
        if number not in self.keys:
            raise SealError("the key this value was sealed with is not on this installation")
        return self.keys[number]

    def seal(self, field_name: str, text: str) -> bytes:
        """``text`` sealed for ``field_name``."""
        return self.seal_many(field_name, [text])[0] or b""

    def seal_many(self, field_name: str, texts: Sequence[str | None]) -> list[bytes | None]:
        """Each text sealed; ``None`` and the empty text stay ``None``."""
        key, label = self.keys[self.current], field_name.encode()
        head = bytes([key.algorithm]) + key.number.to_bytes(2, "big")
        pool = os.urandom(NONCE * len(texts))
        encrypt = AESGCM(key.secret).encrypt if key.algorithm == AES_GCM else key.encrypt
        sealed: list[bytes | None] = []
        for at, text in enumerate(texts):
            if not text:
                sealed.append(None)
                continue
            nonce = pool[at * NONCE : (at + 1) * NONCE]
            sealed.append(head + nonce + encrypt(nonce, text.encode(), label))
        return sealed

    def unseal(self, field_name: str, sealed: bytes | memoryview) -> str:
        """The text inside ``sealed``; raises `SealError` when it cannot be opened."""
        sealed = bytes(sealed)
        key = self.key(int.from_bytes(sealed[1:HEADER], "big"))
        if key.algorithm != sealed[0]:
            raise SealError("a sealed value was changed")
        nonce, body = sealed[HEADER : HEADER + NONCE], sealed[HEADER + NONCE :]
        try:
            return key.decrypt(nonce, body, field_name.encode()).decode()
        except InvalidTag as error:
            raise SealError("a sealed value was changed or belongs to another field") from error

    def unseal_many(self, field_name: str, sealed: Iterable[bytes | memoryview | None]) -> list[str | None]:
        """Each value opened; ``None`` stays ``None``."""
        return [None if one is None else self.unseal(field_name, one) for one in sealed]

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for ``purpose`` alone; it stays the same when sealing keys are changed."""
        worker = HKDF(hashes.SHA256(), length=32, salt=None, info=f"fournets {purpose}".encode())
        return worker.derive(self.index_secret)

    def index(self, purpose: str, text: str) -> int:
        """The blind index of ``text`` for ``purpose``, a signed 64-bit integer."""
        digest = hmac.digest(self.index_secret, f"{purpose}\x1f{text}".encode(), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True)

    def index_many(self, purpose: str, texts: Iterable[str | None]) -> list[int | None]:
        """The blind index of each text, worked out once for equal ones; ``None`` and the empty text stay ``None``."""
        secret, head, digest = self.index_secret, purpose.encode() + b"\x1f", hmac.digest
        known: dict[str, int] = {}
        indexes: list[int | None] = []
        for text in texts:
            index = known.get(text) if text else None
            if text and index is None:
                start = digest(secret, head + text.encode(), "sha256")[:8]
                index = known[text] = int.from_bytes(start, "big", signed=True)
            indexes.append(index)
        return indexes


def load_ring(path: Path) -> KeyRing:
    """The key ring in ``path`` (TOML, mode 0600); made with fresh keys when the file is absent.

    `SealError` when the file is damaged.
    """
    if not path.exists():
        _make_ring(path)
    try:
        table = tomllib.loads(path.read_text())
        keys = {
            row["number"]: Key(row["number"], ALGORITHMS[row["algorithm"]], bytes.fromhex(row["secret"]))
            for row in table["keys"]
        }
        audit = bytes.fromhex(table.get("audit_secret", ""))
        return KeyRing(keys, table["current"], bytes.fromhex(table["index_secret"]), path, audit)
    except (ValueError, KeyError, TypeError) as error:
        raise SealError("the key file is damaged") from error


def new_ring(algorithm: str = "AES-GCM") -> KeyRing:
    """A ring with one fresh key of ``algorithm`` (``AES-GCM`` or ``SM4-GCM``)."""
    return KeyRing({1: _fresh(1, algorithm)}, 1, secrets.token_bytes(32))


def with_new_key(ring: KeyRing, algorithm: str = "AES-GCM") -> KeyRing:
    """``ring`` with one more key, which from now on seals; the older ones still open."""
    number = max(ring.keys) + 1
    keys = {**ring.keys, number: _fresh(number, algorithm)}
    return replace(ring, keys=keys, current=number)


def without_old_keys(ring: KeyRing) -> KeyRing:
    """``ring`` with its newest key alone: what the others sealed stays sealed for ever."""
    return replace(ring, keys={ring.current: ring.keys[ring.current]})


def without_a_trace(ring: KeyRing) -> KeyRing:
    """A ring of fresh keys alone, for blind indexes too; only the audit is chained on with the key it had."""
    fresh = new_ring()
    return replace(fresh, audit_secret=ring.audit_key, path=ring.path)


def save_ring(ring: KeyRing, path: Path) -> None:
    """Writes ``ring`` to ``path``, readable by its owner alone, all or nothing; on the disk before anything is sealed with it."""
    _write(ring, path.with_suffix(".new")).replace(path)
    _settle(path.parent)


def _make_ring(path: Path) -> None:
    """Makes the first keys; whoever comes second to it takes those of the first, for something may be sealed with them."""
    fresh = _write(new_ring(), path.with_suffix(f".{secrets.token_hex(8)}.new"))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:  # a disk without such links
        fresh.replace(path)
    fresh.unlink(missing_ok=True)
    _settle(path.parent)


def _write(ring: KeyRing, fresh: Path) -> Path:
    """Puts ``ring`` into a file beside, whole and on the disk."""
    names = {number: name for name, number in ALGORITHMS.items()}
    lines = [f"current = {ring.current}", f'index_secret = "{ring.index_secret.hex()}"']
    if ring.audit_secret:
        lines.append(f'audit_secret = "{ring.audit_secret.hex()}"')
    for key in ring.keys.values():
        lines += [
            "",
            "[[keys]]",
            f"number = {key.number}",
            f'algorithm = "{names[key.algorithm]}"',
            f'secret = "{key.secret.hex()}"',
        ]
    fresh.touch(mode=0o600)
    with fresh.open("w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _settle(folder: Path) -> None:
    """Has the system put the names of a folder's files on the disk, where it can."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _fresh(number: int, algorithm: str) -> Key:
    size = 32 if algorithm == "AES-GCM" else 16
    return Key(number, ALGORITHMS[algorithm], secrets.token_bytes(size))
