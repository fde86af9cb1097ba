"""How the chain stands, without checking it: the last check on record, what came since, anchors."""

from __future__ import annotations

from dataclasses import dataclass

from fournets.audit.anchors import Anchor, anchors
from fournets.audit.chain import head, misfit
from fournets.audit.verify import Checked, last_checked


@dataclass(frozen=True, slots=True)
class ChainState:
    """The last check, how many lines were chained since, the anchors, and the first of them that does not fit.

    ``readable`` is false where anchors.log cannot be read.
    """

    checked: Checked | None
    since: int
    anchors: int
    last_anchor: Anchor | None
    bad_anchor: Anchor | None
    readable: bool

    @property
    def state(self) -> str:
        """One of the four states of a page."""
        if self.bad_anchor or (self.checked and not self.checked.fine):
            return "danger"
        if self.checked is None or not self.readable:
            return "late"
        return "todo" if self.since > 1 else "good"  # the check itself is one line


def chain_state() -> ChainState:
    """How the chain stands now."""
    checked = last_checked()
    since = head()[0] - (checked.until if checked else 0)
    try:
        marks = anchors()
    except OSError:
        return ChainState(checked, since, 0, None, None, False)
    return ChainState(checked, since, len(marks), marks[-1] if marks else None, misfit(marks), True)
