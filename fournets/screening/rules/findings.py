"""The rules themselves: each looks at the facts and says what it finds, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fournets.language import Lang, say
from fournets.policy import OutbreakArea
from fournets.screening.rules.facts import RiskFacts, reports_symptoms, sounds_ill
from fournets.screening.rules.numbers import Clock, Numbers, clock, listed, returnee_anchor
from fournets.screening.rules.outcome import Reason

ILL = "fever"
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: the class it calls for, the action of that class, the clock it starts, and the reason."""

    risk_class: str
    action: str
    reason: Reason
    clock: Clock | None = None

    @property
    def history(self) -> bool:
        """Whether it is a contact or a stay whose time is not over: with an illness it makes a suspect."""
        return self.clock is not None and self.clock.running

    @property
    def question(self) -> bool:
        """Whether it only asks: no clock and no illness."""
        return self.risk_class == "unclear"


def contact(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """A close contact: said so, or traced; isolated under the plan of the last exposure."""
    if not (facts.contact_history or facts.contact_degree == "close"):
        return None
    used = ["contact_history", "contact_degree", "exposed_on"]
    return _exposed("contact", "isolation.contact_plan", used, facts, numbers, on)


def secondary_contact(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """A contact's contact, where the rules of the day trace them."""
    if facts.contact_degree != "secondary" or not numbers.policy.flag("isolation.secondary_contacts_traced"):
        return None
    used = ["contact_degree", "exposed_on"]
    return _exposed("secondary_contact", "isolation.secondary_contact_plan", used, facts, numbers, on)


def from_outbreak_area(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Came from a listed area."""
    area = _listed_at(facts.from_place, facts, numbers, on)
    return _returned("from_outbreak_area", ["from_place"], facts, numbers, on, area) if area else None


def via_listed_area(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Came via a listed area for which the list says that via counts."""
    area = _listed_at(facts.via_place, facts, numbers, on, via=True)
    return _returned("via_listed_area", ["via_place"], facts, numbers, on, area) if area else None


def via_outbreak_area(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Came via a listed area for which via does not count by itself: what the rules say of such people."""
    area = _listed_at(facts.via_place, facts, numbers, on, via=False)
    if not area or numbers.via_action == "none":
        return None
    return _returned("via_outbreak_area", ["via_place"], facts, numbers, on, area, "via")


def declared_stay(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Says to have been in an outbreak area lately."""
    if not facts.been_to_outbreak_area:
        return None
    return _returned("declared_stay", ["been_to_outbreak_area"], facts, numbers, on, None)


def fever(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """A temperature over the threshold of the place."""
    if facts.temperature is None:
        return None
    high = facts.temperature > numbers.fever_from
    if not high and not (numbers.fever_includes and facts.temperature == numbers.fever_from):
        return None
    values: dict[str, object] = {"temperature": facts.temperature, "threshold": numbers.fever_from}
    reason = _reason(
        "fever", ILL, ["temperature"], facts, numbers, ["fever.threshold", "fever.comparator"], values
    )
    return Finding(ILL, numbers.actions[ILL], reason)


def symptoms(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Symptoms of the outbreak, under symptoms or under health."""
    used = [
        name
        for name, ill in (("symptoms", reports_symptoms), ("health_state", sounds_ill))
        if ill(getattr(facts, name))
    ]
    if not used:
        return None
    return Finding(ILL, numbers.actions[ILL], _reason("symptoms", ILL, used, facts, numbers))


def origin_too_wide(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Came from, or via, a region that holds a listed area, without saying from which part of it."""
    places = facts.from_place + facts.via_place
    wide = _within_wide(places, facts, numbers, on)
    if not wide or _question_closed(facts, numbers, on):
        return None
    used = ["from_place", "via_place"]
    return _question("origin_too_wide", used, facts, numbers, area_zh=wide.zh, area_en=wide.en)


def origin_unknown(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Came to the town lately and nobody wrote from where."""
    silent = not facts.from_place and facts.been_to_outbreak_area is None
    if facts.returned_on is None or not silent or _question_closed(facts, numbers, on):
        return None
    return _question("origin_unknown", [], facts, numbers, returned_on=facts.returned_on)


def native_of_outbreak_area(facts: RiskFacts, numbers: Numbers, on: date) -> Finding | None:
    """Native of a listed area, whereabouts unknown: no risk, but a question where the rules want it asked."""
    silent = not facts.from_place and facts.been_to_outbreak_area is None
    if numbers.native_action == "none" or not silent or _question_closed(facts, numbers, on):
        return None
    area = _listed_at(facts.native_place, facts, numbers, on)
    if not area:
        return None
    return _question(
        "native_of_outbreak_area", ["native_place"], facts, numbers, area_zh=area.zh, area_en=area.en
    )


def _exposed(
    risk_class: str, plan: str, used: list[str], facts: RiskFacts, numbers: Numbers, on: date
) -> Finding | None:
    days = facts.exposed_on
    anchor = (max(days) if numbers.restarts else min(days)) if days else None
    running = clock(plan, anchor, numbers, on)
    return _isolated(risk_class, risk_class, used, facts, numbers, running) if running else None


def _returned(
    rule: str,
    used: list[str],
    facts: RiskFacts,
    numbers: Numbers,
    on: date,
    area: OutbreakArea | None,
    risk_class: str = "returnee",
) -> Finding | None:
    started = _stay(facts, numbers, on)
    if started is None:
        return None
    used = [*used, "left_on", "returned_on"]
    names = {"area_zh": area.zh, "area_en": area.en} if area else {}
    finding = _isolated(rule, risk_class, used, facts, numbers, started, **names)
    action = numbers.via_action if risk_class == "via" else numbers.returnee_action
    if finding.action.startswith("isolate") and action != "isolate":
        return Finding(finding.risk_class, action, finding.reason, finding.clock)
    return finding


def _stay(facts: RiskFacts, numbers: Numbers, on: date) -> Clock | None:
    """The clock of somebody from an outbreak area; over at once when the stay lies too far before the arrival."""
    if numbers.returnee_action == "none":
        return None
    _, anchor = returnee_anchor(facts, numbers)
    running = clock("screening.returnee_plan", anchor, numbers, on)
    if running is None or not _long_before(facts, numbers):
        return running
    left = facts.left_on
    return Clock(running.place, left, facts.returned_on, False, running.source)


def _long_before(facts: RiskFacts, numbers: Numbers) -> bool:
    if not facts.left_on or not facts.returned_on:
        return False
    return (facts.returned_on - facts.left_on).days >= numbers.look_back


def _isolated(
    rule: str,
    risk_class: str,
    used: list[str],
    facts: RiskFacts,
    numbers: Numbers,
    running: Clock,
    **values: object,
) -> Finding:
    """The finding of a clock: the class and place while it runs, ``done`` afterwards."""
    values = {**values, "from_on": running.from_on, "until_on": running.until_on}
    state = "no_day" if running.from_on is None else "running" if running.running else "over"
    found = risk_class if running.running else "done"
    reason = _reason(rule, found, used, facts, numbers, [], values, state, (dict(running.source),))
    action = numbers.actions[found]
    return Finding(found, f"isolate_{running.place}" if action == "isolate" else action, reason, running)


def _question(rule: str, used: list[str], facts: RiskFacts, numbers: Numbers, **values: object) -> Finding:
    used = [*used, "left_on", "returned_on"]
    reason = _reason(rule, "unclear", used, facts, numbers, ["screening.native_action"], values)
    return Finding("unclear", numbers.actions["unclear"], reason)


def _question_closed(facts: RiskFacts, numbers: Numbers, on: date) -> bool:
    """Whether the answer could change nothing: no rule isolates returnees, or their time would be over."""
    stay = _stay(facts, numbers, on)
    return stay is None or not stay.running


def _listed_at(
    places: Iterable[str], facts: RiskFacts, numbers: Numbers, on: date, *, via: bool | None = None
) -> OutbreakArea | None:
    """The listed area one of ``places`` lies in; with ``via``, only those for which via counts, or does not."""
    for area in _listed(facts, numbers, on):
        if via in (None, area.via_counts) and any(place.startswith(area.code) for place in places):
            return area
    return None


def _listed(facts: RiskFacts, numbers: Numbers, on: date) -> tuple[OutbreakArea, ...]:
    policy = numbers.policy
    return listed(facts.left_on or facts.returned_on, on, policy.area, policy.supposed)


def _within_wide(places: Iterable[str], facts: RiskFacts, numbers: Numbers, on: date) -> OutbreakArea | None:
    for area in _listed(facts, numbers, on):
        if any(area.code.startswith(place) and place != area.code for place in places):
            return area
    return None


def _reason(
    rule: str,
    risk_class: str,
    used: list[str],
    facts: RiskFacts,
    numbers: Numbers,
    names: Iterable[str] = (),
    values: dict[str, object] | None = None,
    state: str = "",
    sources: tuple[dict[str, str], ...] = (),
) -> Reason:
    texts = {name: text for name in used if (text := facts.text(name))}
    sentences = [_sentence(rule, state, lang, {**texts, **(values or {})}) for lang in LANGUAGES]
    policy = sources + tuple(numbers.source(name) for name in names)
    return Reason(rule, risk_class, texts, policy, *sentences)


def _sentence(rule: str, state: str, lang: Lang, values: dict[str, object]) -> str:
    whole = say(f"reason_{rule}", lang, **values)
    if not state:
        return whole
    return whole + (" " if lang == "en" else "") + say(f"clock_{state}", lang, **values)
