"""The 28 communities and 2 parks of the reference town, as the statistical office numbers them."""

from pathlib import Path

DIVISIONS = Path(__file__).with_name("divisions.csv")
