"""The process that touches senders' files: limited in memory and time, without keys, without the right to write.

Run as ``python -m fournets.intake.child``. Reads requests on stdin and answers on stdout, one after the other, until
stdin closes; `fournets.intake.wire` says how.
"""

from __future__ import annotations

import gc
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa

from fournets.intake.rules.clean import clean_sheet
from fournets.intake.rules.lines import count_rows
from fournets.intake.wire import Answer, Request, SheetAnswer, packed, receive, send
from fournets.language import Refusal
from fournets.workbooks.examples import examples
from fournets.workbooks.model import Layout, Sheet
from fournets.workbooks.packages import column_letters
from fournets.workbooks.properties import properties_sheet
from fournets.workbooks.read import read_workbook
from fournets.workbooks.recognise import Superseded, recognise, superseded

MEGABYTE = 1 << 20
OBJECTS_LEFT = (
    100_000  # containers not freed at once; a large workbook leaves more, a small one a few hundred
)


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answers requests until there are no more."""
    decode = msgspec.json.Decoder(Request).decode
    while message := receive(source):
        answer, streams = _answer(decode(message))
        send(sink, msgspec.json.encode(answer, enc_hook=str))
        for stream in streams:
            send(sink, stream)
        sink.flush()
        del answer, streams
        _tidy()


def _tidy() -> None:
    """Frees what the last files left; what outlives that is our own tables, and need not be looked through again."""
    if gc.get_count()[0] > OBJECTS_LEFT:
        gc.collect()
        gc.freeze()


def _answer(request: Request) -> tuple[Answer, list[Any]]:
    name = Path(request.path).name
    set_limits(memory_mb=request.memory_mb, seconds=request.seconds)
    try:
        return _read(request)
    except Refusal as refusal:
        return Answer(refused=refusal.message.code, values=refusal.message.values), []
    except MemoryError:
        return Answer(
            refused="extract_memory", values={"file": name, "megabytes": request.memory_mb}, worn=True
        ), []
    except Exception:  # the cause may quote the file, so only the sentence leaves this process
        return Answer(refused="extract_failed", values={"file": name}, worn=True), []


def _read(request: Request) -> tuple[Answer, list[Any]]:
    path = Path(request.path)
    sheets = read_workbook(path, password=request.password)
    if request.properties:
        sheets.append(properties_sheet(path))
    if request.raw:
        nothing = Layout("unknown", None, [], "")
        return Answer([_described(one, nothing, 0, one.notices) for one in sheets]), list(map(packed, sheets))
    counts = [count_rows(sheet) for sheet in sheets]
    layouts = [
        recognise(sheet, known=request.known_layouts, mapping=request.mapping, file_name=path.name)
        for sheet in sheets
    ]
    replaced = superseded(sheets, layouts, on=request.on)
    answers, streams = [], []
    for sheet, layout, rows in zip(sheets, layouts, counts, strict=True):
        older = replaced.get(sheet.number)
        table = clean_sheet(sheet, layout, on=request.on, skip_hidden=request.skip_hidden)
        if len(table) != rows:
            raise Refusal(
                "extract_rows_differ", file=path.name, sheet=sheet.name, rows=rows, lines=len(table)
            )
        answers.append(_described(sheet, layout, rows, _notices(sheet), older))
        streams.append(_stream(table))
    return Answer(answers), streams


def _notices(sheet: Sheet) -> list[dict[str, Any]]:
    notices = list(sheet.notices)
    if sheet.hidden:
        notices.append({"code": "extract_hidden_sheet", "sheet": sheet.name})
    if sheet.hidden_rows:
        notices.append({"code": "extract_hidden_rows", "sheet": sheet.name, "count": len(sheet.hidden_rows)})
    if sheet.hidden_columns:
        columns = ", ".join(column_letters(column + 1) for column in sorted(sheet.hidden_columns))
        notices.append({"code": "extract_hidden_columns", "sheet": sheet.name, "columns": columns})
    if sheet.uncalculated:
        count = len(sheet.uncalculated)
        notices.append({"code": "extract_uncalculated", "sheet": sheet.name, "count": count})
    return notices


def _described(
    sheet: Sheet,
    layout: Layout,
    rows: int,
    notices: list[dict[str, Any]],
    older: Superseded | None = None,
) -> SheetAnswer:
    return SheetAnswer(
        sheet.number,
        sheet.name,
        layout.kind,
        asdict(layout),
        rows,
        sheet.hidden,
        notices,
        older.day if older else None,
        older.newer if older else None,
        examples(sheet, layout) if layout.questions else {},
    )


def _stream(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def set_limits(*, memory_mb: int, seconds: int) -> None:
    """What the next file may take beyond what this process holds now: memory, and seconds of the processor."""
    _lower(resource.RLIMIT_AS, _held() + memory_mb * MEGABYTE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1)


def _lower(which: int, limit: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _held() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def seal_off() -> None:
    """No core dumps, no writing to files: nothing of a file can end on the disk from here."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Serves the parent that started this process."""
    gc.disable()  # a million cells are no garbage; `serve` tidies up between files
    seal_off()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
