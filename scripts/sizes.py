"""Fails when a file passes 400 lines or a function 60."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE, FUNCTION = 400, 60


def too_large(path: Path) -> list[str]:
    """What in ``path`` is over its budget."""
    text = path.read_text()
    found = [f"{path}: {text.count(chr(10))} lines"] if text.count("\n") > FILE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > FUNCTION:
                found.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    return found


if __name__ == "__main__":
    folders = ("fournets", "tests", "benchmarks", "scripts")
    files = [
        path for folder in folders for path in Path(folder).rglob("*.py") if "migrations" not in path.parts
    ]
    wrong = [line for path in sorted(files) for line in too_large(path)]
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))
