"""What stands around every page: the reader, his posts, and the pages they open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from fournets.organization.access import Reader
from fournets.web.access import set_reader

# address by name, right, word: what stands in the frame for those who have the right
PAGES = (
    ("coverage", "coverage.see", "nav_coverage"),
    ("overrides", "overrides.see", "nav_overrides"),
    ("exports", "exports.make", "nav_exports"),
    ("export_approvals", "exports.approve", "nav_export_approvals"),
    ("event", "event.see", "nav_event"),
    ("users", "users.manage", "nav_users"),
    ("audit", "audit.see", "nav_audit"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the language, who reads, under which post, and where he may go."""
    if getattr(request, "user", None) and request.user.is_authenticated and not hasattr(request, "posts"):
        set_reader(request)  # the library's pages ask for no reader
    reader: Reader | None = getattr(request, "reader", None)
    lang = getattr(request, "lang", "zh")
    return {
        "lang": lang,
        "other_language": _with_language(request, "en" if lang == "zh" else "zh"),
        "reader": reader,
        "posts": getattr(request, "posts", []),
        "pages": [
            (address, word, request.path.startswith(address))
            for name, right, word in PAGES
            if reader and reader.may(right) and (address := _address(name))
        ],
    }


def _address(name: str) -> str:
    """Where a page stands; empty while it is not built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _with_language(request: HttpRequest, lang: str) -> str:
    """The same address in another language."""
    asked = request.GET.copy()
    asked["lang"] = lang
    return f"?{asked.urlencode()}"
