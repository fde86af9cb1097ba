"""Reads of the screening net: what is covered and what is missing, and which enterprises to look at."""

from fournets.screening.selectors.coverage import AreaCoverage, coverage
from fournets.screening.selectors.enterprises import OutbreakEnterprise, outbreak_enterprises
from fournets.screening.selectors.hours import HourSums, coverage_hours, missing_then
from fournets.screening.selectors.missing import Missing, missing
from fournets.screening.selectors.sums import AreaSums, coverage_sums, listed_level

__all__ = [
    "AreaCoverage",
    "AreaSums",
    "HourSums",
    "Missing",
    "OutbreakEnterprise",
    "coverage",
    "coverage_hours",
    "coverage_sums",
    "listed_level",
    "missing",
    "missing_then",
    "outbreak_enterprises",
]
