"""The worker beside the server: started with it, started again when it ends by itself, gone when it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

COMMAND = (sys.executable, "-m", "fournets.cli.main", "worker", "--with-parent")
PAUSE, PATIENCE = 2, 10  # seconds before it is started again, and for it to end by itself


class Beside:
    """One child process at a time; it holds the other end of a pipe, so that it ends with us however we end."""

    def __init__(self) -> None:
        self.stopping = Event()
        self.child = self._start()
        self.keeper = Thread(target=self._keep, daemon=True)
        self.keeper.start()

    def stop(self) -> None:
        """Ends it: at once when it has nothing in hand, after some seconds all the same; what it left is taken up again."""
        self.stopping.set()
        self.child.terminate()
        self.keeper.join(PATIENCE)
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def _keep(self) -> None:
        while True:
            self.child.wait()
            if self.child.stdin:
                self.child.stdin.close()
            if self.stopping.wait(PAUSE):
                return
            self.child = self._start()


@contextmanager
def worker_beside() -> Iterator[Beside]:
    """A worker for as long as the context is open."""
    beside = Beside()
    try:
        yield beside
    finally:
        beside.stop()
