"""The papers of an order: the letter that says where, until when and why; the certificate of release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import timezone

from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.language import Lang, Refusal, say

LETTER, CERTIFICATE = "letter", "certificate"
# Fonts with Chinese signs, the first of them this machine has; without one a paper would bear empty boxes.
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "SimSun",
)
TEMPLATE = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a paper beside the order: the person's name, where he stays, and who gives it out."""

    name: str
    where: str
    issuer: str


def paper_of(kind: str, order: IsolationOrder, paper: Paper, *, lang: Lang, address: str = "") -> bytes:
    """The letter or the certificate of an order as a PDF; ``address``: of the person's own page, or of the page that says
    whether a certificate stands.

    A `Refusal` for a letter of an order that is over, a certificate of one nobody was given, or without a Chinese font.
    """
    if kind == LETTER and order.state not in IN_FORCE:
        raise Refusal("isolation_over")
    if kind == CERTIFICATE and not order.certificate:
        raise Refusal("isolation_no_certificate")
    given = (_letter if kind == LETTER else _certificate)(order, paper, lang)
    return set_sheet(given, address, say(f"paper_scan_{kind}", lang), lang=lang)


def set_sheet(given: dict[str, Any], address: str, scan: str, *, lang: Lang) -> bytes:
    """A sheet as a PDF, with the code of an address if there is one, and what scanning it does; a `Refusal` without a font."""
    font = chinese_font()
    if font is None:
        raise Refusal("paper_no_font")
    given |= {"lang": lang, "font": font, "qr": code_of(address) if address else "", "scan": scan}
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"given": json.dumps(given, ensure_ascii=False)}
    )
    return made


@cache
def chinese_font() -> str | None:
    """The font papers are set in; None where the machine has none with Chinese signs."""
    here = set(typst.Fonts().families())
    return next((one for one in FONTS if one in here), None)


def _letter(order: IsolationOrder, paper: Paper, lang: Lang) -> dict[str, Any]:
    until = order.until_on
    last = f"{until - timedelta(days=1)}" if until else say("paper_open", lang)
    rows = [
        (say("paper_place", lang), say(f"isolation_at_{order.state}", lang)),
        (say("paper_where", lang), paper.where or say("paper_where_home", lang)),
        (say("paper_from", lang), str(order.from_on)),
        (say("paper_last", lang), last),
    ]
    return {
        "title": say("paper_letter_title", lang),
        "name": paper.name,
        "greeting": "",
        "paragraphs": [
            say("paper_letter_text", lang),
            say("paper_letter_duties", lang),
            say("paper_letter_needs", lang),
        ],
        "rows": rows,
        "why": say("paper_why", lang),
        "reasons": [one[lang] for one in order.reasons],
        "issuer": paper.issuer,
        "day": f"{timezone.localtime(order.issued_at):%Y-%m-%d}",
        "foot": say("paper_number", lang, number=order.number),
    }


def _certificate(order: IsolationOrder, paper: Paper, lang: Lang) -> dict[str, Any]:
    rows = [
        (say("paper_from", lang), str(order.from_on)),
        (say("paper_free", lang), str(order.well_on)),
    ]
    return {
        "title": say("paper_certificate_title", lang),
        "name": paper.name,
        "greeting": "",
        "paragraphs": [say("paper_certificate_text", lang), say("paper_certificate_after", lang)],
        "rows": rows,
        "why": "",
        "reasons": [],
        "issuer": paper.issuer,
        "day": str(order.well_on),
        "foot": say("paper_number", lang, number=order.certificate),
    }


def code_of(text: str) -> str:
    """A QR code as an SVG picture."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
