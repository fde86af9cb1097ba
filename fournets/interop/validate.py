"""What pyxform does not see: whether the expressions of a form can be worked out, by the engine devices themselves have.

ODK Validate comes with pyxform and needs Java; where there is none, a form is taken without, and that is said.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from fournets.home import home
from fournets.language import Refusal

SECONDS, MEMORY = 60, "-Xmx256m"
PLACE = re.compile(r"/data/([\w./-]+)")
SAID = re.compile(r"^(?:[\w.]+(?:Exception|Error)): (.+)$", re.MULTILINE)
STACK = re.compile(r"^\s+at |^Caused by|^\s*\.\.\. ")
LONGEST = 300


def check_expressions(xform: str) -> bool:
    """Whether the expressions were looked at, False where there is no Java; a `Refusal` names the question with a wrong one."""
    java = shutil.which("java")
    if java is None:
        return False
    with TemporaryDirectory(dir=home(), prefix="xform-") as folder:
        path = Path(folder) / "form.xml"
        path.write_text(xform, encoding="utf-8")
        words = [java, MEMORY, "-Dfile.encoding=UTF-8", "-jar", str(_jar()), str(path)]
        try:
            done = subprocess.run(
                words,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Refusal("field_form_time") from error
    if done.returncode:
        raise _refusal(done.stderr.decode(errors="replace"))
    return True


def _jar() -> Path:
    import pyxform

    return Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def _refusal(text: str) -> Refusal:
    """The question and the reason, out of what the engine says before its own stack."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if SAID.match(line)), 0)
    told = []
    for line in lines[first:]:
        if STACK.match(line):
            break
        told.append(line.strip())
    said = " ".join(" ".join(told).split())[:LONGEST]
    place = PLACE.search(said)
    return Refusal("field_form_expression", question=place[1] if place else "?", said=said)
