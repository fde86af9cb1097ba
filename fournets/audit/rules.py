"""What of an audit line is hashed, and how. Pure: a line's words in, bytes out."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import msgspec

FIRST = b"\0" * 32  # stands before the first line
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder().decode


def microseconds(at: datetime) -> int:
    """A moment as the database keeps it: whole microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def said(line: int, at: int, actor: str, act: str, area_code: str, details: str) -> bytes:
    """Everything a line says, its number included, as bytes that are the same however the database writes JSON.

    ``at`` in microseconds, ``details`` as JSON.
    """
    return _encode((line, at, actor, act, area_code, _decode(details)))


def seal_of(key: bytes, words: bytes) -> bytes:
    """The HMAC of a line that waits for its place in the chain: nobody without the key can put one there."""
    return hmac.digest(key, b"line" + words, "sha256")


def link_of(key: bytes, before: bytes, position: int, words: bytes) -> bytes:
    """The HMAC that chains a line to the one before, at its place."""
    return hmac.digest(key, b"link" + before + position.to_bytes(8, "big") + words, "sha256")
