"""How long a stock lasts."""

from __future__ import annotations

from decimal import Decimal

RESIDENT, STAFF, EVERYBODY = WHO = ("resident", "staff", "everybody")  # who uses a thing


def days_of_cover(count: Decimal, a_day: Decimal, who: str, *, residents: int, staff: int) -> Decimal | None:
    """Full days a stock lasts for those who use it today; None while nobody does."""
    people = {RESIDENT: residents, STAFF: staff, EVERYBODY: residents + staff}[who]
    used = a_day * people
    return (count / used).to_integral_value(rounding="ROUND_FLOOR") if used else None
