"""Feeds parsers with atheris until a time or a number of runs is over: ``python -m tests.fuzz PARSER|all [--seconds N] [--runs N]``.

Prints one line a parser: how often it was run, and the finding that stopped it, with the file that holds what was fed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

NO_DATABASE = {
    "DJANGO_SETTINGS_MODULE": "fournets.settings",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
}
RUNS = re.compile(rb"(?:Done (\d+) runs|stat::number_of_executed_units:\s*(\d+))")
NAMES = [
    "xlsx",
    "xlsb",
    "ods",
    "xls",
    "zip",
    "csv",
    "cells",
    "address",
    "person",
    "enterprise",
    "leak",
    "form",
    "mapping",
    "mapping-json",
    "divisions",
    "geojson",
]


def main() -> int:
    """The exit code: how many parsers had a finding."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("parser", choices=["all", *NAMES])
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--runs", type=int, default=-1)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = asked.parse_args()
    if args.here:
        _feed(args.parser, args)
    return sum(_run(name, args) for name in (NAMES if args.parser == "all" else [args.parser]))


def _run(name: str, args: argparse.Namespace) -> bool:
    """A process for each parser: some findings end it."""
    words = [
        sys.executable,
        "-m",
        "tests.fuzz",
        name,
        "--here",
        f"--seconds={args.seconds}",
        f"--runs={args.runs}",
    ]
    done = subprocess.run([*words, f"--seed={args.seed}"], capture_output=True, check=False)
    said = done.stdout + done.stderr
    runs = max((int(one or two) for one, two in RUNS.findall(said)), default=0)
    print(f"{name:14} {runs:>9} runs, {'nothing found' if done.returncode == 0 else 'FOUND'}", flush=True)
    if done.returncode:
        print(said.partition(b"Uncaught")[2].partition(b"\n\n")[0].decode(errors="replace"))
    return done.returncode != 0


def _feed(name: str, args: argparse.Namespace) -> None:
    import atheris
    import django

    os.environ.update(NO_DATABASE, FOURNETS_HOME=tempfile.mkdtemp(prefix="fournets-fuzz-home-"))
    with atheris.instrument_imports(include=["fournets"]):
        django.setup()
        from tests.fuzz.parsers import harmless, parsers
    parser = parsers()[name]()
    corpus = Path(tempfile.mkdtemp(prefix="fournets-corpus-"))
    for at, example in enumerate(parser.examples()):
        (corpus / str(at)).write_bytes(example)
    limits = [
        f"-max_total_time={args.seconds}",
        f"-runs={args.runs}",
        f"-seed={args.seed}",
        "-rss_limit_mb=4000",
        "-timeout=60",
    ]
    kept = f"-artifact_prefix={tempfile.gettempdir()}/fuzz-{name}-"
    atheris.Setup(
        [name, str(corpus), *limits, kept, "-max_len=20000", "-print_final_stats=1"],
        lambda data: harmless(parser, data),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
