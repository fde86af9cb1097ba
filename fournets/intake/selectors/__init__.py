"""Reads of intake: the ledger, and what its pages show."""

from fournets.intake.selectors.ledger import files_received, links, waiting_rows

__all__ = ["files_received", "links", "waiting_rows"]
