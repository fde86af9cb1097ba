"""Reads of intake: the ledger, and what its pages show."""

from fournets.intake.selectors.ledger import FORGOTTEN, files_received, links, waiting_rows

__all__ = ["FORGOTTEN", "files_received", "links", "waiting_rows"]
