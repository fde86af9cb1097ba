"""Reads: who is found by what somebody typed, and the list of an area's people.

Under row-level security neither a pattern nor an array finds an index, equality does: a search is a few sets of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing
from fournets.people.models import Person
from fournets.people.rules.tokens import Term, Token, public_id_in, search_terms
from fournets.places.scope import code_range

MOST = 50  # people a search shows
ONE = "SELECT area_code, person_id FROM people_searchtoken WHERE token = %s AND area_code >= %s AND area_code < %s"
FIRST = "SELECT person_id FROM ({found}) AS found ORDER BY area_code, person_id LIMIT %s"


def find_people(text: str, *, area_code: str, ring: KeyRing, limit: int = MOST + 1) -> list[int]:
    """Numbers of the people below ``area_code`` whom every word of ``text`` names, the surest first, ``limit`` at most."""
    if public_id := public_id_in(text):
        return list(Person.objects.filter(public_id=public_id).values_list("pk", flat=True))
    terms, _ = search_terms(text)
    found = _tier(terms, True, area_code, ring, limit)
    if len(found) < limit and any(term.sure < len(term.ways) for term in terms):
        found += _tier(terms, False, area_code, ring, limit + len(found))
    return list(dict.fromkeys(found))[:limit]


def _tier(terms: Sequence[Term], sure: bool, area_code: str, ring: KeyRing, limit: int) -> list[int]:
    """People whom each term names by one of its sure ways, or by any."""
    if not terms:
        return []
    low, high = code_range(area_code)
    parts: list[str] = []
    tokens: list[Token] = []
    for term in terms:
        ways = term.ways[: term.sure] if sure else term.ways
        parts.append("(" + " UNION ".join(_way(way) for way in ways) + ")")
        tokens += [token for way in ways for token in way]
    given: list[Any] = [one for purpose, text in tokens for one in (ring.index(purpose, text), low, high)]
    with connection.cursor() as cursor:
        cursor.execute(FIRST.format(found=" INTERSECT ".join(parts)), [*given, limit])
        return [row[0] for row in cursor.fetchall()]


def _way(way: Sequence[Token]) -> str:
    return "(" + " INTERSECT ".join([ONE] * len(way)) + ")"
