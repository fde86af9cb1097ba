"""Opens workbooks locked with a password; what is unlocked stays in memory."""

from __future__ import annotations

import io
from typing import BinaryIO

import msoffcrypto

from fournets.language import Refusal

_PROGRAMS_OWN = "VelvetSweatshop"  # the password Excel itself sets and tries when a file is only "read-only"


def unlocked(file: BinaryIO, *, name: str, password: str | None) -> BinaryIO:
    """The workbook without its lock; refused when the password is missing or wrong."""
    for attempt in (password, _PROGRAMS_OWN):
        if attempt is not None and (plain := _opened(file, attempt)) is not None:
            return plain
    raise Refusal("file_password_wrong" if password else "file_locked", file=name)


def is_locked(file: BinaryIO) -> bool:
    """Whether an old .xls asks for a password."""
    file.seek(0)
    try:
        return bool(msoffcrypto.OfficeFile(file).is_encrypted())
    except Exception:  # the parser of a hostile file may raise anything; the reader will refuse it
        return False
    finally:
        file.seek(0)


def _opened(file: BinaryIO, password: str) -> BinaryIO | None:
    plain = io.BytesIO()
    file.seek(0)
    try:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password)
        office.decrypt(plain)
    except Exception:  # a wrong password and a broken lock look alike to the library
        return None
    plain.seek(0)
    return plain
