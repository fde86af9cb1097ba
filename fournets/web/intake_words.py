"""The pages of intake in words: files, what was sent, columns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fournets.intake.selectors.pages import (
    FileLine,
    SheetLine,
    UploadLine,
    file_line,
    files_page,
    jobs_to_show,
    rows_that_wait,
    taken_again,
    uploads_of,
)
from fournets.jobs.selectors import JobLine, job_lines, jobs_about
from fournets.keeping.retention import last_day
from fournets.language import Lang, catalogue, say
from fournets.organization.access import Reader
from fournets.people.selectors import doubts_of_file
from fournets.places.scope import code_range
from fournets.places.selectors import short_names_of
from fournets.web.moments import moment_of

LOOKED = "looked"  # the class of what is looked at and not decided on
FILES, DOUBTS, NOTICES = 40, 20, 8  # of a page, of a file, of a sheet
STATES = {"taken": "good", "undone": "todo", "refused": "danger"}
SENT_STATES = {
    "waiting": "todo",
    "looked": "todo",
    "done": "good",
    "failed": "danger",
    "cancelled": "late",
    "lapsed": "late",
}


def _looked(sent: UploadLine, lang: Lang) -> list[dict[str, Any]]:
    """What each file in it would be, in words."""
    return [
        {
            "name": one["name"],
            "refused": (one["refused"] or {}).get(lang, ""),
            "sheets": [
                (
                    sheet,
                    say(f"kind_{sheet['kind']}", lang),
                    "late" if sheet["questions"] or sheet["left_out"] else "good",
                )
                for sheet in one["sheets"]
            ],
        }
        for one in sent.looked
    ]


def sent_shown(reader: Reader, lang: Lang, *, at: datetime) -> dict[str, Any]:
    """What somebody waits for: each file as it was sent, and how far all of it is."""
    found = job_lines(jobs_to_show(reader.login), at=at)
    going = [one for one in found if one.open]
    uploads = uploads_of([one.number for one in found])
    return {
        "to_take": sorted(
            {one.job for one in uploads if one.state == "looked"} - {one.number for one in going}
        ),
        "sent": [
            (
                one,
                *_state(one),
                [(file, file.file.why(lang) if file.file else "") for file in one.became],
                _looked(one, lang) if one.state == "looked" else [],
                one.looked_at and last_day(LOOKED, one.looked_at),
            )
            for one in uploads
        ],
        "going": going,
        "done": sum(one.done for one in going),
        "total": sum(one.total for one in going),
        "left": duration(max((one.left for one in going if one.left), default=None), lang),
    }


def files_shown(reader: Reader, lang: Lang, before: str, since: str = "") -> dict[str, Any]:
    """The files of the reader's area, newest first, from a number on, or since a moment."""
    low, high = code_range(reader.area_code)
    after = int(before[:18]) if before.isdecimal() and before.isascii() else None
    moment = moment_of(since)
    found = files_page(low=low, high=high, before=after, most=FILES + 1, since=moment)
    areas = short_names_of({one.area_code for one in found})
    return {
        "files": [
            (one, STATES[one.state], areas.get(one.area_code, one.area_code), one.why(lang))
            for one in found[:FILES]
        ],
        "older": found[FILES - 1].number if len(found) > FILES else None,
        "later": after is not None or moment is not None,
        "files_since": moment,
        "since_asked": since if moment else "",
    }


def file_shown(number: int, lang: Lang, *, at: datetime) -> dict[str, Any] | None:
    """All of one file's page but its columns; None where it is not there."""
    found = file_line(number)
    if found is None:
        return None
    doubts = doubts_of_file(number, DOUBTS)
    return {
        "file": found,
        "state": STATES[found.state],
        "area": short_names_of([found.area_code]).get(found.area_code, found.area_code),
        "why": found.why(lang),
        "sheets": [(one, _kind(one, lang), _notices(one, lang)) for one in found.sheets],
        "waiting": rows_that_wait(number),
        "doubts": [
            (item - 1, _sheet_name(found, sheet), row, _reason(code, lang))
            for item, sheet, row, code in doubts
        ],
        "changing": _changing(number, at),
        "again": taken_again(number) if found.state == "undone" else None,
    }


def _changing(number: int, at: datetime) -> str:
    """What is about to happen to a file: taken back, or taken back and in again; empty: nothing."""
    return next((kind for kind in ("undo", "again") if jobs_about(kind, [number], at=at)), "")


def duration(left: timedelta | None, lang: Lang) -> str:
    """How long something will still take, in seconds or minutes; empty while nobody knows."""
    if left is None:
        return ""
    seconds = max(1, round(left.total_seconds()))
    if seconds < 60:
        return say("left_seconds", lang, count=seconds)
    return say("left_minutes", lang, count=-(-seconds // 60))


def job_words(job: JobLine, lang: Lang) -> str:
    """Why a job ended as it did, where there is something to say."""
    code = job.report.get("code", "")
    failed = job.report.get("failed", 0)
    if code and code in catalogue():
        return say(code if code.startswith("job_") else "job_refused", lang)
    return say("job_files_failed", lang, count=failed) if failed else ""


def _state(sent: UploadLine) -> tuple[str, str]:
    """How a file that was sent is shown, and the word for it; one that was refused is not done."""
    files = [one.file for one in sent.became]
    if files and all(one and one.state == "refused" for one in files):
        return "danger", "state_refused"
    return SENT_STATES[sent.state], f"sent_{sent.state}"


def _kind(sheet: SheetLine, lang: Lang) -> str:
    return say(f"kind_{sheet.kind}", lang)


def _notices(sheet: SheetLine, lang: Lang) -> list[str]:
    """What was noticed about a sheet, in sentences."""
    return [
        say(one["code"], lang, **{name: value for name, value in one.items() if name != "code"})
        for one in sheet.notices[:NOTICES]
    ]


def _sheet_name(file: FileLine, number: int) -> str:
    return next((one.name for one in file.sheets if one.number == number), str(number))


def _reason(code: str, lang: Lang) -> str:
    return say(f"row_{code}", lang) if f"row_{code}" in catalogue() else code
