"""The day's figures: their definitions (口径) as data, frozen at the close of a day with the list behind each."""

from fournets.reporting.figures.day_close import ClosedDay, close_day
from fournets.reporting.figures.definitions import Definition, definitions, definitions_digest
from fournets.reporting.figures.selectors import Figure, day_figures, rows_behind

__all__ = [
    "ClosedDay",
    "Definition",
    "Figure",
    "close_day",
    "day_figures",
    "definitions",
    "definitions_digest",
    "rows_behind",
]
