"""Where somebody isolates: what home has to offer, and who must not be alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fournets.isolation.rules.said import Said, said, word
from fournets.policy import Policy

CONDITIONS, NOT_ALONE = "isolation.home_conditions", "isolation.not_alone_in_central"
HOME, POINT, SITE, HOSPITAL = "home", "point", "site", "hospital"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where, and why there; ``lacking``: what home does not offer."""

    place: str
    lacking: tuple[str, ...]
    reasons: tuple[Said, ...]


def place_for(
    planned: str, *, wish: str, confirmed: Collection[str], exceptions: Collection[str], rules: Policy
) -> Placed:
    """Where somebody stays whom the plan has at ``planned`` (home or site).

    ``wish``: ``point`` where a community has an observation point for who would be at home, ``site`` where somebody
    would rather; else empty. ``confirmed``: what was seen of `CONDITIONS`. ``exceptions``: who he is, of `NOT_ALONE`.
    """
    needed = rules.table(CONDITIONS)
    lacking = tuple(one for one in needed if one not in confirmed)
    place, reasons = planned, []
    if planned == HOME and wish in (POINT, SITE):
        place = wish
        if wish == POINT:
            reasons.append(said("point_instead"))
    elif planned == HOME and lacking:
        place = SITE
        reasons.append(said("home_lacks", rules.entry(CONDITIONS).reference, lacking=_listed(lacking)))
    elif planned == HOME:
        reasons.append(said("home_fits", rules.entry(CONDITIONS).reference, held=_listed(needed)))
    named = [one for one in rules.table(NOT_ALONE) if one in exceptions]
    if place == SITE and named:
        reasons.append(said("not_alone", rules.entry(NOT_ALONE).reference, who=_listed(named)))
    return Placed(place, lacking, tuple(reasons))


def _listed(codes: Iterable[str]) -> tuple[str, str]:
    pairs = [word(one) for one in codes]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)
