"""Whether a temperature is fever: threshold and comparator differ from place to place, so both are data."""

from __future__ import annotations

import operator
from decimal import Decimal

from fournets.policy.reader import Policy

COMPARATORS = {">": operator.gt, ">=": operator.ge}


def is_fever(temperature: Decimal | str, policy: Policy) -> bool:
    """Whether ``temperature`` (°C, exact: 37.3 is 37.3) is fever under ``policy``."""
    compare = COMPARATORS[policy.text("fever.comparator")]
    return bool(compare(Decimal(temperature), Decimal(str(policy.number("fever.threshold")))))
