"""Acts of intake: take files in, take one back, remember a layout, send rows back to be mended."""

from fournets.intake.services.mend import write_rows_to_mend
from fournets.intake.services.receive import Arrival, arrivals
from fournets.intake.services.remember import remember_layout
from fournets.intake.services.take_in import TakeIn, take_in
from fournets.intake.services.undo import undo_file

__all__ = ["Arrival", "TakeIn", "arrivals", "remember_layout", "take_in", "undo_file", "write_rows_to_mend"]
