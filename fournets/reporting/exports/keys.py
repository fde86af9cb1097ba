"""What decides each row's spellings and its code: keyed functions of the export's serial and the person. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fournets.crypto import KeyRing

PLACES = 32  # places of two bytes in the choices of a row
WIDTH = 2 * PLACES  # bytes of a row's choices
BLOCK = 16
CODE_BYTES, CODE_SIGNS = 5, 8
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads them
_LOOKALIKE = str.maketrans("ILO", "110")


class Copy:
    """One export's choices: two bytes for each of the `PLACES` of each row; without the key nobody tells them from noise."""

    def __init__(self, key: bytes) -> None:
        # Of distinct blocks under a key of their own, AES is the keyed function wanted here; nothing is enciphered.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # nosec B305

    def draw(self, blocks: bytes) -> bytes:
        """The choices of many rows one after the other; ``blocks`` are those of `blocks_of`."""
        return self._cipher.encryptor().update(blocks)

    def choices(self, person: int) -> bytes:
        """The choices of one row."""
        return self.draw(blocks_of([person]))


class MarkKey:
    """The key of the marks, derived from the installation's key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._choices, self._codes = ring.derived("export.choices"), ring.derived("export.codes")

    def copy(self, serial: str) -> Copy:
        """The choices of the export with this serial."""
        return Copy(hmac.digest(self._choices, serial.encode(), "sha256"))

    def code(self, serial: str, person: int) -> int:
        """The row's code in this export: 40 bits that stand for the person in it and nowhere else."""
        digest = hmac.digest(self._codes, f"{serial}\x1f{person}".encode(), "sha256")
        return int.from_bytes(digest[:CODE_BYTES], "big")


def blocks_of(people: Iterable[int]) -> bytes:
    """What the choices of people are drawn from."""
    numbers = [bytes([number]) for number in range(WIDTH // BLOCK)]
    return b"".join(
        person.to_bytes(BLOCK - 1, "big", signed=True) + number for person in people for number in numbers
    )


def way_of(choices: bytes, place: int, ways: int) -> int:
    """Which of ``ways`` equivalents a row's choices take at a place, each as likely as the others to two in 100,000."""
    first = choices[2 * place]
    return (first if first < 256 - 256 % ways else choices[2 * place + 1]) % ways


def written_code(code: int) -> str:
    """A row's code as it stands in the list: 7KQ3-M2PD."""
    signs = "".join(SIGNS[code >> 5 * place & 31] for place in reversed(range(CODE_SIGNS)))
    return f"{signs[:4]}-{signs[4:]}"


def read_code(text: str) -> int | None:
    """The code a text is, however it is typed; None for any other text."""
    signs = text.upper().replace("-", "").translate(_LOOKALIKE)
    if len(signs) != CODE_SIGNS or not set(signs) <= set(SIGNS):
        return None
    return sum(SIGNS.index(sign) << 5 * place for place, sign in enumerate(reversed(signs)))
