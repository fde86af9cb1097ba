"""Valid invented numbers: resident IDs, social credit codes, telephones."""

from __future__ import annotations

import random
from datetime import date

_ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PREFIXES = ("134", "135", "136", "137", "138", "139", "150", "151", "158", "159", "182", "187", "188",
             "130", "131", "132", "155", "156", "186", "133", "153", "180", "181", "189", "177")  # fmt: skip


def id_check(body: str) -> str:
    """The check character of 17 digits (GB 11643, MOD 11-2)."""
    return "10X98765432"[
        sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11
    ]


def resident_id(region: str, birth_on: date, order: int) -> str:
    """A valid 18-character resident ID."""
    body = f"{region}{birth_on:%Y%m%d}{order:03d}"
    return body + id_check(body)


def social_credit_code(rng: random.Random, kind: str, region: str) -> str:
    """A valid unified social credit code; ``kind`` is 91 (company) or 92 (sole trader)."""
    organ = "MA" + "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=6))
    rest = 11 - sum(_ORG.index(char) * weight for char, weight in zip(organ, _ORG_WEIGHTS, strict=True)) % 11
    body = kind + region + organ + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(_CODE.index(char) * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return body + _CODE[(31 - total % 31) % 31]


def mobile(rng: random.Random) -> str:
    """A mobile number."""
    return f"{rng.choice(_PREFIXES)}{rng.randrange(10**8):08d}"


def landline(rng: random.Random) -> str:
    """A landline of Foshan."""
    return f"0757-8{rng.randrange(10**7):07d}"
