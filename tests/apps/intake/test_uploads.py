"""Files sent on the page: sealed until their turn, taken in among the whole town, lost by no kill and no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fournets.crypto import KeyRing
from fournets.home import home
from fournets.intake.models import SourceFile, Upload
from fournets.intake.selectors.pages import file_line, files_page, jobs_to_show, rows_that_wait, uploads_of
from fournets.intake.services import TakeIn, take_in
from fournets.intake.services.columns import columns_of_file
from fournets.intake.services.looking import look_at_uploads
from fournets.intake.services.page import ask_undo
from fournets.intake.services.uploads import send_files, take_uploads
from fournets.jobs.models import Job
from fournets.jobs.services import cancel_job, run_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.places.scope import code_range, scope
from tests.apps.intake.conftest import AT, DAY, HEADER, HOUSEHOLD, LAN, MEI, QIANG, TOWN, Workbook

pytestmark = pytest.mark.usefixtures("town")
OWN, NEIGHBOUR = "440605123018", "440605123008"


def sent(*paths: Path) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]


def send(ring: KeyRing, *paths: Path, area: str = OWN) -> Job:
    return send_files(sent(*paths), area_code=area, on=DAY, actor="liang", at=AT, ring=ring)


def done(job: Job) -> Job:
    run_job(job.pk, now=lambda: AT)
    job.refresh_from_db()
    return job


def waiting() -> list[Path]:
    return sorted((home() / "files" / "waiting").glob("*"))


@pytest.fixture
def moved(workbook: Workbook) -> Path:
    return workbook("返乡.xlsx", [HEADER, [1, "解小兰", LAN, "13900139009", "", ""]])


def test_what_is_sent_lies_sealed_until_it_is_taken_and_not_after(register: Path, ring: KeyRing) -> None:
    before = waiting()
    job = send(ring, register)
    (kept,) = (one for one in waiting() if one not in before)
    content = kept.read_bytes()
    assert register.read_bytes()[:4] not in content and MEI.encode() not in content
    assert (done(job).state, kept.exists()) == ("done", False)


def test_each_file_becomes_a_file_of_the_ledger(register: Path, moved: Path, ring: KeyRing) -> None:
    job = done(send(ring, register, moved))
    assert (job.done, job.total) == (2, 2)
    first, second = uploads_of([job.pk])
    assert [one.state for one in (first, second)] == ["done", "done"]
    assert first.became[0].file and first.became[0].file.counts["created"] == 3
    assert second.became[0].file and second.became[0].file.counts["created"] == 0


def reading_children() -> set[int]:
    """The processes that read senders' files for this one now."""
    lists = Path("/proc/self/task").glob("*/children")
    found = {int(one) for each in lists for one in each.read_text().split()}
    return {one for one in found if b"fournets.intake.child" in Path(f"/proc/{one}/cmdline").read_bytes()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are told apart by /proc")
@pytest.mark.parametrize("look", [False, True])
def test_one_child_reads_all_that_was_sent_and_ends_with_it(
    register: Path, moved: Path, ring: KeyRing, look: bool
) -> None:
    job = send_files(sent(register, moved), area_code=OWN, on=DAY, actor="liang", at=AT, ring=ring, look=look)
    seen: list[set[int]] = []
    run = Run(
        job.pk, None, OWN, "liang", lambda: AT, lambda _: seen.append(reading_children()), lambda: False
    )
    (look_at_uploads if look else take_uploads)(run, ring)
    first, second = seen
    assert first == second and len(first) == 1 and not reading_children()


def test_a_clerks_row_finds_its_person_among_the_whole_town(
    register: Path, moved: Path, ring: KeyRing
) -> None:
    """She lives in the neighbour's community: the clerk sees no row of hers, and no second file of her is made."""
    done(send(ring, register, area=NEIGHBOUR))
    done(send(ring, moved, area=OWN))
    assert Person.objects.filter(name="解小兰").count() == 1
    with scope(OWN):
        assert [one.name for one in files_page(low="0", high=":", before=None, most=9)] == ["返乡.xlsx"]


def test_a_file_that_is_no_workbook_is_refused_with_its_sentence_and_the_others_taken(
    register: Path, tmp_path: Path, ring: KeyRing
) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    bad, good = uploads_of([done(send(ring, broken, register)).pk])
    assert bad.became[0].file and "坏的.xlsx" in bad.became[0].file.why("zh")
    assert good.became[0].file and good.became[0].file.state == "taken"


def test_the_same_file_from_another_sender_changes_nothing_and_shows_nothing(
    register: Path, ring: KeyRing
) -> None:
    done(send(ring, register, area=NEIGHBOUR))
    job = done(send(ring, register, area=OWN))
    with scope(OWN):
        (one,) = uploads_of([job.pk])
    assert (one.became[0].file, one.became[0].known) == (None, True)
    assert SourceFile.objects.count() == 1


def test_killed_between_two_files_the_rest_is_taken_and_nothing_twice(
    register: Path, moved: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first file was in, the worker died before it could say so."""
    job = send(ring, register, moved)
    first = Upload.objects.order_by("id").first()
    assert first
    how = TakeIn(on=DAY, at=AT, actor="liang", area_code=OWN)
    take_in([register], how, ring=ring)
    Job.objects.filter(pk=job.pk).update(state="running", begun_at=AT, tries=1)
    assert done(job).done == 2
    assert SourceFile.objects.count() == 2
    assert sorted(Person.objects.values_list("name", flat=True)) == sorted(row[1] for row in HOUSEHOLD)


def test_one_called_off_keeps_nothing_of_what_was_left(register: Path, ring: KeyRing) -> None:
    before = waiting()
    job = send(ring, register)
    cancel_job(job.pk, actor="liang", at=AT)
    assert (done(job).state, waiting()) == ("cancelled", before)
    assert not SourceFile.objects.exists()
    assert [one.state for one in uploads_of([job.pk])] == ["cancelled"]


def test_a_fault_in_one_file_ends_that_file_alone(register: Path, moved: Path, ring: KeyRing) -> None:
    job = send(ring, register, moved)
    first = Upload.objects.order_by("id").first()
    assert first
    (home() / "files" / "waiting" / f"{first.pk}.sealed").write_bytes(b"broken")
    assert (done(job).state, job.report) == ("done", {"failed": 1})
    assert [one.state for one in uploads_of([job.pk])] == ["failed", "done"]


def test_locks_and_hidden_files_of_a_folder_are_left_out(register: Path, ring: KeyRing) -> None:
    odd = [SimpleUploadedFile("~$银河户册.xlsx", b"x"), SimpleUploadedFile(".DS_Store", b"x")]
    job = send_files([*odd, *sent(register)], area_code=OWN, on=DAY, actor="liang", at=AT, ring=ring)
    assert job.total == 1
    with pytest.raises(Refusal, match="No file"):
        send_files(odd, area_code=OWN, on=DAY, actor="liang", at=AT, ring=ring)


def test_too_much_or_a_name_too_long_is_refused_whole(register: Path, ring: KeyRing) -> None:
    many = [SimpleUploadedFile(f"{n}.csv", b"x") for n in range(501)]
    for files, sentence in (
        (many, "At most 500"),
        ([SimpleUploadedFile("长" * 90 + ".csv", b"x")], "too long"),
    ):
        with pytest.raises(Refusal, match=sentence):
            send_files(files, area_code=OWN, on=DAY, actor="liang", at=AT, ring=ring)
    assert not Upload.objects.exists()


def test_a_file_is_taken_back_by_a_job_once(register: Path, ring: KeyRing) -> None:
    done(send(ring, register))
    number = SourceFile.objects.get().pk
    job = ask_undo(number, actor="liang", at=AT)
    with pytest.raises(Refusal, match="already"):
        ask_undo(number, actor="liang", at=AT)
    assert done(job).state == "done"
    assert not Person.objects.exists()
    Job.objects.filter(pk=job.pk).update(state="running")  # killed after it was done, before it could say so
    assert done(job).state == "done"


def test_nobody_takes_back_what_is_not_his(register: Path, ring: KeyRing) -> None:
    done(send(ring, register, area=NEIGHBOUR))
    number = SourceFile.objects.get().pk
    with scope(OWN), pytest.raises(Refusal, match="no file"):
        ask_undo(number, actor="liang", at=AT)


def test_columns_are_shown_with_masked_values(register: Path, ring: KeyRing) -> None:
    done(send(ring, register))
    (sheet,) = columns_of_file(SourceFile.objects.get().pk, ring)
    columns = sheet.columns
    shown = {one.field: one.values for one in columns}
    assert shown["id_number"][0] == f"{MEI[:6]}********{MEI[-4:]}"
    assert not {MEI, QIANG, LAN} & {value for values in shown.values() for value in values}


def test_files_are_paged_by_number_newest_first(register: Path, moved: Path, ring: KeyRing) -> None:
    done(send(ring, register, moved))
    low, high = code_range(TOWN)
    newest, oldest = files_page(low=low, high=high, before=None, most=9)
    assert newest.number > oldest.number
    assert files_page(low=low, high=high, before=newest.number, most=9) == [oldest]
    assert file_line(newest.number) == newest and file_line(0) is None
    assert rows_that_wait(oldest.number) == 0


def test_who_sent_sees_his_last_job_and_whatever_goes_on(register: Path, moved: Path, ring: KeyRing) -> None:
    first = done(send(ring, register))
    second = done(send(ring, moved))
    assert jobs_to_show("liang") == [second.pk]
    third = send(ring, register)
    assert jobs_to_show("somebody else") == [third.pk]
    assert first.pk not in jobs_to_show("liang")
