"""Files in, tables out: reading and cleaning happen in limited child processes, never in this one.

A child has no keys and no settings, may not write to disk, and gets the path and the password over its stdin. When it
dies, runs out of memory or takes too long, the file is refused with a sentence and a fresh child takes the next.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import LifoQueue
from threading import Timer
from typing import IO, Any

import msgspec
import pyarrow as pa

import fournets
from fournets.intake.wire import Answer, Request, receive, send, unpacked
from fournets.language import Refusal
from fournets.workbooks.model import Sheet

FILES_A_CHILD = 500
WAITING_A_WORKER = 3  # files read ahead of the one being filed
GRACE = 5  # seconds on the clock beyond the seconds of the processor
_ENDINGS: dict[int, str] = {
    signal.SIGXCPU: "extract_time",
    signal.SIGKILL: "extract_memory",
    signal.SIGABRT: "extract_memory",
    signal.SIGSEGV: "extract_broken",
}


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """How to read: the day of the file, and what a child may take for one file."""

    on: date
    password: str | None = None
    skip_hidden: bool = False
    mapping: dict[str, Any] | None = None
    known_layouts: dict[str, Any] = field(default_factory=dict)
    memory_mb: int = 3_000
    seconds: int = 120


@dataclass(frozen=True, slots=True)
class ExtractedSheet:
    """One sheet: what it is, how many rows hold anything, and a line of ``table`` for each of them.

    A sheet of which a newer one is in the same workbook has its own ``day``, and the ``newer`` one's number.
    """

    number: int
    name: str
    kind: str
    layout: dict[str, Any]
    rows: int
    hidden: bool
    notices: list[dict[str, Any]]
    table: pa.Table
    day: date | None = None
    newer: int | None = None
    examples: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extracted:
    """All sheets of one file."""

    sheets: list[ExtractedSheet]


Answered = tuple[Path, Extracted | Refusal]
ReadMany = Callable[[Sequence[Path], ExtractOptions], Iterator[Answered]]


class Reader:
    """One child and its pipes; replaced when it dies, asks for it, or has read many files."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process(self) -> int | None:
        """The number of the child's process, None while there is none."""
        return self._child.pid if self._child else None

    def read(self, path: Path, options: ExtractOptions) -> Extracted:
        """The sheets of the file at ``path``, cleaned; a `Refusal` when it cannot be read within the limits."""
        answer, streams = self._answer(path, options, raw=False)
        tables = [pa.ipc.open_stream(pa.py_buffer(stream)).read_all() for stream in streams]
        return Extracted(
            [
                ExtractedSheet(**msgspec.structs.asdict(sheet), table=table)
                for sheet, table in zip(answer.sheets, tables, strict=True)
            ]
        )

    def read_raw(self, path: Path, options: ExtractOptions, *, properties: bool = False) -> list[Sheet]:
        """The sheets of the file at ``path`` as they are, under the same limits; with its ``properties`` as a sheet more."""
        _, messages = self._answer(path, options, raw=True, properties=properties)
        return [unpacked(message) for message in messages]

    def _answer(
        self, path: Path, options: ExtractOptions, *, raw: bool, properties: bool = False
    ) -> tuple[Answer, list[bytes]]:
        child = self._ready()
        late: list[bool] = []
        timer = Timer(options.seconds + GRACE, _stop, (child, late))
        timer.start()
        try:
            return self._ask(child, _request(path, options, raw=raw, properties=properties))
        except (EOFError, BrokenPipeError) as error:
            raise self._ended(child, path, options, late=bool(late)) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """Ends the child."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        child.kill()
        child.wait()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._read >= FILES_A_CHILD or self._child.poll() is not None:
            self.close()
            self._child, self._read = _start(), 0
        self._read += 1
        return self._child

    def _ask(self, child: subprocess.Popen[bytes], request: Request) -> tuple[Answer, list[bytes]]:
        source, sink = _pipes(child)
        send(sink, msgspec.json.encode(request))
        sink.flush()
        answer = msgspec.json.decode(_next(source), type=Answer)
        messages = [_next(source) for _ in answer.sheets]
        if answer.worn:
            self.close()
        if answer.refused:
            raise Refusal(answer.refused, **answer.values)
        return answer, messages

    def _ended(
        self, child: subprocess.Popen[bytes], path: Path, options: ExtractOptions, *, late: bool
    ) -> Refusal:
        status = child.wait()
        self.close()
        code = "extract_time" if late else _ENDINGS.get(_signal(status), "extract_broken")
        values = {"file": path.name, "seconds": options.seconds, "megabytes": options.memory_mb}
        return Refusal(code, **values)


def extract(path: Path, *, options: ExtractOptions) -> Extracted:
    """The sheets of the file at ``path``, read and cleaned in a child of its own; a `Refusal` with the sentence why not."""
    with Reader() as reader:
        return reader.read(path, options)


def read_sheets(path: Path, *, password: str | None = None, properties: bool = False) -> list[Sheet]:
    """The sheets of the file at ``path`` as they are, read in a child of its own; a `Refusal` as `extract` gives it."""
    with Reader() as reader:
        return reader.read_raw(path, ExtractOptions(on=date.min, password=password), properties=properties)


class Readers:
    """Children that read files for as long as the context is open; each starts with the first file it is given."""

    def __init__(self, count: int = 2) -> None:
        self._everyone = [Reader() for _ in range(count)]
        self._free: LifoQueue[Reader] = (
            LifoQueue()
        )  # who has read reads on: one child does where one is enough
        for reader in self._everyone:
            self._free.put(reader)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._everyone:
            reader.close()

    def read_many(self, paths: Sequence[Path], options: ExtractOptions) -> Iterator[Answered]:
        """`extract` for many files at once, in the order of ``paths``, a few files ahead of what was fetched."""
        workers = len(self._everyone)
        waiting: deque[tuple[Path, Future[Extracted | Refusal]]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            try:
                for path in paths:
                    waiting.append((path, pool.submit(self._read_one, path, options)))
                    if len(waiting) > WAITING_A_WORKER * workers:
                        yield _first(waiting)
                while waiting:
                    yield _first(waiting)
            finally:
                for _, future in waiting:
                    future.cancel()

    def _read_one(self, path: Path, options: ExtractOptions) -> Extracted | Refusal:
        reader = self._free.get()
        try:
            return reader.read(path, options)
        except Refusal as refusal:
            return refusal
        finally:
            self._free.put(reader)


def extract_many(paths: Sequence[Path], options: ExtractOptions, workers: int = 2) -> Iterator[Answered]:
    """`extract` for many files with ``workers`` children that end with the last of them."""
    with Readers(workers) as readers:
        yield from readers.read_many(paths, options)


def _first(waiting: deque[tuple[Path, Future[Extracted | Refusal]]]) -> Answered:
    path, future = waiting.popleft()
    return path, future.result()


def _start() -> subprocess.Popen[bytes]:
    """A child with nothing of ours in its environment but where the package lies."""
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "fournets.intake.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(Path(fournets.__file__).parents[1]), "LC_ALL": "C.UTF-8"},
    )


def _stop(child: subprocess.Popen[bytes], late: list[bool]) -> None:
    late.append(True)
    child.kill()


def _request(path: Path, options: ExtractOptions, *, raw: bool, properties: bool) -> Request:
    return Request(
        path=str(path.absolute()),
        on=options.on,
        password=options.password,
        skip_hidden=options.skip_hidden,
        mapping=options.mapping,
        known_layouts=options.known_layouts,
        memory_mb=options.memory_mb,
        seconds=options.seconds,
        raw=raw,
        properties=properties,
    )


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdout is not None and child.stdin is not None  # noqa: S101 (both are pipes by `_start`)
    return child.stdout, child.stdin


def _next(source: IO[bytes]) -> bytes:
    message = receive(source)
    if not message:
        raise EOFError
    return message


def _signal(status: int) -> int:
    return -status if status < 0 else 0
