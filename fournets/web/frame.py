"""What stands around every page: the reader, his posts, and the pages they open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fournets.language import Lang
from fournets.organization.access import Reader
from fournets.web.access import set_reader
from fournets.web.area_chooser import PAGES as OF_AREA
from fournets.web.area_chooser import chooser_of
from fournets.web.guides import guide_of

THEMES = ("light", "dark")
# By what people do: address by name, right, word. What somebody's posts do not open is not shown to him.
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "nav_work",
        (
            ("today", "coverage.see", "nav_today"),
            ("intake", "intake.take", "nav_intake"),
            ("coverage", "coverage.see", "nav_coverage"),
            ("tasks", "people.see", "nav_tasks"),
            ("people", "people.see", "nav_people"),
            ("enterprises", "enterprises.see", "nav_enterprises"),
            ("review", "people.review", "nav_review"),
            ("forms", "forms.fill", "nav_forms"),
            ("jobs", "jobs.see", "nav_jobs"),
        ),
    ),
    (
        "nav_outside",
        (
            ("field_cards", "visits.record", "nav_visits"),
            ("field_sheet", "visits.record", "nav_sheet"),
            ("fieldwork_aside", "visits.decide", "nav_visits_aside"),
            ("calls", "calls.make", "nav_calls"),
            ("calls_board", "calls.see", "nav_calls_board"),
            ("registrations", "registrations.manage", "nav_registrations"),
            ("field_filling", "fieldforms.fill", "nav_field_filling"),
            ("field_forms", "fieldforms.manage", "nav_field_forms"),
        ),
    ),
    (
        "nav_isolating",
        (
            ("isolation", "isolation.see", "nav_isolation"),
            ("isolation_round", "isolation.observe", "nav_round"),
            ("alarms", "isolation.see", "nav_alarms"),
            ("care", "isolation.see", "nav_care"),
            ("beds", "beds.see", "nav_beds"),
            ("contacts", "contacts.see", "nav_contacts"),
        ),
    ),
    (
        "nav_lists",
        (
            ("exports", "exports.make", "nav_exports"),
            ("export_approvals", "exports.approve", "nav_export_approvals"),
            ("overrides", "overrides.see", "nav_overrides"),
            ("forgettings", "forgetting.see", "nav_forgettings"),
        ),
    ),
    (
        "nav_order",
        (
            ("event", "event.see", "nav_event"),
            ("users", "users.manage", "nav_users"),
            ("programs", "users.manage", "nav_programs"),
            ("system", "system.see", "nav_system"),
            ("audit", "audit.see", "nav_audit"),
            ("policy", "policy.see", "nav_policy"),
        ),
    ),
)
PAGES = tuple(page for _, pages in GROUPS for page in pages)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the language, who reads, under which post, and where he may go."""
    if getattr(request, "user", None) and request.user.is_authenticated and not hasattr(request, "posts"):
        set_reader(request)  # the library's pages ask for no reader
    reader: Reader | None = getattr(request, "reader", None)
    lang: Lang = getattr(request, "lang", "zh")
    chooser = chooser_of(request, reader)
    area = chooser.chosen if chooser and reader and chooser.chosen != reader.area_code else ""
    return {
        "area_chooser": chooser,
        "lang": lang,
        "other_language": _with_language(request, "en" if lang == "zh" else "zh"),
        "reader": reader,
        "posts": getattr(request, "posts", []),
        "groups": [
            (group, shown) for group, pages in GROUPS if (shown := _shown(pages, reader, request.path, area))
        ],
        "has_news": bool(reader and reader.may("news.see")),
        "guide": guide_of(request, lang) if reader else [],
        "may_search": bool(reader and reader.may("people.see")),
        "theme": theme if (theme := request.COOKIES.get("theme")) in THEMES else "",
    }


def _shown(
    pages: tuple[tuple[str, str, str], ...], reader: Reader | None, here: str, area: str
) -> list[tuple[str, str, bool]]:
    """The pages of a group the reader may open; the one he is on is marked, and those of an area keep the one he chose."""
    return [
        (f"{address}?area={area}" if area and name in OF_AREA else address, word, here.startswith(address))
        for name, right, word in pages
        if reader and reader.may(right) and (address := reverse(name))
    ]


def _with_language(request: HttpRequest, lang: str) -> str:
    """The same address in another language."""
    asked = request.GET.copy()
    asked["lang"] = lang
    return f"?{asked.urlencode()}"
