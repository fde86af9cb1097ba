"""Writes the reference of the commands from the commands themselves: ``python docs/commands.py [--check]``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from fournets.cli.main import app

PAGE = Path(__file__).parent / "reference" / "commands.md"
HEAD = """\
# The commands

<!-- Written by `python docs/commands.py`; edit the commands' own help instead. -->

`fournets --help` says the same in a terminal. `FOURNETS_HOME` chooses the data folder, `FOURNETS_LANG` (`zh`, `en`) the
language of sentences. [How commands end](exit-codes.md), [files they read and write](files.md).
"""


def page() -> str:
    """The whole page in Markdown, command after command in the order of the help."""
    root = typer.main.get_command(app)
    return "\n".join([HEAD, *_commands(root, "fournets")])


def _commands(command: Any, path: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        if path != "fournets":
            yield f"## `{path}`\n\n{_help(command)}\n"
        for name, inner in command.commands.items():
            if not inner.hidden:
                yield from _commands(inner, f"{path} {name}")
        return
    level = "###" if path.count(" ") > 1 else "##"
    yield f"{level} `{path}`\n\n{_help(command)}\n\n```text\n{_usage(command, path)}\n```\n"
    if rows := [_row(parameter) for parameter in command.params]:
        yield "| argument or option | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _help(command: TyperCommand | TyperGroup) -> str:
    return inspect.cleandoc(command.help or "")


def _usage(command: TyperCommand, path: str) -> str:
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    return " ".join([path, *arguments, "[OPTIONS]"])


def _argument(parameter: Any) -> str:
    name = _name(parameter) + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _name(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _row(parameter: Any) -> str:
    option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if option else [_name(parameter)]
    text = (parameter.help or "") + (" Required." if option and parameter.required else "")
    return f"| {', '.join(f'`{name}`' for name in names)} | {text} |"


def main(arguments: list[str]) -> int:
    """Writes the page, or with ``--check`` compares it: 1 when it is stale."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/reference/commands.md is stale. Run: python docs/commands.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
