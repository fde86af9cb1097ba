"""Which tables the database keeps to the scope of a connection, and why the others need not be.

The doctor and the test of all tables ask here. A table that stands in neither list and has no policy of the scope is a
finding: whoever adds one decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fournets.database import AUDIT_HIGH, AUDIT_LOW, AUDIT_NO_AREA, CHAIN, HIGH, LOW

# Tables without a policy of the scope, and the reason: what stands in them names nobody of the register.
OPEN = {
    "account_emailaddress": "the sign-in library's; empty, no account has an e-mail address here",
    "account_emailconfirmation": "the sign-in library's; empty as well",
    "accounts_user": "accounts of those who work here; sign-in reads them before anybody's area is known",
    "accounts_firststart": "that a one-time address was given out, kept hashed",
    "audit_chainlink": "the chain over the lines: numbers and hashes",
    "audit_waitingline": "lines about to be chained: numbers and hashes",
    "auth_group": "Django's; unused, and not granted to the application",
    "auth_group_permissions": "Django's; unused, and not granted to the application",
    "auth_permission": "Django's names of kinds of rows; not granted to the application",
    "axes_accessattempt": "failed sign-ins, for the lock; read before anybody's area is known",
    "axes_accessattemptexpiration": "when a lock ends",
    "axes_accessfailurelog": "failed sign-ins, for the lock; switched off",
    "axes_accesslog": "sign-ins; switched off, they are in the audit",
    "calls_knock": "how often an address sent a registration: a keyed hash, for an hour",
    "calls_poster": "tokens of pages that hang on walls; read before anybody is known, and nobody stands there",
    "django_content_type": "Django's names of tables; not granted to the application",
    "django_migrations": "which steps the tables have been through; not granted to the application",
    "django_session": "sessions of those who work here; read before anybody's area is known",
    "interop_fieldform": "questions of forms for devices; nobody is filled in",
    "fieldwork_phonekey": "the key an account's phones lock with, sealed; given to that account alone",
    "intake_knownlayout": "a hash of headers and what each column means; the sender is an area, no person",
    "keeping_event": "since when the register serves an event, and who decided its end",
    "people_forgotten": "blind indexes of people who were forgotten; intake of any area has to know a row by them",
    "mfa_authenticator": "second factors of accounts, their secrets sealed; read at sign-in",
    "organization_savedview": "an account's own ways to look at lists: filters and columns, nobody; kept to it, and those of its area it shares one with",
    "organization_token": "tokens of programs, kept hashed; read before anybody's area is known",
    "organization_unmasking": "that an account was shown a value, and when; neither whose nor which",
    "organization_wrongtoken": "how often an address sent an unknown token, for an hour",
    "places_area": "the public tree of divisions, with totals",
    "procrastinate_events": "what happened to a job of the queue, and when",
    "procrastinate_jobs": "the queue: a job is its number and nothing else; whose it is stands in jobs_job",
    "procrastinate_periodic_defers": "the queue's; empty, nothing comes round by the clock",
    "procrastinate_workers": "which workers give signs of life",
    "reporting_dayclose": "that a day was closed, and when; the figures stand in reporting_dayfigure",
    "reporting_formtemplate": "headers of departments' blank forms; nobody is filled in",
    "screening_touchedcell": "codes of cells an act touches, until it commits; the application is not let in",
    "screening_policyrecord": "official numbers; they name nobody",
    "socialaccount_socialaccount": "which other sign-in belongs to an account; read at sign-in",
    "socialaccount_socialapp": "the sign-in library's; empty, providers stand in openid.toml",
    "socialaccount_socialtoken": "the sign-in library's; empty, tokens are not kept",
    "usersessions_usersession": "where an account is signed in; its owner sees his own",
}
# Tables whose policy opens to the scope or to something else besides, and to what.
WIDER = {
    "organization_appointment": "to its holder, and to whoever gives appointments in its area",
}
# Tables the database alone writes.
COUNTED = {
    "screening_coveragecount": "counts of coverage, counted again as acts commit",
    "screening_coveragehour": "by how much each hour changed them",
}
# Tables no scope opens, but settings of their own, and why.
CLOSED = {
    "audit_auditline": "to who audits its area, of no area to who audits the town, and to the chain",
    "organization_selection": "to the account that has selected it in a list, wherever it is",
    "people_canary": "to an act that asks for canaries by name",
}
KEYS = {
    "audit_auditline": (CHAIN, AUDIT_LOW, AUDIT_HIGH, AUDIT_NO_AREA),
    "organization_selection": ("fournets.user",),
    "people_canary": ("fournets.canary",),
}
# Tables whoever acts adds a row to, seen or not.
ADDED = {"audit_auditline"}
POLICIES = """
SELECT t.relname, t.relkind::text, t.relrowsecurity, p.polcmd::text, p.polpermissive,
    coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM pg_class t LEFT JOIN pg_policy p ON p.polrelid = t.oid
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1, p.polname
"""
READS = ("*", "r")


def unprotected(cursor: Any) -> list[str]:
    """The tables and views of the database that show rows outside the scope of a connection and are not meant to."""
    cursor.execute(POLICIES)
    policies: dict[str, list[tuple[Any, ...]]] = {}
    for name, *rest in cursor.fetchall():
        policies.setdefault(name, []).append(tuple(rest))
    return [name for name, found in policies.items() if name not in OPEN and not _kept(name, found)]


def protected(cursor: Any) -> list[str]:
    """The tables that have a policy of the scope."""
    cursor.execute(POLICIES)
    found = {name for name, *_, using, _check in cursor.fetchall() if name not in OPEN and using}
    return sorted(found - CLOSED.keys())


def _kept(name: str, found: list[tuple[Any, ...]]) -> bool:
    """Whether every policy of a table keeps to the scope, and one of them says which rows are shown."""
    kind, secured = found[0][:2]
    return (
        kind in ("r", "p")  # a view shows what its owner may see
        and secured
        and any(command in READS for _, _, command, *_ in found)
        and all(_keeps(condition, name) for one in found for condition in _conditions(name, *one[2:]))
    )


def _conditions(name: str, command: str | None, permissive: bool, using: str, check: str) -> Iterator[str]:
    """What a policy asks of a row, for each thing it allows; a restrictive one only narrows."""
    if permissive and not (command == "a" and name in ADDED):
        if command != "a":
            yield using
        if check or command == "a":
            yield check


def _keeps(condition: str, name: str) -> bool:
    if name in CLOSED:
        return all(any(f"'{key}'" in way for key in KEYS[name]) for way in condition.split(" OR "))
    scoped = f"'{LOW}'" in condition and f"'{HIGH}'" in condition
    return scoped and (name in WIDER or " OR " not in condition.upper())
