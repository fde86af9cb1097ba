"""The reader's name over every page that shows people: whoever photographs or prints it is in the picture.

Put ``{% load watermark %}{% watermark %}`` into the main block of such a page. The picture is part of the page, so that no
second request can be held back, and a picture rather than a background, so that it is printed.
"""

from __future__ import annotations

import base64
from typing import Any
from xml.sax.saxutils import escape

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
NOBODY = ""
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"><defs>\
<pattern id="p" width="{width}" height="150" patternUnits="userSpaceOnUse" patternTransform="rotate(-24)">\
<g font-family="system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif" font-size="15" fill="#808080" \
fill-opacity=".26"><text x="0" y="40">{text}</text><text x="{half}" y="115">{text}</text></g></pattern></defs>\
<rect width="100%" height="100%" fill="url(#p)"/></svg>"""
SIGN, WIDE, SPACE = 9, 16, 90  # points a narrow and a wide character take, and the space between two names


@register.simple_tag(takes_context=True)
def watermark(context: dict[str, Any]) -> SafeString:
    """The picture with the name, the login and the minute of whoever reads the page."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return SafeString(NOBODY)  # nosec B703
    text = f"{user.name} · {user.login} · {timezone.localtime():%Y-%m-%d %H:%M}"
    picture = base64.b64encode(drawn(text).encode()).decode()
    return format_html(
        '<img class="watermark" src="data:image/svg+xml;base64,{}" alt="" aria-hidden="true">', picture
    )


def drawn(text: str) -> str:
    """A text, slanting, over and over, as wide as its letters."""
    width = sum(WIDE if ord(sign) > 0x2E80 else SIGN for sign in text) + SPACE
    shown = "".join(sign for sign in text if sign.isprintable())
    return PICTURE.format(width=width * 2, half=width, text=escape(shown))
