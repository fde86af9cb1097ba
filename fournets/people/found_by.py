"""The tokens of many people, worked out from their sealed values: apart from the register, so that other hands can do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fournets.crypto import KeyRing
from fournets.people.rules.tokens import person_tokens

SEALED = ("id_number", "phone", "address")


def token_lines(part: tuple[KeyRing, Sequence[tuple[Any, ...]]]) -> str:
    """A line (token, area, person) for each token of the people of ``part``, as COPY reads them.

    ``part``: the keys, and of each person number, area, name, and the values of `SEALED`, sealed.
    """
    ring, people = part
    columns = list(zip(*people, strict=True)) or [()] * 6
    opened = [ring.unseal_many(name, column) for name, column in zip(SEALED, columns[3:], strict=True)]
    owners: dict[str, list[int]] = {}
    texts: dict[str, list[str]] = {}
    for at, (name, number, phone, address) in enumerate(zip(columns[2], *opened, strict=True)):
        for purpose, text in person_tokens(name=name, id_number=number, phone=phone, address=address):
            owners.setdefault(purpose, []).append(at)
            texts.setdefault(purpose, []).append(text)
    ends = [f"\t{area}\t{number}\n" for number, area, *_ in people]
    return "".join(
        f"{token}{ends[at]}"
        for purpose, said in texts.items()
        for at, token in zip(owners[purpose], ring.index_many(purpose, said), strict=True)
        if token is not None
    )
