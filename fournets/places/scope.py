"""The scope of a connection: the range of area codes whose rows the database shows and accepts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from fournets.database import HIGH, LOW, within


def code_range(area_code: str) -> tuple[str, str]:
    """The range ``low <= code < high`` that holds ``area_code`` and everything below it; empty text: everything."""
    if not area_code:
        return "0", ":"
    return area_code, area_code[:-1] + chr(ord(area_code[-1]) + 1)


def set_scope(area_code: str) -> None:
    """Opens this connection to ``area_code`` and all below it, until it is set again or the connection closes."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false), set_config(%s, %s, false)", [LOW, low, HIGH, high])


def local_scope(area_code: str) -> None:
    """Opens the rest of this transaction to ``area_code`` and all below it."""
    low, high = code_range(area_code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true), set_config(%s, %s, true)", [LOW, low, HIGH, high])


@contextmanager
def scope(area_code: str) -> Iterator[None]:
    """Inside one transaction: only ``area_code`` and below; the scope before it comes back at the end."""
    with within(dict(zip((LOW, HIGH), code_range(area_code), strict=True))):
        yield
