"""The only road from a request to a row.

Somebody signed in acts under one appointment at a time; its role says what he may do, its area where. `opened` tells
the database, inside one transaction, whose rows it may show; without it the database shows none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from fournets.audit.selectors import Sight
from fournets.database import AUDIT_HIGH, AUDIT_LOW, AUDIT_NO_AREA, CHAIN, HIGH, LOW, within
from fournets.organization.rights import Role, rights_of, roles
from fournets.places.scope import code_range
from fournets.places.selectors import towns

# settings of a transaction beside its scope: who reads, and the areas whose appointments he may see and change
USER, LOGIN = "fournets.user", "fournets.login"
STAFF_LOW, STAFF_HIGH = "fournets.staff_low", "fournets.staff_high"
NOBODY = ("", "")  # the range no area lies in


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who acts under an appointment: what he may do, and where."""

    user_id: int
    login: str
    name: str
    appointment_id: int
    role: Role
    post: str
    area_code: str
    enterprise_id: int | None = None

    def may(self, right: str) -> bool:
        """Whether his role has the right."""
        return right in rights_of(self.role.key)

    def covers(self, area_code: str) -> bool:
        """Whether an area is his own or lies in it."""
        return area_code.startswith(self.area_code)

    def may_in(self, right: str, area_code: str) -> bool:
        """Whether he may do something in an area: every condition of it."""
        return (
            self.may(right)  # his role has the right
            and self.covers(area_code)  # the area is his own or below it
        )


def readers(user_id: int, *, at: datetime) -> list[Reader]:
    """Every appointment somebody holds at a moment, in the order they were given; asked anew at every request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM posts_held(%s, %s)", [user_id, at])
        return [_reader(user_id, *row) for row in cursor.fetchall()]


@contextmanager
def opened(reader: Reader) -> Iterator[None]:
    """One transaction in which the database shows the rows of the reader's area, if his role has any, and no others; of
    the audit what he may see of it.

    Inside another transaction nothing of it is left behind: neither his rows for what follows, nor those of whoever
    read before for him.
    """
    low, high = code_range(reader.area_code) if reader.role.rows else NOBODY
    manages = reader.may("users.manage")
    staff_low, staff_high = code_range(reader.area_code) if manages else NOBODY
    sight = sight_of(reader) if reader.may("audit.see") else None
    audit_low, audit_high = code_range(sight.area_code) if sight else NOBODY
    with within(
        {
            USER: str(reader.user_id),
            LOGIN: reader.login if manages else "",
            LOW: low,
            HIGH: high,
            STAFF_LOW: staff_low,
            STAFF_HIGH: staff_high,
            AUDIT_LOW: audit_low,
            AUDIT_HIGH: audit_high,
            AUDIT_NO_AREA: "on" if sight and sight.without_area else "",
            CHAIN: "",
        }
    ):
        yield


def sight_of(reader: Reader) -> Sight:
    """How far an auditor sees: his area; lines of no area concern the installation, so whoever has the whole town does."""
    return Sight(reader.area_code, any(reader.covers(one.code) for one in towns()))


def _reader(
    user_id: int,
    number: int,
    role: str,
    post: str,
    area_code: str,
    enterprise_id: int | None,
    login: str,
    name: str,
) -> Reader:
    return Reader(user_id, login, name, number, roles()[role], post, area_code, enterprise_id)
