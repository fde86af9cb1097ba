"""XLSForms in, XForms out: the workbook is read in a limited child process, and what is wrong with it is told in sentences."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO

import msgspec

import fournets
from fournets.intake.wire import receive, send
from fournets.interop.convert import ENTITY_LISTS, OTHER, Made, Wanted
from fournets.interop.limits import limits
from fournets.language import Lang, Message, Refusal, catalogue, say

GRACE = 10  # seconds on the clock beyond those of the processor
OUR_OWN = "field_form_"
ENCRYPTED = "base64RsaPublicKey"  # what devices seal nobody here can read
SPREADSHEET = b"PK"  # how an .xlsx begins


class FormWrong(Refusal):
    """An XLSForm with a mistake: what it is, in which sheet and row, and pyxform's own words (English)."""

    def __init__(self, code: str, *, sheet: str, row: int | None, said: str) -> None:
        super().__init__(code)
        self.message = Mistake(code, sheet, row, said)


class Mistake(Message):
    """The sentence about a mistake, with its place in front of it."""

    def __init__(self, code: str, sheet: str, row: int | None, said: str) -> None:
        super().__init__(code, {"sheet": sheet, "row": row, "said": said})

    def text(self, lang: Lang | None = None) -> str:
        values = self.values
        where = say(_place(values["sheet"], values["row"]), lang, sheet=values["sheet"], row=values["row"])
        return say("field_form_mistake", lang, where=where, what=say(self.code, lang), said=values["said"])


def made_of(workbook: bytes) -> Made:
    """The form in ``workbook`` (.xlsx).

    A `Refusal` when it is no workbook, takes too long or too much, asks devices for files nobody can give them, or has a
    mistake (`FormWrong`).
    """
    if len(workbook) > limits()["form"]["bytes"]:
        raise Refusal("field_form_too_large", megabytes=limits()["form"]["bytes"] // 1_000_000)
    if not workbook.startswith(SPREADSHEET):
        raise Refusal("field_form_unreadable")
    made = _asked(workbook)
    if made.wrong:
        raise _told(made)
    if unknown := [one for one in made.lists if one not in ENTITY_LISTS]:
        raise Refusal("field_form_lists", lists=", ".join(unknown), known=", ".join(ENTITY_LISTS))
    if not made.form_id or not made.version:
        raise Refusal("field_form_no_version")
    if ENCRYPTED in made.xform:
        raise Refusal("field_form_encrypted")
    if not made.questions:
        raise Refusal("field_form_empty")
    return made


def _told(made: Made) -> Refusal:
    if made.wrong.startswith(OUR_OWN) and made.wrong != OTHER:
        return Refusal(made.wrong)
    return FormWrong(_sentence(made.wrong), sheet=made.sheet, row=made.row, said=made.said)


def _sentence(code: str) -> str:
    """Our sentence for a code of pyxform's: its own, else its family's, else one for all."""
    own, family = f"field_form_{code.lower()}", f"field_form_{code.partition('_')[0].lower()}"
    return next((one for one in (own, family) if one in catalogue()), OTHER)


def _place(sheet: str, row: int | None) -> str:
    if row is None:
        return "field_form_in_sheet" if sheet else "field_form_somewhere"
    return "field_form_in_row" if sheet else "field_form_in_a_row"


def _asked(workbook: bytes) -> Made:
    """What the child makes of it."""
    limit = limits()["form"]
    child = subprocess.Popen(
        [sys.executable, "-B", "-m", "fournets.interop.convert"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(Path(fournets.__file__).parents[1]), "LC_ALL": "C.UTF-8"},
    )
    source, sink = _pipes(child)
    timer = Timer(limit["seconds"] + GRACE, child.kill)
    timer.start()
    try:
        with suppress(BrokenPipeError):
            send(sink, msgspec.json.encode(Wanted(limit["memory_mb"], limit["seconds"])))
            send(sink, workbook)
            sink.flush()
        answer = receive(source)
    finally:
        timer.cancel()
        child.kill()
        ended = child.wait()
        source.close()
        with suppress(BrokenPipeError):
            sink.close()
    if answer:
        return msgspec.json.decode(answer, type=Made)
    return Made(
        wrong="field_form_time" if ended in (-signal.SIGXCPU, -signal.SIGKILL) else "field_form_memory"
    )


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdout is not None and child.stdin is not None  # noqa: S101 (both are pipes)
    return child.stdout, child.stdin
