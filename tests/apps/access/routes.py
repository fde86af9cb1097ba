"""Every address of the site, and what the matrix has to know of it beyond its mark.

To add a page: mark it with `needs`, `own` or `public`. Has its address parameters? Then a line in `PARAMETERS` says
which of the made-up rows of an area it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.apps.access.cast import Made

API, DEVICES = "api/", "openrosa/"
# route by name -> the words of its address, made of what stands in an area
PARAMETERS: dict[str, Callable[[Made], dict[str, Any]]] = {
    "mfa_remove_webauthn": lambda made: {"pk": made.account.pk},
    "mfa_edit_webauthn": lambda made: {"pk": made.account.pk},
    "person": lambda made: {"person": made.person.public_id},
    "unmask": lambda made: {"person": made.person.public_id},
    "override_ask": lambda made: {"person": made.person.public_id},
    "override_decide": lambda made: {"number": made.override.pk},
    "override_end": lambda made: {"number": made.override.pk},
    "isolation_new": lambda made: {"person": made.person.public_id},
    "isolation_order": lambda made: {"number": made.order.number},
    "isolation_expose": lambda made: {"number": made.order.number},
    "isolation_move": lambda made: {"number": made.order.number},
    "isolation_change": lambda made: {"number": made.order.number},
    "isolation_decide": lambda made: {"number": made.order.number},
    "isolation_release": lambda made: {"number": made.order.number},
    "isolation_paper": lambda made: {"number": made.order.number, "kind": "letter"},
    "need_ask": lambda made: {"number": made.order.number},
    "need_take": lambda made: {"need": made.need.pk},
    "need_answer": lambda made: {"need": made.need.pk},
    "alarm_take": lambda made: {"number": made.order.number},
    "alarm_decide": lambda made: {"number": made.order.number},
    "alarm_handover": lambda made: {"number": made.order.number},
    "own_link": lambda made: {"number": made.order.number},
    "own_link_act": lambda made: {"number": made.order.number},
    "own": lambda made: {"secret": "none"},
    "board": lambda made: {"site": made.site.pk},
    "bed_admit": lambda made: {"site": made.site.pk},
    "bed_leave": lambda made: {"site": made.site.pk},
    "bed_set": lambda made: {"site": made.site.pk},
    "bed_open_to": lambda made: {"site": made.site.pk},
    "bed_reserve": lambda made: {"site": made.site.pk},
    "case": lambda made: {"number": made.case.number},
    "contact_new": lambda made: {"person": made.person.public_id},
    "contact": lambda made: {"number": made.contact.pk},
    "contact_lab": lambda made: {"number": made.contact.pk},
    "contact_drop": lambda made: {"number": made.contact.pk},
    "handover_make": lambda made: {"serial": made.export.serial},
    "cdc_answer": lambda made: {"number": made.answer.pk},
    "cdc_do": lambda made: {"number": made.answer.pk},
    "site": lambda made: {"site": made.site.pk},
    "site_supplies": lambda made: {"site": made.site.pk},
    "site_rounds": lambda made: {"site": made.site.pk},
    "site_staff": lambda made: {"site": made.site.pk},
    "site_arrival_end": lambda made: {"number": made.running[0].pk},
    "site_proof": lambda made: {"number": made.running[1].pk},
    "calls_feedback": lambda made: {"number": made.file.pk},
    "calls_feedback_file": lambda made: {"serial": made.export.serial},
    "poster": lambda made: {"number": made.poster.pk},
    "registrations_withdraw": lambda made: {"number": made.poster.pk},
    "register": lambda made: {"token": made.poster.token},
    "certificate": lambda made: {"certificate": "20200213-GNONE"},
    "forgetting_ask": lambda made: {"person": made.person.public_id},
    "forgetting_decide": lambda made: {"number": made.forgetting.pk},
    "enterprise": lambda made: {"enterprise": made.enterprise.public_id},
    "enterprise_call": lambda made: {"enterprise": made.enterprise.public_id},
    "unremind": lambda made: {"number": made.reminder.pk},
    "sender": lambda made: {"sender": made.area},
    "intake_file": lambda made: {"number": made.file.pk},
    "intake_columns": lambda made: {"number": made.file.pk},
    "intake_mend": lambda made: {"number": made.file.pk},
    "intake_undo": lambda made: {"number": made.file.pk},
    "intake_looked": lambda made: {"number": made.upload.pk},
    "intake_decide": lambda made: {"job": made.upload.job_id},
    "job_cancel": lambda made: {"number": made.job.pk},
    "review_decide": lambda made: {"item": made.review.pk},
    "review_undo": lambda made: {"item": made.review.pk},
    "export_make": lambda made: {"serial": made.export.serial},
    "export_decide": lambda made: {"serial": made.export.serial},
    "form": lambda made: {"number": made.form.pk},
    "form_columns": lambda made: {"number": made.form.pk},
    "form_compare": lambda made: {"number": made.form.pk},
    "form_fill": lambda made: {"number": made.form.pk},
    "form_deadline": lambda made: {"number": made.form.pk},
    "form_deadline_drop": lambda made: {"number": made.form.pk, "deadline": made.deadline.pk},
    "form_end": lambda made: {"number": made.form.pk},
    "form_filled": lambda made: {"number": made.filled.pk},
    "form_hand_out": lambda made: {"number": made.filled.pk},
    "form_take": lambda made: {"number": made.filled.pk},
    "field_aside_decide": lambda made: {"number": made.aside.pk},
    "fieldwork_aside_decide": lambda made: {"number": made.visit.pk},
    "field_form_close": lambda made: {"number": made.field_form.pk},
    "field_form_take": lambda made: {"number": made.field_form.pk},
    "field_form_file": lambda made: {"number": made.field_form.pk, "kind": "xml"},
    "field_fill": lambda made: {"number": made.field_form.pk},
    "field_fill_file": lambda made: {"number": made.field_form.pk, "name": "form.xml"},
    "first_start": lambda made: {"token": "none"},
    "user": lambda made: {"user_id": made.account.pk},
    "give_post": lambda made: {"user_id": made.account.pk},
    "close_user": lambda made: {"user_id": made.account.pk},
    "open_user": lambda made: {"user_id": made.account.pk},
    "reset_user": lambda made: {"user_id": made.account.pk},
    "end_sessions": lambda made: {"user_id": made.account.pk},
    "withdraw_post": lambda made: {"number": made.appointment.pk},
    "stand_in": lambda made: {"number": made.appointment.pk},
    "stop_token": lambda made: {"number": made.token.pk},
    "end_program": lambda made: {"number": made.token.pk},
    "openid_connect_login": lambda made: {"provider_id": "none"},
    "openid_connect_callback": lambda made: {"provider_id": "none"},
}

# Routes whose answer may show a whole number, phone or address, to whoever has the right: each for a reason.
BARE: dict[str, str] = {
    "unmask": "shows one value whole, for a reason that was given",
    "field_day": "a visit has to find the door: addresses are shown to whoever makes it, numbers and days of birth are not",
    "enterprise_call": "shows a contact's number whole, for a reason that was given",
}

# Routes that show what is given from above: open for what stands in one's own area and in those above it, not below.
GIVEN_DOWN = ("field_fill", "field_fill_file")

# Public addresses that are not there for just anybody: they hold a secret, or only a demo has them.
ONE_TIME = {
    "own": "shows somebody in isolation his own day, by the secret on his notice",
    "first_start": "makes the first account, for whoever was told the address on the server",
    "tour": "shows a demo's invented accounts",
}

# The sign-in library's own pages carry no mark of ours. Who may ask for each, and why it shows nothing of the register:
ANYBODY, SIGNED_IN, CLOSED = "anybody", "signed in", "closed"
OWN_PAGE = "changes only the account of whoever is signed in"
SIGNING_IN = "a step of signing in"
NOT_HERE = "this register does not have it; its name is needed for the others to be drawn"
OTHER_SIGN_IN = "a step of signing in elsewhere, which ends here"
LIBRARY: dict[str, tuple[str, str]] = {
    "account_login": (ANYBODY, SIGNING_IN),
    "account_logout": (ANYBODY, "signs out whoever is signed in"),
    "account_inactive": (ANYBODY, "says that an account is closed"),
    "account_reauthenticate": (SIGNED_IN, SIGNING_IN),
    "account_change_password": (SIGNED_IN, OWN_PAGE),
    "mfa_index": (SIGNED_IN, OWN_PAGE),
    "mfa_authenticate": (SIGNED_IN, SIGNING_IN),
    "mfa_reauthenticate": (SIGNED_IN, SIGNING_IN),
    "mfa_activate_totp": (SIGNED_IN, OWN_PAGE),
    "mfa_deactivate_totp": (SIGNED_IN, OWN_PAGE),
    "mfa_view_recovery_codes": (SIGNED_IN, OWN_PAGE),
    "mfa_generate_recovery_codes": (SIGNED_IN, OWN_PAGE),
    "mfa_download_recovery_codes": (SIGNED_IN, OWN_PAGE),
    "mfa_list_webauthn": (SIGNED_IN, OWN_PAGE),
    "mfa_add_webauthn": (SIGNED_IN, OWN_PAGE),
    "mfa_reauthenticate_webauthn": (SIGNED_IN, SIGNING_IN),
    "mfa_remove_webauthn": (SIGNED_IN, OWN_PAGE),
    "mfa_edit_webauthn": (SIGNED_IN, OWN_PAGE),
    "mfa_login_webauthn": (ANYBODY, SIGNING_IN),
    "usersessions_list": (SIGNED_IN, OWN_PAGE),
    "socialaccount_login_cancelled": (ANYBODY, OTHER_SIGN_IN),
    "socialaccount_login_error": (ANYBODY, OTHER_SIGN_IN),
    "socialaccount_signup": (ANYBODY, OTHER_SIGN_IN),
    "socialaccount_connections": (SIGNED_IN, OWN_PAGE),
    "openid_connect_login": (ANYBODY, OTHER_SIGN_IN),
    "openid_connect_callback": (ANYBODY, OTHER_SIGN_IN),
    "account_signup": (CLOSED, NOT_HERE),
    "account_email": (CLOSED, NOT_HERE),
    "account_email_verification_sent": (CLOSED, NOT_HERE),
    "account_set_password": (CLOSED, NOT_HERE),
    "account_reset_password": (CLOSED, NOT_HERE),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name, its pattern, what it needs (None: no mark of ours), and the words in its address."""

    name: str
    pattern: str
    needs: str | None
    words: tuple[str, ...]
    callback: Callable[..., Any]

    def address(self, made: Made) -> str:
        """The address that names what stands in an area."""
        return reverse(self.name, kwargs=PARAMETERS[self.name](made) if self.words else None)


def routes() -> list[Route]:
    """Every address of the site, in the resolver's order."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], before: str, words: tuple[str, ...]
) -> Iterator[Route]:
    for one in patterns:
        pattern, inside = before + str(one.pattern), (*words, *one.pattern.regex.groupindex)
        if pattern in (API, DEVICES):
            continue  # have a matrix of their own: test_operations, tests/apps/interop/test_doors.py
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, pattern, inside)
        else:
            needs = getattr(one.callback, "needs", None)
            yield Route(one.name or "", pattern, needs, inside, one.callback)
