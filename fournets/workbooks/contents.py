"""What a file really is, told by its first bytes and its parts, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

import olefile  # type: ignore[import-untyped]

from fournets.language import Refusal
from fournets.workbooks.text import decoded

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORKBOOKS = ("xlsx", "xlsb", "xls", "ods", "csv")
EXTENSIONS = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm", ".et", ".ett"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".txt", ".tsv"),
    "zip": (".zip",),
}
_STARTS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "rar"),
    (b"\x1f\x8b", "rar"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)


def kind_of(file: BinaryIO, *, name: str) -> str:
    """xlsx, xlsb, xls, ods, csv, zip or locked; anything else is refused with what it is."""
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if not start:
        raise Refusal("file_empty", file=name)
    if start.startswith(OLE):
        return _ole_kind(file, name)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file, name)
    return _text_kind(file, start, name)


def _zip_kind(file: BinaryIO, name: str) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                return _by_mimetype(package.read("mimetype"), name)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refusal("file_damaged", file=name) from error
    lower = {entry.lower() for entry in names}
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if "xl/workbook.xml" in lower or ("[content_types].xml" in lower and _has(lower, "xl/")):
        return "xlsx"
    if "[content_types].xml" in lower:
        raise Refusal("file_other_document", file=name)
    return "zip"


def _has(names: set[str], folder: str) -> bool:
    return any(entry.startswith(folder) for entry in names)


def _by_mimetype(mimetype: bytes, name: str) -> str:
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    raise Refusal("file_other_document", file=name)


def _ole_kind(file: BinaryIO, name: str) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(file.read()), raise_defects=olefile.DEFECT_FATAL) as ole:
            streams = {"/".join(parts).lower() for parts in ole.listdir()}
    except Exception as error:  # the parser of a hostile file may raise anything
        raise Refusal("file_damaged", file=name) from error
    finally:
        file.seek(0)
    if "encryptedpackage" in streams:
        return "locked"
    if streams & {"workbook", "book"}:
        return "xls"
    raise Refusal("file_other_document", file=name)


def _text_kind(file: BinaryIO, start: bytes, name: str) -> str:
    for signature, what in _STARTS:
        if start.startswith(signature):
            raise Refusal(f"file_is_{what}", file=name)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<meta", b"<table")):
        raise Refusal("file_is_web_page", file=name)
    if head.startswith(b"<?xml"):
        raise Refusal("file_is_xml", file=name)
    decoded(file, name=name)
    if name.lower().endswith(EXTENSIONS["csv"]):
        return "csv"
    raise Refusal("file_not_workbook", file=name)
