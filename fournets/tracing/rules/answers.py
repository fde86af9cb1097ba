"""What an answer of the disease control centre about a contact leads to: worked out to be shown, and again to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fournets.tracing.rules.words import NO_CONTACT, OPEN, TO_CASE

# What is done; the words are ``tracing_act_…``.
NOTE, OPEN_CASE, HOSPITAL, ORDER_HOSPITAL, ASK_WITHDRAWAL, ASK_END = (
    "note",
    "open_case",
    "hospital",
    "order_hospital",
    "ask_withdrawal",
    "ask_end",
)
CONTACT_BASES = ("contact", "secondary_contact")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contact stands: what was decided, his laboratory state, the order in force, whether another end waits.

    ``place`` is empty where no order is in force; ``until_on`` None where it has no end. ``basis``: why it was given, of those
    who isolate along that of whom they live with. ``others``: he is a contact of another case too, and not excluded there.
    """

    decision: str = OPEN
    lab: str = "none"
    is_case: bool = False
    place: str = ""
    from_on: date | None = None
    until_on: date | None = None
    waits: bool = False
    basis: str = ""
    others: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says of a contact; empty and None: nothing about that."""

    decision: str
    free_on: date | None = None
    lab: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The acts an answer leads to, in their order; or why it leads to none (``wrong``: part of a message's code)."""

    acts: tuple[str, ...] = ()
    wrong: str = ""


def outcome_of(standing: Standing, said: Answered) -> Outcome:
    """What has to be done for the register to say what the answer says; nothing where it says so already."""
    wrong = _wrong(standing, said)
    if wrong:
        return Outcome(wrong=wrong)
    acts = [NOTE] if _differs(standing, said) else []
    if said.decision == TO_CASE:
        acts += [] if standing.is_case else [OPEN_CASE]
        acts += {"": [ORDER_HOSPITAL], "hospital": []}.get(standing.place, [HOSPITAL])
    elif said.decision == NO_CONTACT:
        acts += [ASK_WITHDRAWAL] if _isolates_for_it(standing) else []
    elif _other_end(standing, said):
        acts.append(ASK_END)
    return Outcome(_not_twice(acts, standing))


def _wrong(standing: Standing, said: Answered) -> str:
    if said.free_on is not None and said.decision in (TO_CASE, NO_CONTACT):
        return "end_of_none"
    if said.free_on is not None and not standing.place:
        return "no_order"
    if said.free_on is not None and standing.from_on is not None and said.free_on <= standing.from_on:
        return "end_early"
    return ""


def _isolates_for_it(standing: Standing) -> bool:
    """Whether the order stands for this contact alone: who came back, or is a case, isolates whatever is said of it."""
    return bool(standing.place) and standing.basis in CONTACT_BASES and not standing.others


def _differs(standing: Standing, said: Answered) -> bool:
    return said.decision != standing.decision or bool(said.lab and said.lab != standing.lab)


def _other_end(standing: Standing, said: Answered) -> bool:
    return said.free_on is not None and said.free_on != standing.until_on


def _not_twice(acts: list[str], standing: Standing) -> tuple[str, ...]:
    """Another end that waits to be decided stays the one that waits: an answer does not push in before it."""
    asked = (ASK_WITHDRAWAL, ASK_END)
    return tuple(one for one in acts if not (standing.waits and one in asked))
