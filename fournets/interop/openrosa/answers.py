"""Answers to devices: XML in OpenRosa's words, with the headers every one of them carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from fournets.interop.limits import limits
from fournets.language import Lang, Message, say

XML, CSV = "text/xml; charset=utf-8", "text/csv; charset=utf-8"
ANSWER = "http://openrosa.org/http/response"
FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
CHALLENGE = 'Basic realm="Fournets", charset="UTF-8"'
LANGUAGES: dict[Lang, str] = {"zh": "zh-Hans", "en": "en"}
SUCCESS, ERROR = "", "error"


@dataclass(frozen=True, slots=True)
class Listed:
    """One form of the list, with the addresses at which a device gets it and what belongs to it."""

    form_id: str
    name: str
    version: str
    md5: str
    download: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Medium:
    """One file that belongs to a form: a list of entities, and where a device asks which of them are gone."""

    name: str
    md5: str
    download: str
    integrity: str


def dressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the headers OpenRosa asks for."""
    response["X-OpenRosa-Version"] = "1.0"
    response["X-OpenRosa-Accept-Content-Length"] = str(limits()["submission"]["bytes"])
    response["Date"] = http_date()
    response["Content-Language"] = LANGUAGES[lang_of(request)]
    return response


def told(request: HttpRequest, status: int, message: Message) -> HttpResponse:
    """A sentence for whoever holds the device; a 401 asks for a name and a password."""
    nature = ERROR if status >= 400 else SUCCESS
    root = Element("OpenRosaResponse", {"xmlns": ANSWER, "items": "0" if nature else "1"})
    said = SubElement(root, "message", {"nature": nature})
    said.text = message.text(lang_of(request))
    response = _xml(root, status)
    if status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def form_list(forms: Sequence[Listed]) -> HttpResponse:
    """The list of forms."""
    root = Element("xforms", {"xmlns": FORMS})
    for one in forms:
        form = SubElement(root, "xform")
        words = {
            "formID": one.form_id,
            "name": one.name,
            "version": one.version,
            "hash": f"md5:{one.md5}",
            "downloadUrl": one.download,
            "manifestUrl": one.manifest,
        }
        for name, text in words.items():
            SubElement(form, name).text = text
    return _xml(root)


def manifest(media: Sequence[Medium]) -> HttpResponse:
    """What belongs to a form; empty where nothing does, for some clients fail without."""
    root = Element("manifest", {"xmlns": MANIFEST})
    for one in media:
        file = SubElement(root, "mediaFile", {"type": "entityList"})
        words = {
            "filename": one.name,
            "hash": f"md5:{one.md5}",
            "downloadUrl": one.download,
            "integrityUrl": one.integrity,
        }
        for name, text in words.items():
            SubElement(file, name).text = text
    return _xml(root)


def integrity(deleted: dict[str, bool]) -> HttpResponse:
    """Which of the households a device asks about are gone."""
    root = Element("data")
    entities = SubElement(root, "entities")
    for name, gone in deleted.items():
        entity = SubElement(entities, "entity", {"id": name})
        SubElement(entity, "deleted").text = "true" if gone else "false"
    return _xml(root)


def lang_of(request: HttpRequest) -> Lang:
    """The language of the sentences: Chinese unless the device asks for English."""
    lang: Lang = getattr(request, "lang", "zh")
    return lang


def sentence(request: HttpRequest, code: str) -> str:
    """A sentence in the device's language."""
    return say(code, lang_of(request))


def _xml(root: Element, status: int = 200) -> HttpResponse:
    return HttpResponse(
        tostring(root, encoding="utf-8", xml_declaration=True), status=status, content_type=XML
    )
