"""Reads of the screening net: what is covered and what is missing, and which enterprises to look at."""

from fournets.screening.selectors.coverage import AreaCoverage, coverage
from fournets.screening.selectors.enterprises import OutbreakEnterprise, outbreak_enterprises
from fournets.screening.selectors.missing import Missing, missing
from fournets.screening.selectors.sums import AreaSums, coverage_sums, listed_level

__all__ = [
    "AreaCoverage",
    "AreaSums",
    "Missing",
    "OutbreakEnterprise",
    "coverage",
    "coverage_sums",
    "listed_level",
    "missing",
    "outbreak_enterprises",
]
