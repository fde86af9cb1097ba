"""Takes the files out of a .zip, one folder deep or more, never outside the folder they belong in."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from fournets.language import Refusal
from fournets.workbooks.limits import LIMITS, Limits
from fournets.workbooks.packages import check_package, unpacked

_JUNK_FOLDERS = {"__MACOSX"}
_JUNK_FILES = (".ds_store", "thumbs.db", "desktop.ini")


def expand(path: Path, into: Path, *, limits: Limits = LIMITS) -> list[Path]:
    """All files inside the .zip at `path`, written below the folder `into`, in their order; refuses with a sentence.

    Also pictures and texts: whoever reads them next refuses each with its own sentence, so that nothing vanishes.
    """
    return _expand(path, into, limits=limits, depth=1)


def _expand(path: Path, into: Path, *, limits: Limits, depth: int) -> list[Path]:
    name = path.name
    found: list[Path] = []
    with path.open("rb") as file:
        check_package(file, name=name, limits=limits)
        with zipfile.ZipFile(file) as package:
            parts = [part for part in package.infolist() if not _is_junk(part)]
        if len(parts) > limits.files:
            raise Refusal("file_too_many_files", file=name, files=limits.files)
        for part in parts:
            target = _target(part, into, name=name)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                copy.writelines(unpacked(file, part))
            found += (
                _nested(target, limits=limits, depth=depth) if target.suffix.lower() == ".zip" else [target]
            )
    return found


def _nested(path: Path, *, limits: Limits, depth: int) -> list[Path]:
    if depth >= limits.depth:
        raise Refusal("file_is_bomb", file=path.name, megabytes=path.stat().st_size // 1_000_000)
    folder = path.with_name(path.name + ".files")
    found = _expand(path, folder, limits=limits, depth=depth + 1)
    path.unlink()
    return found


def _is_junk(part: zipfile.ZipInfo) -> bool:
    pieces = PurePosixPath(part.filename).parts
    last = pieces[-1].lower() if pieces else ""
    return (
        part.is_dir()
        or bool(_JUNK_FOLDERS & set(pieces))
        or last in _JUNK_FILES
        or last.startswith(("~$", "._"))
    )


def _target(part: zipfile.ZipInfo, into: Path, *, name: str) -> Path:
    inner = _readable_name(part).replace("\\", "/")
    pieces = PurePosixPath(inner).parts
    if inner.startswith("/") or ".." in pieces or ":" in inner or "\0" in inner:
        raise Refusal("file_leaves_folder", file=name)
    target = into.joinpath(*pieces)
    if not target.resolve().is_relative_to(into.resolve()):
        raise Refusal("file_leaves_folder", file=name)
    if target.exists():
        raise Refusal("file_damaged", file=name)
    return target


def _readable_name(part: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GB18030 without saying so; the library reads them as cp437."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename
