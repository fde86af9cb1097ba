"""Many hands: the same work on many parts, done by other processes of this program on the other cores.

A hand starts anew, with nothing of this process in it and no secret in its arguments or environment: what it needs comes
over its stdin, and when this process is gone, so is its stdin, and it ends. Both sides are our own code and trust each
other; what touches senders' files is another process altogether (`fournets.intake.child`).
"""

from __future__ import annotations

import os
import pickle  # nosec B403
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, TypeVar

import fournets

LENGTH = 8  # bytes before a message that say how long it is
AHEAD = 4  # parts begun before the first of them was fetched
MOST = 2  # hands: a town's machine has two cores
WORTH_IT = 4  # parts from which hands are worth their start, which takes each of them a second
Part = TypeVar("Part")
Done = TypeVar("Done")


class HandLost(Exception):
    """A hand ended in the middle of its work: the act it worked for cannot be finished."""


class Hands:
    """Other processes for as long as the context is open; each starts with the first work that is worth it."""

    def __init__(self, *, cores: int | None = None) -> None:
        self._most = min(MOST, _cores() if cores is None else cores)
        self._messengers: ThreadPoolExecutor | None = None
        self._all: list[_Hand] = []
        self._free: SimpleQueue[_Hand] = SimpleQueue()

    def __enter__(self) -> Hands:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._all:
            one.end()
        if self._messengers:
            self._messengers.shutdown(cancel_futures=True)

    def share(
        self, work: Callable[[Part], Done], parts: Sequence[Part], *, ahead: int = AHEAD
    ) -> Iterator[Done]:
        """``work(part)`` for each part, in order; a few parts, or on a single core all, are done by this process itself.

        Hands begin at once, and are never more than ``ahead`` parts before the one fetched. ``work`` is a function at the
        top of a module that needs no settings of the web framework; the parts and what becomes of them travel between
        processes. Fetching raises what ``work`` raised, or `HandLost`.
        """
        if self._most < 2 or len(parts) < WORTH_IT:
            return map(work, parts)
        coming = iter(parts)
        waiting = deque(self._give(work, part) for part in islice(coming, ahead))
        return self._fetch(work, waiting, coming)

    def _fetch(
        self, work: Callable[[Part], Done], waiting: deque[Future[Done]], coming: Iterator[Part]
    ) -> Iterator[Done]:
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(self._give(work, part) for part in islice(coming, 1))
            yield done

    def _give(self, work: Callable[[Part], Done], part: Part) -> Future[Done]:
        if self._messengers is None:
            self._messengers = ThreadPoolExecutor(self._most)
            for _ in range(self._most):
                self._all.append(_Hand())
                self._free.put(self._all[-1])
        return self._messengers.submit(self._bring, work, part)

    def _bring(self, work: Callable[[Part], Done], part: Part) -> Done:
        hand = self._free.get()
        try:
            return hand.do(work, part)
        finally:
            self._free.put(hand)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Hand:
    """One process and its pipes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "fournets.hands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(Path(fournets.__file__).parents[1]), "LC_ALL": "C.UTF-8"},
        )

    def do(self, work: Callable[[Part], Done], part: Part) -> Done:
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None  # noqa: S101 (both are pipes)
        try:
            _send(sink, (work, part))
            done, trouble = _receive(source)
        except (EOFError, BrokenPipeError) as error:
            raise HandLost from error
        if trouble is not None:
            raise trouble
        return done  # type: ignore[no-any-return]

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        self._process.kill()
        self._process.communicate()


def _send(sink: IO[bytes], message: Any) -> None:
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    sink.write(len(body).to_bytes(LENGTH, "big"))
    sink.write(body)
    sink.flush()


def _receive(source: IO[bytes]) -> Any:
    """The next message; `EOFError` when the other side is gone."""
    head = source.read(LENGTH)
    length = int.from_bytes(head, "big")
    body = source.read(length) if len(head) == LENGTH else b""
    if not body or len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301  # nosec B301


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Does what comes, one part after the other, until nothing more can come."""
    while True:
        try:
            work, part = _receive(source)
        except EOFError:
            return
        done, trouble = None, None
        try:
            done = work(part)
        except Exception as error:
            trouble = error
        _send(sink, (done, trouble))
        del work, part, done, trouble


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
