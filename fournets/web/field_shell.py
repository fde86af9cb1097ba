"""The phone pages' shell, which a phone keeps without network: words and marks alone, nobody of the register."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import segno
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from fournets.language import Lang, catalogue, say
from fournets.places.selectors import find_area
from fournets.web.access import lang_of, needs, public, reader_of

ASK = "web/field-ask.js"  # before all else
FILES = (
    "web/design.css",
    "web/field.css",
    "web/icon.svg",
    ASK,
    "vendor/idb.js",
    "web/field-store.js",
    "web/field-send.js",
    "web/field-forms.js",
    "web/field.js",
)
LANGS: tuple[Lang, ...] = ("zh", "en")
WORDS = "fieldapp_"  # the sentences the scripts say
MAY = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"  # where she is, if she says so
PURPOSES = {"any", "maskable"}


@public
@require_safe
def shell_page(request: HttpRequest) -> HttpResponse:
    """The phone pages. What they show of people comes from the phone's own locked store, or is fetched into it."""
    asked = request.GET.get("words", "")
    response = render(
        request,
        "web/field/shell.html",
        _shell("en" if asked == "en" else "zh" if asked else lang_of(request)),
    )
    response["Permissions-Policy"] = MAY
    return response


@public
@require_safe
def worker_script(request: HttpRequest) -> HttpResponse:
    """The service worker, which answers for the shell without network; another as soon as a file of it is."""
    script = Path(str(finders.find("web/field-worker.js"))).read_text(encoding="utf-8")
    files = [staticfiles_storage.url(one) for one in FILES]
    shells = {lang: f"{reverse('field')}?words={lang}" for lang in LANGS}
    words = "".join(render_to_string("web/field/shell.html", _shell(lang)) for lang in LANGS)
    version = hashlib.sha256(f"{script}{files}{words}".encode()).hexdigest()[:16]
    shell = {"version": version, "files": files, "shells": shells, "page": reverse("field")}
    return HttpResponse(
        f"const SHELL = {json.dumps(shell)};\n{script}", content_type="text/javascript; charset=utf-8"
    )


@public
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone has to know to put the pages on its screen."""
    lang = lang_of(request)
    icon = {"src": staticfiles_storage.url("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    found: dict[str, Any] = {
        "id": reverse("field"),
        "name": say("fieldwork_app_name", lang),
        "short_name": say("fieldwork_app_short", lang),
        "lang": "zh-Hans" if lang == "zh" else "en",
        "start_url": reverse("field"),
        "scope": reverse("field"),
        "display": "standalone",
        "background_color": "#f6f7f9",
        "theme_color": "#0b57a4",
        "icons": [icon | {"purpose": one} for one in sorted(PURPOSES)],
    }
    return JsonResponse(found, content_type="application/manifest+json")


@public
@require_safe
def visited_page(request: HttpRequest) -> HttpResponse:
    """What whoever finds a card at the door is told: ``?at=AREA``; who came and for whom is not known here."""
    code = request.GET.get("at", "")
    area = find_area(code) if code.isascii() and code.isdecimal() and len(code) <= 22 else None
    return render(request, "web/field/visited.html", {"area": area})


@needs("visits.record")
@require_safe
def cards_page(request: HttpRequest) -> HttpResponse:
    """A sheet of cards to leave at doors, to be printed."""
    reader = reader_of(request)
    address = request.build_absolute_uri(f"{reverse('visited')}?at={reader.area_code}")
    qr = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    context = {"area": find_area(reader.area_code), "qr": qr, "cards": range(8)}
    return render(request, "web/field/cards.html", context)


def _shell(lang: Lang) -> dict[str, Any]:
    said = {
        code.removeprefix(WORDS): texts[lang] for code, texts in catalogue().items() if code.startswith(WORDS)
    }
    return {
        "lang": lang,
        "words": said,
        "files": FILES,
        "scripts": [one for one in FILES if one.endswith(".js") and one != ASK],
        "ask": ASK,
    }
