"""A handover as a FHIR R4 Bundle; the library checks every resource as it is made.

A case is a Patient with a Condition (the disease) and an Observation (the test). A contact is a Patient too, with a
Condition (the exposure, from the first to the last day), the test, a ServiceRequest (isolation), and a RelatedPerson: who
he was to the case's Patient. Nothing here but codes, days and what the export may tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from fournets.interop.handover.rows import HandedCase, HandedContact, Handover, Someone
from fournets.interop.handover.settings import settings

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
RELATION = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
RELATIONS = {"household": "HOUSHOLD", "work": "WORK"}  # of v3 role codes; the others are said in words alone
Resource = dict[str, Any]


def bundle_of(handover: Handover) -> bytes:
    """The Bundle as JSON."""
    from fhir.resources.R4B.bundle import Bundle  # only a handover loads the models

    resources = list(_resources(handover))
    urls = {_name(one): uuid5(NAMESPACE_OID, f"{handover.serial}/{_name(one)}").urn for one in resources}
    made = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "id": handover.serial,
            "type": "collection",
            "identifier": {"system": "urn:fournets:export", "value": handover.serial},
            "timestamp": handover.at.isoformat(),
            "entry": [{"fullUrl": urls[_name(one)], "resource": _pointing(one, urls)} for one in resources],
        }
    )
    return made.model_dump_json(indent=1).encode()


def _resources(handover: Handover) -> Iterator[Resource]:
    for someone in handover.people:
        yield _patient(someone, handover)
    for case in handover.cases:
        yield _condition(case)
        yield from _test(case.someone, case.lab, case.lab_on, "case")
    for at, contact in enumerate(handover.contacts, 1):
        number = f"{_id(contact.someone)}-{at}"
        yield _exposure(contact, number)
        yield from _test(contact.someone, contact.lab, contact.lab_on, f"c{at}")
        if contact.from_on is not None:
            yield _isolation(contact, number)
        if contact.of is not None:
            yield _related(contact, contact.of, number)


def _name(one: Resource) -> str:
    return f"{one['resourceType']}/{one['id']}"


def _pointing(one: Any, urls: dict[str, str]) -> Any:
    """The same, with each reference to a resource of this bundle as the address it has in it."""
    if isinstance(one, dict):
        return {
            name: urls.get(value, value) if name == "reference" else _pointing(value, urls)
            for name, value in one.items()
        }
    return [_pointing(each, urls) for each in one] if isinstance(one, list) else one


def _patient(someone: Someone, handover: Handover) -> Resource:
    numbers = [{"system": f"urn:fournets:export:{handover.serial}", "value": someone.code}]
    if handover.whole and someone.text("id_number"):
        numbers.append({"system": settings()["fhir"]["id_system"], "value": someone.text("id_number")})
    found: Resource = {"resourceType": "Patient", "id": _id(someone), "identifier": numbers}
    found |= {"name": [{"text": someone.text("name")}]} if someone.text("name") else {}
    sex = someone.text("sex")
    found["gender"] = sex if sex in ("male", "female") else "unknown"
    if handover.whole and someone.text("phone"):
        found["telecom"] = [{"system": "phone", "value": someone.text("phone")}]
    if someone.born:
        found["birthDate"] = someone.born.isoformat()
    if someone.text("address"):
        found["address"] = [{"use": "home", "text": someone.text("address"), "country": "CN"}]
    return found


def _condition(case: HandedCase) -> Resource:
    found = {
        "resourceType": "Condition",
        "id": case.number.lower(),
        "identifier": [{"system": "urn:fournets:case", "value": case.number}],
        "verificationStatus": _coded(VERIFIED, settings()["fhir"]["verification"][case.classification]),
        "code": {"coding": [settings()["fhir"]["disease"]]},
        "subject": _to(case.someone),
        "recordedDate": case.reported_on.isoformat(),
    }
    if case.classification != "excluded":  # what is refuted has no clinical state
        found["clinicalStatus"] = _coded(CLINICAL, "active")
    return found | ({"onsetDateTime": case.onset_on.isoformat()} if case.onset_on else {})


def _exposure(contact: HandedContact, number: str) -> Resource:
    found: Resource = {
        "resourceType": "Condition",
        "id": f"exposure-{number}",
        "clinicalStatus": _coded(CLINICAL, "active"),
        "verificationStatus": _coded(VERIFIED, "confirmed"),
        "code": {"coding": [settings()["fhir"]["exposure"]], "text": f"{contact.degree}; {contact.kind}"},
        "subject": _to(contact.someone),
        "onsetPeriod": _period(contact.first_on or contact.last_on, contact.last_on),
    }
    if contact.of is not None and contact.case:
        found["evidence"] = [{"detail": [{"reference": f"Condition/{contact.case.lower()}"}]}]
    return found | ({"note": [{"text": contact.place}]} if contact.place else {})


def _test(someone: Someone, lab: str, on: date | None, number: str) -> Iterator[Resource]:
    if lab == "none":
        return
    found: Resource = {
        "resourceType": "Observation",
        "id": f"test-{_id(someone)}-{number}",
        "status": "registered" if lab == "pending" else "final",
        "category": [_coded(CATEGORY, "laboratory")],
        "code": {"coding": [settings()["fhir"]["test"]]},
        "subject": _to(someone),
    }
    found |= {"effectiveDateTime": on.isoformat()} if on else {}
    if lab in settings()["fhir"]["results"]:
        found["valueCodeableConcept"] = {"coding": [settings()["fhir"]["results"][lab]]}
    yield found


def _isolation(contact: HandedContact, number: str) -> Resource:
    """``until_on`` is the first free day: the period's last is the one before."""
    over = contact.stage == "released"
    last = date.fromordinal(contact.until_on.toordinal() - 1) if contact.until_on else None
    return {
        "resourceType": "ServiceRequest",
        "id": f"isolation-{number}",
        "status": "completed" if over else "active",
        "intent": "order",
        "code": {"coding": [settings()["fhir"]["isolation"]], "text": contact.stage},
        "subject": _to(contact.someone),
        "occurrencePeriod": _period(contact.from_on, last),
    }


def _related(contact: HandedContact, of: Someone, number: str) -> Resource:
    role = RELATIONS.get(contact.kind)
    return {
        "resourceType": "RelatedPerson",
        "id": f"contact-{number}",
        "identifier": [{"system": "urn:fournets:row-code", "value": contact.someone.code}],
        "patient": _to(of),
        "relationship": [
            {"text": f"{contact.degree} contact"} | ({"coding": [{"system": RELATION, "code": role}]} if role else {})
        ],
        "name": [{"text": contact.someone.text("name") or contact.someone.code}],
        "period": _period(contact.first_on or contact.last_on, contact.last_on),
    }  # fmt: skip


def _id(someone: Someone) -> str:
    return someone.code.lower()


def _to(someone: Someone) -> Resource:
    return {"reference": f"Patient/{_id(someone)}"}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _period(start: date | None, end: date | None) -> Resource:
    days = {"start": start, "end": end}
    return {name: day.isoformat() for name, day in days.items() if day}
