"""What a device sends: the XML of a filled form, read with care, and how its bytes are kept."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from fournets.interop.limits import limits
from fournets.language import Refusal

META, INSTANCE, DEPRECATED = "meta", "instanceID", "deprecatedID"
CONTENT, FILES = "content", "files"  # what payloads, and what came with one kept aside, are sealed for
GENERATED = "uuid:sha256-"  # an id for an instance that came without


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form: of which form and version, its own id, the id it corrects (empty: none), its bytes and their SHA-256."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    content: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came along."""

    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.content).digest()


def read_filled(content: bytes) -> Filled:
    """The filled form in ``content``; a `Refusal` when it is none.

    One without an id gets one made of its bytes, so that it is the same however often it comes.
    """
    if len(content) > limits()["submission"]["xml_bytes"]:
        raise Refusal("submission_too_large")
    root = tree_of(content)
    form_id = root.get("id") or _namespace(root.tag)
    if not form_id:
        raise Refusal("submission_no_form")
    digest = hashlib.sha256(content).digest()
    meta = next((one for one in root if local(one.tag) == META), None)
    instance = _text(meta, INSTANCE) or GENERATED + digest.hex()
    deprecated = _text(meta, DEPRECATED)
    if max(len(instance), len(deprecated)) > limits()["submission"]["id_letters"]:
        raise Refusal("submission_id_long", most=limits()["submission"]["id_letters"])
    return Filled(form_id, root.get("version", ""), instance, deprecated, content, digest)


def tree_of(content: bytes) -> Element:
    """The XML of a filled form; a `Refusal` for what is not well formed, has a document type or entities."""
    try:
        found: Any = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Refusal("submission_unreadable") from error
    return found  # type: ignore[no-any-return]


def local(tag: str) -> str:
    """The name of a node without its namespace."""
    return tag.rpartition("}")[2]


def packed(content: bytes) -> str:
    """Bytes as the text that is sealed."""
    return base64.b64encode(content).decode()


def unpacked(text: str) -> bytes:
    """The bytes `packed` made ``text`` of."""
    return base64.b64decode(text)


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _text(meta: Element | None, name: str) -> str:
    found = next((one for one in meta if local(one.tag) == name), None) if meta is not None else None
    return (found.text or "").strip() if found is not None else ""
