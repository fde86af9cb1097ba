"""One figure of the first page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """How many of what, how it stands (``good``, ``todo``, ``late``, ``danger``), and where its list is.

    ``count`` is a number, or a limit that was reached (``more``).
    """

    code: str
    count: int
    state: str
    address: str
    more: bool = False
