"""Sentences and numbers in templates, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from fournets.accounts.passwords import page_language
from fournets.language import Lang, say
from fournets.organization.rights import Role

register = template.Library()
# in the order in which they are looked for: each names also those after it
PROGRAMS = {
    "MicroMessenger": "微信 WeChat",
    "DingTalk": "钉钉 DingTalk",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "HeadlessChrome": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
MACHINES = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.simple_tag(takes_context=True)
def sentence(context: dict[str, Any], code: str, **values: Any) -> str:
    """The message ``code`` in the language of the page."""
    lang: Lang = context.get("lang") or page_language()  # the library draws its messages without a request
    return say(code, lang, **values)


@register.simple_tag(takes_context=True)
def word(context: dict[str, Any], of: str, code: str) -> str:
    """The word for one of several values: the message ``of_code``."""
    lang: Lang = context["lang"]
    return say(f"{of}_{code}", lang)


@register.simple_tag(takes_context=True)
def role(context: dict[str, Any], one: Role) -> str:
    """The words of a role in the language of the page."""
    lang: Lang = context["lang"]
    return one.text(lang)


@register.filter
def confirm_by(way: str) -> str:
    """The message for one of the library's ways to confirm who somebody is."""
    return {"mfa_reauthenticate": "confirm_by_code", "mfa_reauthenticate:webauthn": "confirm_by_passkey"}.get(
        way, "confirm_by_password"
    )


@register.filter
def browser(agent: str) -> str:
    """A browser and its machine as people call them: Chrome · Windows; what nobody knows stays as it is."""
    program = next((word for sign, word in PROGRAMS.items() if sign in agent), "")
    machine = next((word for sign, word in MACHINES.items() if sign in agent), "")
    return " · ".join(filter(None, (program, machine))) or agent[:40]


@register.filter
def last_day(until: datetime) -> str:
    """The last day of what ends at a moment: the day the moment before it falls on."""
    return f"{timezone.localtime(until - timedelta(microseconds=1)):%Y-%m-%d}"


@register.filter
def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in per cent, rounded down so that 100 % means nobody is missing; a dash for nothing."""
    return f"{part * 1000 // whole / 10:g}\N{NO-BREAK SPACE}%" if whole else "–"


@register.filter
def of(found: dict[str, Any], key: str) -> Any:
    """What stands under a key; nothing where nothing does."""
    return found.get(key, "")


@register.filter
def at(found: dict[Any, Any], key: Any) -> Any:
    """What stands under any key; nothing to go through where nothing does."""
    return found.get(key, ())


@register.filter
def number(count: int) -> str:
    """A count with its thousands apart: 60,391."""
    return f"{count:,}"


@register.filter
def signed(count: int) -> str:
    """A change with its sign: +12, −3, 0."""
    return f"{count:+,}".replace("-", "\N{MINUS SIGN}") if count else "0"


@register.filter
def unlocalized(value: float) -> str:
    """A number for a drawing, with a point in every language."""
    return f"{value:g}"


@register.filter
def add_to(value: float, more: int) -> str:
    """A place in a drawing, moved by so much."""
    return f"{value + more:g}"
