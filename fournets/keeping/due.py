"""Which rows of a class are due on a day, and what becomes of them: one condition a table."""

from __future__ import annotations

from dataclasses import dataclass

# ``row`` is the row looked at; ``before`` the first day that is still kept; ``on`` the day it is asked on.
OPEN_ACTS = {
    "task": "SELECT FROM organization_task AS task WHERE task.person_id = {who} AND task.closed_at IS NULL",
    "override": "SELECT FROM screening_override AS override WHERE override.person_id = {who}"
    " AND override.state IN ('asked', 'approved') AND override.until_on > %(on)s",
    "order": "SELECT FROM isolation_order AS held WHERE held.person_id = {who}"
    " AND held.state IN ('home', 'point', 'site', 'hospital')",
    "call": "SELECT FROM calls_call AS waits WHERE waits.person_id = {who} AND waits.closed_at IS NULL",
    "isolation": "SELECT FROM screening_assessment AS held JOIN screening_decision AS rule ON rule.id = held.decision_id"
    " WHERE held.person_id = {who} AND held.superseded_on IS NULL AND rule.action NOT IN ('none', 'ask')"
    " AND (rule.until_on IS NULL OR rule.until_on > %(on)s)",
}


def free(who: str) -> str:
    """The condition that nothing is going on about the person whose number is ``who``."""
    return " AND ".join(f"NOT EXISTS ({one.format(who=who)})" for one in OPEN_ACTS.values())


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that are due; ``change``: what is emptied of them, None: they go."""

    table: str
    due: str
    change: str | None = None

    def count(self) -> str:
        """The SQL that counts them."""
        return f"SELECT count(*) FROM {self.table} AS row WHERE {self.due}"  # noqa: S608

    def batch(self, most: int) -> str:
        """The SQL that destroys at most so many of them."""
        some = f"ctid = ANY(ARRAY(SELECT row.ctid FROM {self.table} AS row WHERE {self.due} LIMIT {most}))"  # noqa: S608
        if self.change is None:
            return f"DELETE FROM {self.table} WHERE {some}"  # noqa: S608
        return f"UPDATE {self.table} SET {self.change} WHERE {some}"  # noqa: S608


OF_EXPORT = (
    "SELECT id FROM reporting_export WHERE state = 'made' AND made_at < %(before)s"
    " OR state = 'refused' AND asked_at < %(before)s"
)
OF_ORDER = (
    "SELECT id FROM isolation_order WHERE state IN ('released', 'withdrawn')"
    " AND ended_at < %(before)s AND (until_on IS NULL OR until_on < %(before)s)"
)
# A contact is over when what was decided is; a case, when none of its contacts is left and it is as old.
OF_CONTACT = (
    "SELECT contact.id FROM tracing_contact AS contact WHERE contact.last_on < %(before)s AND contact.noted_at < %(before)s"  # noqa: S608
    f" AND {free('contact.person_id')}"
)
OF_CASE = (
    "SELECT own.id FROM tracing_case AS own WHERE own.reported_on < %(before)s AND own.noted_at < %(before)s"  # noqa: S608
    f" AND {free('own.person_id')}"
    " AND NOT EXISTS (SELECT FROM tracing_contact AS contact WHERE contact.case_id = own.id)"
)
OF_ASSIGNMENT = "SELECT FROM sites_assignment AS held WHERE held.worker_id = row.id AND (held.until_on IS NULL OR held.until_on >= %(before)s)"
OF_WORKER = (
    f"SELECT row.id FROM sites_worker AS row WHERE row.noted_at < %(before)s AND NOT EXISTS ({OF_ASSIGNMENT})"  # noqa: S608
)
OF_CALL = f"SELECT id FROM calls_call AS call WHERE closed_at < %(before)s AND {free('call.person_id')}"  # noqa: S608
EMPTY_CALL = f"""row.id IN ({OF_CALL}) AND NOT EXISTS (SELECT FROM calls_attempt WHERE call_id = row.id)
    AND NOT EXISTS (SELECT FROM calls_asked WHERE call_id = row.id)"""  # noqa: S608
# People met for the first time are kept until they are filed.
OF_PHONE = (
    "SELECT id FROM fieldwork_fieldrecord WHERE received_at < %(before)s"
    " AND NOT (outcome = 'newcomer' AND counts AND taken_at IS NULL)"
)
OF_COVER = (
    "SELECT id FROM organization_cover AS cover WHERE until_on < %(before)s"
    " AND NOT EXISTS (SELECT FROM organization_task WHERE cover_id = cover.id AND closed_at IS NULL)"
)
UNDECIDED = "SELECT FROM people_reviewitem AS item WHERE item.decided = '' AND item.mended_by IS NULL"
# Also one whose look came to nothing, because it failed or was called off half way: nobody can decide on it any more.
UNDECIDED_UPLOAD = """row.state IN ('looked', 'waiting') AND row.job_id IN (SELECT id FROM jobs_job
    WHERE state NOT IN ('waiting', 'running') AND coalesce(ended_at, asked_at) < %(before)s)"""
CHANGED = f"row.changes_sealed IS NOT NULL AND row.seen_on < %(before)s AND {free('row.person_id')}"
VISITED = f'row.person_id IS NOT NULL AND row."on" < %(before)s AND {free("row.person_id")}'
# A task closed since its person's class began says that it was done: without it, it would be opened again.
CLOSED = f"""row.closed_at < %(before)s AND {free("row.person_id")} AND NOT EXISTS (
    SELECT FROM screening_assessment AS stands JOIN screening_decision AS rule ON rule.id = stands.decision_id
    WHERE stands.person_id = row.person_id AND stands.superseded_on IS NULL AND stands.since_on <= row.opened_on
    AND rule.action <> 'none')"""
LAST = f"""row.seen_on < %(before)s AND {free("row.id")}
    AND NOT EXISTS (SELECT FROM screening_visit AS visit WHERE visit.person_id = row.id AND visit."on" >= %(before)s)
    AND NOT EXISTS (SELECT FROM organization_task AS done WHERE done.person_id = row.id AND done.closed_at >= %(before)s)
    AND NOT EXISTS (SELECT FROM screening_override AS ended WHERE ended.person_id = row.id AND ended.until_on >= %(before)s)
    AND NOT EXISTS (SELECT FROM isolation_order AS stay WHERE stay.person_id = row.id AND (stay.until_on >= %(before)s OR stay.ended_at >= %(before)s))
    AND NOT EXISTS (SELECT FROM calls_call AS called WHERE called.person_id = row.id AND called.closed_at >= %(before)s)
    AND NOT EXISTS (SELECT FROM screening_assessment AS over JOIN screening_decision AS said ON said.id = over.decision_id
        WHERE over.person_id = row.id AND (said.until_on >= %(before)s OR over.superseded_on >= %(before)s))
    AND NOT EXISTS (SELECT FROM tracing_case AS ill WHERE ill.person_id = row.id AND ill.reported_on >= %(before)s)
    AND NOT EXISTS (SELECT FROM tracing_contact AS met WHERE met.person_id = row.id AND met.last_on >= %(before)s)
    AND row.id NOT IN (SELECT unnest(candidates) FROM people_reviewitem WHERE decided = '' AND mended_by IS NULL)"""  # noqa: S608

PEOPLE, FILES = "people", "files"
PARTS: dict[str, tuple[Part, ...]] = {
    FILES: (
        Part(
            "intake_sourcefile",
            "row.destroyed_at IS NULL AND row.state <> 'refused' AND row.received_at < %(before)s"
            f" AND NOT EXISTS ({UNDECIDED} AND item.file_id = row.id)",
            "destroyed_at = %(at)s",
        ),
    ),
    "looked": (Part("intake_upload", UNDECIDED_UPLOAD, "state = 'lapsed', looked = '[]'"),),
    "cells": (
        Part("people_fact", CHANGED, "changes_sealed = NULL"),
        Part(
            "places_enterprisefact",
            "row.changes_sealed IS NOT NULL AND row.seen_on < %(before)s",
            "changes_sealed = NULL",
        ),
        Part(
            "people_reviewitem",
            "row.row_sealed IS NOT NULL AND (row.decided <> '' AND row.decided_at < %(before)s OR row.mended_by IS NOT NULL"
            " AND row.file_id IN (SELECT id FROM intake_sourcefile WHERE received_at < %(before)s))",
            "row_sealed = NULL",
        ),
    ),
    "visits": (
        Part("screening_visit", f"row.household_id IS NULL AND {VISITED}"),
        Part(
            "screening_visit",
            f"row.household_id IS NOT NULL AND {VISITED}",
            'person_id = NULL, "by" = \'\', "row" = NULL',
        ),
    ),
    "tasks": (Part("organization_task", CLOSED), Part("organization_taskact", "row.at < %(before)s")),
    "selections": (Part("organization_selection", "row.at < %(before)s"),),
    "decisions": (
        Part("screening_assessment", "row.superseded_on < %(before)s"),
        Part(
            "screening_decision",
            'row."on" < %(before)s AND NOT EXISTS (SELECT FROM screening_assessment WHERE decision_id = row.id)',
        ),
    ),
    "overrides": (Part("screening_override", "row.until_on < %(before)s"),),
    "isolation": (
        Part("isolation_order", f"row.with_order_id IN ({OF_ORDER})", "with_order_id = NULL"),
        Part("care_link", f"row.order_id IN ({OF_ORDER})"),
        Part("care_alarm", f"row.order_id IN ({OF_ORDER})"),
        Part("care_need", f"row.order_id IN ({OF_ORDER})"),
        Part("care_caring", f"row.order_id IN ({OF_ORDER})"),
        Part("isolation_entry", f"row.order_id IN ({OF_ORDER})"),
        Part("isolation_observation", f"row.order_id IN ({OF_ORDER})"),
        Part("isolation_stay", f"row.order_id IN ({OF_ORDER})"),
        Part("isolation_change", f"row.order_id IN ({OF_ORDER})"),
        Part("isolation_order", f"row.id IN ({OF_ORDER})"),
    ),
    "contacts": (
        Part(
            "tracing_answerline",
            "row.answer_id IN (SELECT id FROM tracing_answer WHERE sent_at < %(before)s)",
        ),
        Part("tracing_answer", "row.sent_at < %(before)s"),
        Part("tracing_answerline", f"row.contact_id IN ({OF_CONTACT})"),
        Part("tracing_contact", f"row.id IN ({OF_CONTACT})"),
        Part("tracing_case", f"row.id IN ({OF_CASE})"),
    ),
    "proofs": (
        Part("sites_rounddone", "row.file_sealed IS NOT NULL AND row.at < %(before)s", "file_sealed = NULL"),
    ),
    "site_staff": (
        Part("sites_training", f"row.worker_id IN ({OF_WORKER})"),
        Part("sites_assignment", f"row.worker_id IN ({OF_WORKER})"),
        Part("sites_worker", f"row.noted_at < %(before)s AND NOT EXISTS ({OF_ASSIGNMENT})"),
    ),
    "forgettings": (
        Part(
            "keeping_forgetting",
            "coalesce(row.decided_at, row.asked_at) < %(before)s AND (row.state <> 'approved'"
            " OR NOT EXISTS (SELECT FROM people_person WHERE id = row.person_id))",
        ),
    ),
    "exports": (
        Part("reporting_exportrow", f"row.export_id IN ({OF_EXPORT})"),
        Part("reporting_export", f"row.id IN ({OF_EXPORT})"),
    ),
    "field": (
        Part(
            "interop_submissionfile",
            "row.submission_id IN (SELECT id FROM interop_submission WHERE taken_at < %(before)s)",
        ),
        Part(
            "interop_submission",
            "row.content_sealed IS NOT NULL AND row.taken_at < %(before)s",
            "content_sealed = NULL",
        ),
        Part("interop_keptaside", "row.received_at < %(before)s"),
    ),
    "phones": (
        Part("fieldwork_fieldvisited", f"row.record_id IN ({OF_PHONE})"),
        Part(
            "fieldwork_fieldrecord",
            f"row.content_sealed IS NOT NULL AND row.id IN ({OF_PHONE})",
            "content_sealed = NULL",
        ),
    ),
    "sheets": (Part("fieldwork_fieldsheet", "row.printed_at < %(before)s"),),
    "form_files": (Part("reporting_filledcopy", "row.at < %(before)s"),),
    "forms": (
        Part(
            "reporting_filledcopy",
            "row.filled_id IN (SELECT id FROM reporting_filledform WHERE at < %(before)s)",
        ),
        Part("reporting_filledform", "row.at < %(before)s"),
    ),
    "behind": (
        Part(
            "reporting_dayfigure",
            "row.behind <> '{}' AND row.day_id IN (SELECT id FROM reporting_dayclose WHERE \"on\" < %(before)s)",
            "behind = '{}'",
        ),
    ),
    "calls": (
        Part("calls_wrongnumber", f"row.at < %(before)s AND {free('row.person_id')}"),
        Part(
            "calls_attempt",
            f"row.call_id IN ({OF_CALL}) AND (row.answers_sealed IS NULL OR row.taken_at IS NOT NULL)",
        ),
        Part("calls_asked", f"row.call_id IN ({OF_CALL})"),
        Part(
            "calls_call",
            EMPTY_CALL,
        ),
    ),
    "registrations": (
        Part("calls_registration", "row.state = 'dropped' AND row.decided_at < %(before)s"),
        Part(
            "calls_registration",
            "row.state = 'taken' AND row.content_sealed IS NOT NULL AND row.decided_at < %(before)s",
            "content_sealed = NULL",
        ),
    ),
    "knocks": (Part("calls_knock", "row.at < %(before)s"),),
    "hours": (Part("screening_coveragehour", "row.hour < %(before)s"),),
    "unmaskings": (Part("organization_unmasking", "row.at < %(before)s"),),
    "sign_ins": (
        Part("django_session", "row.expire_date < %(before)s"),
        Part("usersessions_usersession", "row.last_seen_at < %(before)s"),
        Part(
            "axes_accessattemptexpiration",
            "row.access_attempt_id IN (SELECT id FROM axes_accessattempt WHERE attempt_time < %(before)s)",
        ),
        Part("axes_accessattempt", "row.attempt_time < %(before)s"),
        Part("axes_accessfailurelog", "row.attempt_time < %(before)s"),
        Part("axes_accesslog", "row.attempt_time < %(before)s"),
        Part("organization_token", "least(row.until_at, row.withdrawn_at) < %(before)s"),
        Part("organization_wrongtoken", "row.at < %(before)s"),
    ),
    "cover": (
        Part("organization_absence", f"row.cover_id IN ({OF_COVER})"),
        Part("organization_task", f"row.cover_id IN ({OF_COVER})", "cover_id = NULL"),
        Part("organization_cover", f"row.id IN ({OF_COVER})"),
    ),
    PEOPLE: (Part("people_person", LAST),),
    "forgotten": (Part("people_forgotten", "row.until_on <= %(before)s"),),
}
