"""What decides each row's spellings and its code: keyed functions of the export's serial and the person. Pure."""

from __future__ import annotations

import hmac

from fournets.crypto import KeyRing

PLACES = 32  # places of two bytes in the choices of a row
CODE_BYTES, CODE_SIGNS = 5, 8
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads them
_LOOKALIKE = str.maketrans("ILO", "110")


class MarkKey:
    """The key of the marks, derived from the installation's key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._choices, self._codes = ring.derived("export.choices"), ring.derived("export.codes")

    def choices(self, serial: str, person: int) -> bytes:
        """Two random bytes for each of the `PLACES` of one row; without the key nobody can tell them from noise."""
        return hmac.digest(self._choices, f"{serial}\x1f{person}".encode(), "sha512")

    def code(self, serial: str, person: int) -> int:
        """The row's code in this export: 40 bits that stand for the person in it and nowhere else."""
        digest = hmac.digest(self._codes, f"{serial}\x1f{person}".encode(), "sha256")
        return int.from_bytes(digest[:CODE_BYTES], "big")


def way_of(choices: bytes, place: int, ways: int) -> int:
    """Which of ``ways`` equivalents a row's choices take at a place."""
    return ((choices[2 * place] << 8 | choices[2 * place + 1]) * ways) >> 16


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
