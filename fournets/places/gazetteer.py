"""From a written address to the deepest place it is sure of, by the town's own names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fournets.places.rules.addresses import prepare, split_door
from fournets.places.rules.atlas import Atlas, Finding, Place

MEMORY = 1 << 19


class Located(NamedTuple):
    """Where an address is: the deepest sure place, its building and door, the rest of the text, how sure (0 to 1).

    ``kind``: building, group, cell, community, town; ``context`` when only ``within`` says it;
    ``elsewhere`` when the text names a place outside the register's area; ``unknown``.
    """

    area_code: str | None
    building_code: str | None
    door: str | None
    rest: str
    certainty: float
    kind: str


NOWHERE = Located(None, None, None, "", 0.0, "unknown")


class Gazetteer:
    """The town's own names, ready to be found in a line of text. Answers are remembered by the text up to the door."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._atlas = Atlas(places)
        self._findings: dict[tuple[str, str | None], Finding] = {}

    @classmethod
    def load(cls) -> Gazetteer:
        """The gazetteer of the register as it stands (areas and the buildings of the connection's scope)."""
        from fournets.places.selectors import named_places

        return cls(named_places())

    def locate(self, text: str | None, within: str | None = None) -> Located:
        """The deepest place ``text`` surely names; ``within`` (an area code) decides between equal names."""
        if not text:
            return Located(within, None, None, "", 0.5, "context") if within else NOWHERE
        head, door = split_door(text)
        finding = self._finding(head, within)
        if door and not finding.takes_door:
            finding, door = self._finding(head + door, within), None
        if door and finding.unit:
            door = finding.unit + door
        return Located(
            finding.area_code,
            finding.building_code,
            door or finding.door,
            finding.rest,
            finding.certainty,
            finding.kind,
        )

    def locate_many(
        self, texts: Sequence[str | None], within: Sequence[str | None] | str | None = None
    ) -> list[Located]:
        """`locate` for each text; ``within`` is one code for all or one for each."""
        if within is None or isinstance(within, str):
            return [self.locate(text, within) for text in texts]
        return [self.locate(text, inside) for text, inside in zip(texts, within, strict=True)]

    def _finding(self, head: str, within: str | None) -> Finding:
        finding = self._findings.get((head, within))
        if finding is None:
            if len(self._findings) > MEMORY:
                self._findings.clear()
            finding = self._findings[head, within] = self._atlas.find(prepare(head), within)
        return finding
