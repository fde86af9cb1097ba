"""Pages of self-registration, and what waits on them to be looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from fournets.calls.models import Poster, Registration
from fournets.crypto import KeyRing
from fournets.people.rules.masking import mask_address, mask_phone
from fournets.places.scope import code_range

PAGE, POSTERS = 50, 30


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    """One registration, its phone and door masked."""

    number: int
    area_code: str
    received_at: datetime
    state: str
    name: str
    phone: str
    address: str
    from_place: str
    returned_on: str
    transport_no: str
    symptoms: str


def poster_open(token: str) -> Poster | None:
    """The page of a token, unless it was withdrawn."""
    return Poster.objects.filter(token=token, withdrawn_at=None).first()


def posters_in(area_code: str) -> list[Poster]:
    """The pages of an area and those below, the open ones first."""
    low, high = code_range(area_code)
    found = Poster.objects.filter(area_code__gte=low, area_code__lt=high)
    return sorted(found.order_by("-id")[:POSTERS], key=lambda one: (one.withdrawn_at is not None, -one.pk))


def registrations_in(
    area_code: str, *, state: str, ring: KeyRing, after: int = 0, limit: int = PAGE
) -> list[RegistrationLine]:
    """Registrations of an area in a state, the oldest first, after a number."""
    low, high = code_range(area_code)
    found = Registration.objects.filter(
        area_code__gte=low, area_code__lt=high, state=state, content_sealed__isnull=False, pk__gt=after
    )
    return [_line(one, ring) for one in found.order_by("id")[:limit]]


def waiting_registrations(area_code: str, *, most: int) -> int:
    """How many wait to be looked at, counted up to ``most``."""
    low, high = code_range(area_code)
    return Registration.objects.filter(area_code__gte=low, area_code__lt=high, state="waiting")[:most].count()


def _line(one: Registration, ring: KeyRing) -> RegistrationLine:
    told = json.loads(ring.unseal("content", one.content_sealed or b""))
    return RegistrationLine(
        one.pk, one.area_code, one.received_at, one.state, told["name"], mask_phone(told["phone"]),
        mask_address(told["address"]), told["from_place"], told["returned_on"], told["transport_no"], told["symptoms"],
    )  # fmt: skip
