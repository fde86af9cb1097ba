"""From a written address to the deepest place it is sure of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Located(NamedTuple):
    """Where an address is: the deepest sure place, its building and door, the rest of the text, how sure (0 to 1)."""

    area_code: str | None
    building_code: str | None
    door: str | None
    rest: str
    certainty: float
    kind: str


class Gazetteer:
    """The town's own names, ready to be found in a line of text."""

    @classmethod
    def load(cls) -> Gazetteer:
        """The gazetteer of the register as it stands (areas and the buildings of the connection's scope)."""
        raise NotImplementedError

    def locate(self, text: str | None, within: str | None = None) -> Located:
        """The deepest place ``text`` surely names; ``within`` (an area code) decides between equal names."""
        raise NotImplementedError

    def locate_many(
        self, texts: Sequence[str | None], within: Sequence[str | None] | str | None = None
    ) -> list[Located]:
        """`locate` for each text; ``within`` is one code for all or one for each."""
        raise NotImplementedError
