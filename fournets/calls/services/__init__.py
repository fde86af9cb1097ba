"""Acts of the phone desk: open calls, claim one, say what came of it, make rows of the answers; and of self-registration."""

from fournets.calls.services.claim import CALL, next_call, show_number
from fournets.calls.services.opening import MANAGE, Opened, open_calls
from fournets.calls.services.outcome import Said, end_attempt
from fournets.calls.services.undo import undo_attempt

__all__ = [
    "CALL",
    "MANAGE",
    "Opened",
    "Said",
    "end_attempt",
    "next_call",
    "open_calls",
    "show_number",
    "undo_attempt",
]
