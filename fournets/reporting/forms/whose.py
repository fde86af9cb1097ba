"""Which area one sheet of a form is about: 银河 among sheets named like communities, 银河社区返镇人员登记表. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fournets.workbooks.vocabulary import header_key

COMMUNITY = 12  # digits of a community's code
KINDS = re.compile(r"(社区|村)$")


def area_named(
    title: str, sheet: str, names: Mapping[str, Sequence[str]], *, among_others: bool
) -> str | None:
    """The one community a sheet is about by its title or, where it stands among others, by its own name; or None."""
    full = {code: _full(given) for code, given in names.items() if len(code) == COMMUNITY}
    titled = [code for code, called in full.items() if any(name in title for name in called)]
    if len(titled) == 1:
        return titled[0]
    key = header_key(sheet)
    called = [code for code, given in full.items() if key in given or key in map(header_key, names[code])]
    return called[0] if among_others and len(called) == 1 else None


def _full(given: Sequence[str]) -> set[str]:
    """The names of a community with its kind, 塱心村: 塱心 alone may be part of another word."""
    kind = next((found[1] for name in given if (found := KINDS.search(name))), "")
    return {name if name.endswith(kind) else name + kind for name in given} if kind else set()
