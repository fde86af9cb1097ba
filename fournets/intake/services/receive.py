"""Files as they arrive: found, fingerprinted, unpacked, kept verbatim."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fournets.crypto import HEADER, NONCE, KeyRing
from fournets.home import home
from fournets.language import Refusal
from fournets.workbooks.read import expand

FIELD = "source_file"
LEFT_BEHIND = ("~$", ".")  # an open workbook's lock file, hidden files


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came in: where it lies now, its name as sent, its fingerprint, and the archive it came in."""

    path: Path
    name: str
    sha256: str
    size: int
    archive: str = ""


@contextmanager
def arrivals(paths: Sequence[Path]) -> Iterator[tuple[list[Arrival], list[tuple[Arrival, Refusal]]]]:
    """The files at ``paths``: folders walked in name order, archives unpacked for as long as the context is open.

    Also the archives that were refused, each with the sentence why.
    """
    found: list[Arrival] = []
    refused: list[tuple[Arrival, Refusal]] = []
    with TemporaryDirectory(dir=home(), prefix="unpacked-") as folder:
        for number, path in enumerate(_files(paths)):
            arrival = _arrival(path)
            if path.suffix.lower() != ".zip":
                found.append(arrival)
                continue
            into = Path(folder) / str(number)
            into.mkdir()
            try:
                found += [_arrival(one, path.name) for one in expand(path, into)]
            except Refusal as refusal:
                refused.append((arrival, refusal))
        yield found, refused


def keep_verbatim(arrival: Arrival, ring: KeyRing) -> None:
    """Keeps the bytes of ``arrival``, sealed, under their fingerprint below the data folder."""
    kept = _place(arrival.sha256)
    if not kept.exists():
        _keep(kept, arrival.path.read_bytes(), ring)


def kept_bytes(sha256: str, ring: KeyRing) -> bytes:
    """The file kept under ``sha256``, as it was sent."""
    return _opened(_place(sha256).read_bytes(), ring)


def remove_originals(fingerprints: Iterable[str]) -> int:
    """Removes what was kept under these fingerprints; how many files that were."""
    kept = [path for path in map(_place, fingerprints) if path.exists()]
    for path in kept:
        path.unlink()
    return len(kept)


def seal_files_again(ring: KeyRing) -> int:
    """Seals every kept file again that an older key than the newest has sealed; how many."""
    count = 0
    for kept in sorted((home() / "files").glob("*/*.sealed")):
        sealed = kept.read_bytes()
        if _key_number(sealed) != ring.current:
            _keep(kept, _opened(sealed, ring), ring)
            count += 1
    return count


def _keep(kept: Path, content: bytes, ring: KeyRing) -> None:
    """All or nothing: a reader finds the file as it was, or as it is now."""
    key = ring.keys[ring.current]
    nonce = os.urandom(NONCE)
    head = bytes([key.algorithm]) + key.number.to_bytes(2, "big")
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(".new")
    fresh.write_bytes(head + nonce + key.encrypt(nonce, content, FIELD.encode()))
    fresh.replace(kept)


def _opened(sealed: bytes, ring: KeyRing) -> bytes:
    body = sealed[HEADER + NONCE :]
    return ring.key(_key_number(sealed)).decrypt(sealed[HEADER : HEADER + NONCE], body, FIELD.encode())


def _key_number(sealed: bytes) -> int:
    return int.from_bytes(sealed[1:HEADER], "big")


def keep_waiting(number: int, content: bytes, ring: KeyRing) -> None:
    """Keeps what was sent, sealed, until its turn comes."""
    _keep(_waiting(number), content, ring)


def drop_waiting(number: int) -> None:
    """Takes what waited away; nothing happens when it is gone."""
    _waiting(number).unlink(missing_ok=True)


def waiting_numbers() -> list[int]:
    """The numbers of all that is kept and waits."""
    return sorted(int(path.stem) for path in _waiting(0).parent.glob("*.sealed"))


@contextmanager
def waiting_copy(number: int, name: str, ring: KeyRing) -> Iterator[Path]:
    """What waits as a file of its own name, for as long as the context is open."""
    with TemporaryDirectory(dir=home(), prefix="opened-") as folder:
        path = Path(folder) / name
        path.write_bytes(_opened(_waiting(number).read_bytes(), ring))
        yield path


@contextmanager
def kept_copy(sha256: str, name: str, ring: KeyRing) -> Iterator[Path]:
    """The file kept under ``sha256`` as a file of its own name, for as long as the context is open."""
    with TemporaryDirectory(dir=home(), prefix="opened-") as folder:
        path = Path(folder) / name
        path.write_bytes(kept_bytes(sha256, ring))
        yield path


def _place(sha256: str) -> Path:
    return home() / "files" / sha256[:2] / f"{sha256}.sealed"


def _waiting(number: int) -> Path:
    return home() / "files" / "waiting" / f"{number}.sealed"


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            below = (one for one in sorted(path.rglob("*")) if one.is_file())
            yield from (one for one in below if not one.name.startswith(LEFT_BEHIND))
        else:
            yield path


def _arrival(path: Path, archive: str = "") -> Arrival:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Arrival(path, path.name, digest, path.stat().st_size, archive)
