"""Written text made comparable: widths, spaces, and the characters a place is written with in more than one way."""

from __future__ import annotations

import re
import unicodedata

SAME = str.maketrans(
    {
        "漖": "滘",
        "窖": "滘",
        "塱": "朗",
        "壆": "朗",
        "幢": "栋",
        **dict(
            zip(
                "棟號樓區鎮銀單層東門園廠業莊灣羅崗聯勞邊寧設",
                "栋号楼区镇银单层东门园厂业庄湾罗岗联劳边宁设",
                strict=True,
            )
        ),
        "﹣": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "－": "-",
        "−": "-",
        "‑": "-",
        "#": "号",
        "№": "号",
    }
)
_BLANK = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]+")


def squeeze(text: str) -> str:
    """``text`` in half width (NFKC), without blanks and invisible marks, upper case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _BLANK.sub("", text).upper()
