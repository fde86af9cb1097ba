"""The poster of a page of self-registration: A4, a QR code, three steps, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from fournets.isolation.papers import chinese_font, code_of
from fournets.language import Lang, Refusal, say

TEMPLATE = Path(__file__).with_name("poster.typ")
STEPS = ("scan", "fill", "home")


def poster_paper(area: str, address: str) -> bytes:
    """The poster of an area as a PDF; ``address`` is what its code leads to. A `Refusal` without a Chinese font."""
    font = chinese_font()
    if font is None:
        raise Refusal("paper_no_font")
    given = {
        "font": font,
        "area": area,
        "address": address,
        "qr": code_of(address),
        **{lang: _words(lang) for lang in ("zh", "en")},
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"given": json.dumps(given, ensure_ascii=False)}
    )
    return made


def _words(lang: Lang) -> dict[str, object]:
    return {
        "title": say("poster_title", lang),
        "who": say("poster_who", lang),
        "steps": [say(f"poster_step_{one}", lang) for one in STEPS],
        "privacy": say("poster_privacy", lang),
        "no_phone": say("poster_no_phone", lang),
    }
