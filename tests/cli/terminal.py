"""A command at a real terminal (a pty of the standard library), answered as somebody would type."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 60.0  # seconds


def at_terminal(home: Path, words: Sequence[str | Path], answers: Sequence[str]) -> tuple[int, str]:
    """Runs ``fournets WORDS`` at a terminal, types each answer at a prompt; the exit code and all that was shown."""
    environment = {**os.environ, "FOURNETS_HOME": str(home), "FOURNETS_LANG": "en", "TERM": "xterm"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "fournets.cli.main", *map(str, words)]
    process = subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, cwd=home, start_new_session=True
    )
    os.close(theirs)
    try:
        shown = _talk(ours, process, list(answers))
    finally:
        os.close(ours)
        if process.poll() is None:
            process.kill()
        process.wait()
    return process.returncode, shown


def _talk(terminal: int, process: subprocess.Popen[bytes], answers: list[str]) -> str:
    shown, seen, until = "", 0, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # the other side is gone
            break
        shown += part.decode("utf-8", "replace")
        if answers and "\n> " in shown[seen:].replace("\r", ""):
            seen = len(shown)
            os.write(terminal, answers.pop(0).encode() + b"\n")
    process.wait(timeout=5)
    return shown
