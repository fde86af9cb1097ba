"""Contacts handed to the disease control centre: what its systems accept, who may, and the answer that comes back.

What is made here is held against texts nobody here wrote: HL7's own schema of FHIR R4, the columns SORMAS imports in its own
tests (``sormas-ui/src/test/resources`` and the properties of its ``ContactDto``), the fields of Go.Data's models.
"""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.interop.handover.acts import FORMATS, HandoverWish, ask_handover, make_handover
from fournets.interop.handover.answer import take_answer
from fournets.interop.handover.sormas import names_apart
from fournets.isolation.rules import Exposure
from fournets.isolation.services import Wish, issue
from fournets.language import Refusal
from fournets.organization.access import Reader, opened
from fournets.people.models import Person
from fournets.reporting.exports.request import approve
from fournets.reporting.exports.selectors import exports_to_decide
from fournets.reporting.exports.trace import trace
from fournets.reporting.models import Export, ExportRow
from fournets.tracing.models import Answer, AnswerLine, Case, Contact
from fournets.tracing.services import Seen, change_case, do_answer, note_case, note_contact, set_lab
from tests.apps.exports.conftest import AT, DAY, GALAXY, TOWN, WithLess, number, phone, reader
from tests.apps.people.rows import RING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "keys")]
SCHEMA = Path(__file__).parents[2] / "vendor" / "fhir.schema.json.gz"
LAST = date(2020, 2, 8)
# The header of sormas_import_test_success.csv and what else its import of cases reads (CaseDataDto); of
# sormas_contact_import_test.csv, sormas_case_contact_import_test_success.csv, and the properties of ContactDto.
SORMAS_PERSON = {
    "person.firstName", "person.lastName", "person.sex", "person.birthdateDD", "person.birthdateMM", "person.birthdateYYYY",
    "person.phone", "person.address.details", "person.nationalHealthId",
}  # fmt: skip
SORMAS_CASE = {"disease", "reportDate", "community", "caseClassification", "externalID", "symptoms.onsetDate"}
SORMAS_CONTACT = {
    "caseIdExternalSystem", "disease", "reportDateTime", "firstContactDate", "lastContactDate", "contactProximity",
    "relationToCase", "contactStatus", "quarantine", "quarantineFrom", "quarantineTo", "externalID", "description", "community",
}  # fmt: skip
SORMAS_PROXIMITY = {"TOUCHED_FLUID", "PHYSICAL_CONTACT", "CLOTHES_OR_OTHER", "CLOSE_CONTACT", "SAME_ROOM"}
SORMAS_RELATION = {
    "SAME_HOUSEHOLD", "FAMILY_MEMBER_OR_FRIEND", "SAME_ENVIRONMENT", "MEDICAL_CARE", "OTHER",
}  # fmt: skip
# Fields of Go.Data's models person, case, contact and relationship, as its import offers them to be mapped.
GODATA = {
    "cases.json": {"visualId", "firstName", "gender", "dob", "dateOfReporting", "documents", "addresses", "classification", "dateOfOnset"},
    "contacts.json": {"visualId", "firstName", "gender", "dob", "dateOfReporting", "documents", "addresses", "dateOfLastContact", "followUp"},
    "relationships.json": {
        "persons", "contactDate", "dateOfFirstContact", "contactDateEstimated", "certaintyLevelId", "socialRelationshipDetail", "comment",
    },
}  # fmt: skip


@pytest.fixture
def medic(areas: None) -> Reader:
    return reader("medic", "medic")


@pytest.fixture
def case(medic: Reader) -> Case:
    """A case and four contacts of it: one in isolation, one tested, one of another community."""
    people = list(Person.objects.filter(area_code=GALAXY).order_by("pk")[:4])
    people += Person.objects.exclude(area_code=GALAXY)[:1]
    case = note_case(
        medic, people[0].public_id, "confirmed", onset_on=LAST, reported_on=DAY, lab="positive", on=DAY, at=AT
    )
    for at, one in enumerate(people[1:]):
        seen = Seen(
            "close", ("household", "meal", "care", "other")[at], LAST, LAST - timedelta(at), "=银河饭店"
        )
        contact = note_contact(medic, one.public_id, case.number, seen, on=DAY, at=AT, ring=RING)
        if at == 1:
            set_lab(medic, contact.pk, "negative", tested_on=DAY, on=DAY, at=AT)
    wish = Wish("contact", (Exposure("last_exposure", LAST),))
    issue(medic, people[1].public_id, wish, on=DAY, at=AT, ring=RING)
    return case


def asked(by: Reader, **more: Any) -> Export:
    given: dict[str, Any] = {"area": TOWN, "recipient": "区疾控中心", "purpose": "密接协查", "on": DAY} | more
    with opened(by):
        return ask_handover(HandoverWish(**given), reader=by, at=AT)


def made(by: Reader, kind: str, **more: Any) -> bytes:
    export = asked(by, **more)
    with opened(by):
        return make_handover(export.serial, kind, reader=by, ring=RING, at=AT).content


def archive(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def rows_of(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_the_bundle_is_one_by_the_schema_of_fhir_itself(clerk: Reader, case: Case) -> None:
    bundle = json.loads(made(clerk, "fhir", unmasked=True))
    fhir = jsonschema_rs.validator_for(json.loads(gzip.decompress(SCHEMA.read_bytes())))
    assert [str(one) for one in fhir.iter_errors(bundle)] == []
    assert not fhir.is_valid(bundle | {"type": "pile"})
    by_type: dict[str, list[Any]] = {}
    for one in bundle["entry"]:
        by_type.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    counts = {name: len(found) for name, found in by_type.items()}
    assert counts == {
        "Patient": 5,
        "Condition": 5,
        "Observation": 2,
        "RelatedPerson": 4,
        "ServiceRequest": 1,
    }
    ids = {one["fullUrl"] for one in bundle["entry"]}
    of = {one["fullUrl"]: one["resource"]["id"] for one in bundle["entry"]}
    text = json.dumps(bundle)
    references = [part.split('"')[0] for part in text.split('"reference": "')[1:]]
    assert references and set(references) <= ids and len(ids) == len(bundle["entry"])
    exposures = [one for one in by_type["Condition"] if one["id"].startswith("exposure-")]
    assert {of[one["evidence"][0]["detail"][0]["reference"]] for one in exposures} == {case.number.lower()}
    (isolation,) = by_type["ServiceRequest"]
    assert isolation["occurrencePeriod"] == {"start": "2020-02-08", "end": "2020-02-21"}  # day 14 is the last
    assert number(0) in text and phone(0) in text


def test_what_may_not_be_told_is_in_none_of_them(clerk: Reader, case: Case) -> None:
    secret = [one for place in range(4) for one in (number(place), phone(place))]
    for kind in FORMATS:
        content = made(clerk, kind, case=case.number)
        text = (
            json.dumps(archive(content))
            if kind in ("sormas", "godata")
            else content.decode()
            if kind == "fhir"
            else repr(rows_of(content))
        )
        assert [one for one in secret if one in text] == [], kind


def test_without_the_right_for_it_no_day_of_birth_is_told(
    clerk: Reader, case: Case, with_less: WithLess
) -> None:
    with_less("people.birth")
    assert "birthDate" not in made(clerk, "fhir").decode()


def test_sormas_reads_every_column_and_contacts_stand_in_the_file_of_their_case(
    clerk: Reader, case: Case
) -> None:
    files = archive(made(clerk, "sormas", unmasked=True))
    assert set(files) == {"cases.csv", f"contacts-{case.number}.csv"}
    for name, entity, own in (
        ("cases.csv", "CaseData", SORMAS_CASE),
        (f"contacts-{case.number}.csv", "Contact", SORMAS_CONTACT),
    ):
        classes, heads, *rows = csv.reader(StringIO(files[name]))
        assert set(classes) == {entity, "Person"} and len(classes) == len(heads) == len(set(heads))
        assert set(heads) == own | SORMAS_PERSON
        assert all(len(row) == len(heads) for row in rows)
    _, heads, *rows = csv.reader(StringIO(files[f"contacts-{case.number}.csv"]))
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    assert len(found) == 4 and {one["lastContactDate"] for one in found} == {"02/08/2020"}
    assert {one["contactProximity"] for one in found} - {""} <= SORMAS_PROXIMITY
    assert {one["relationToCase"] for one in found} <= SORMAS_RELATION
    assert found[0]["quarantine"] == "INSTITUTIONELL" and found[0]["quarantineTo"] == "02/21/2020"
    assert {one["description"] for one in found} == {"'=银河饭店"}  # no spreadsheet runs it
    assert names_apart("欧阳明") == ("欧阳", "明") and names_apart("区美兰") == ("区", "美兰")


def test_godata_has_a_field_for_everything_and_finds_people_by_their_code(clerk: Reader, case: Case) -> None:
    files = {name: json.loads(text) for name, text in archive(made(clerk, "godata", unmasked=True)).items()}
    assert {name: set().union(*found) for name, found in files.items()} == GODATA
    known = {one["visualId"] for name in ("cases.json", "contacts.json") for one in files[name]}
    pairs = [[one["visualId"] for one in each["persons"]] for each in files["relationships.json"]]
    assert len(known) == 5 and len(pairs) == 4 and {one for pair in pairs for one in pair} == known
    assert all([one.get("source"), other.get("target")] == [True, True] for one, other in (each["persons"] for each in files["relationships.json"]))  # fmt: skip


def test_it_is_handed_out_like_any_list_once_with_codes_and_on_record(clerk: Reader, case: Case) -> None:
    export = asked(clerk)
    with opened(clerk):
        content = make_handover(export.serial, "xlsx", reader=clerk, ring=RING, at=AT).content
        with pytest.raises(Refusal):
            make_handover(export.serial, "fhir", reader=clerk, ring=RING, at=AT)
    export.refresh_from_db()
    assert (export.state, export.kind, export.count) == ("made", "contacts", 5) and export.sha256
    assert ExportRow.objects.filter(export=export, code__isnull=False).count() == 5
    assert AuditLine.objects.filter(act__in=("ask_handover", "make_export")).count() == 2
    assert export.serial in rows_of(content)[-1][0]
    sums = {row[0]: row[1] for row in load_workbook(BytesIO(content)).worksheets[1].iter_rows(values_only=True)}  # fmt: skip
    assert sums["接触者"] == 4 and sums["检测 · 阴性"] == 1 and sums["观察阶段 · 集中隔离点"] == 1


def test_whoever_leaks_it_is_found_by_a_row(clerk: Reader, case: Case, tmp_path: Path) -> None:
    from fournets.intake.extract import read_sheets

    path = tmp_path / "leak.xlsx"
    path.write_bytes(made(clerk, "xlsx"))
    Export.objects.update(made_at=datetime(2020, 2, 9, 23, 30, tzinfo=UTC))
    (found, *_) = trace(read_sheets(path), ring=RING).named
    assert found.made_on == "2020-02-10", "the day here, not the one in Greenwich"
    assert (found.kind, found.recipient) == ("contacts", "区疾控中心")


def test_before_eight_in_the_morning_its_day_is_the_day_here(clerk: Reader, case: Case) -> None:
    early = datetime(2020, 2, 9, 23, 30, tzinfo=UTC)  # half past seven on the tenth
    found = {}
    for kind in ("godata", "sormas", "xlsx"):
        with opened(clerk):
            wish = HandoverWish(TOWN, "区疾控中心", "密接协查", DAY)
            export = ask_handover(wish, reader=clerk, at=early)
            found[kind] = make_handover(export.serial, kind, reader=clerk, ring=RING, at=early).content
        assert export.serial.startswith("200210-")
    contacts = json.loads(archive(found["godata"])["contacts.json"])
    assert {one["dateOfReporting"] for one in contacts} == {"2020-02-10"}
    _, heads, row, *_ = csv.reader(StringIO(archive(found["sormas"])[f"contacts-{case.number}.csv"]))
    assert row[heads.index("reportDateTime")] == "02/10/2020"
    assert "2020-02-10" in rows_of(found["xlsx"])[-1][0]


def test_more_people_than_the_limit_wait_for_a_second_person(
    clerk: Reader, chief: Reader, case: Case, medic: Reader, few: None
) -> None:
    for one in Person.objects.filter(area_code=GALAXY).order_by("pk")[4:12]:
        note_contact(
            medic,
            one.public_id,
            case.number,
            Seen("secondary", "work", LAST),
            on=DAY,
            at=AT,
            ring=RING,
        )
    export = asked(clerk)
    assert export.state == "waiting"
    with opened(clerk), pytest.raises(Refusal):
        make_handover(export.serial, "fhir", reader=clerk, ring=RING, at=AT)
    with opened(chief):
        assert [one.serial for one in exports_to_decide(chief)] == [export.serial]
        approve(export.serial, "同意", reader=chief, at=AT)
    with opened(clerk):
        assert make_handover(export.serial, "fhir", reader=clerk, ring=RING, at=AT).export.count == 13


def test_contacts_of_a_case_that_was_excluded_are_not_handed_over(
    clerk: Reader, medic: Reader, case: Case
) -> None:
    export = asked(clerk)
    change_case(medic, case.number, classification="excluded", lab="negative", on=DAY, at=AT)
    with opened(clerk), pytest.raises(Refusal) as nobody:
        make_handover(export.serial, "sormas", reader=clerk, ring=RING, at=AT)
    assert nobody.value.message.code == "handover_nobody"
    with pytest.raises(Refusal) as none:
        asked(clerk)
    assert none.value.message.code == "handover_nobody"


def test_who_may_not_see_contacts_hands_none_over(clerk: Reader, case: Case, with_less: WithLess) -> None:
    with_less("contacts.see")
    with pytest.raises(Refusal) as refused:
        asked(clerk)
    assert refused.value.message.code == "tracing_right"
    Contact.objects.all().delete(), Case.objects.all().delete()


def filled(content: bytes, answers: dict[int, tuple[Any, Any, Any]]) -> BytesIO:
    """The workbook as the centre sends it back: the last three columns of some rows filled."""
    book, out = load_workbook(BytesIO(content)), BytesIO()
    sheet = book.worksheets[0]
    for row, said in answers.items():
        for column, value in enumerate(said, sheet.max_column - 2):
            sheet.cell(row, column, value)
    book.save(out)
    out.seek(0)
    return out


def test_the_answer_comes_back_in_the_workbook_that_was_handed_out(
    clerk: Reader, medic: Reader, case: Case
) -> None:
    content = made(clerk, "xlsx")
    heads = rows_of(content)[0]
    assert heads[0] == "行码" and heads[-3:] == ["疾控结论", "解除日", "检测结果"]
    back = filled(
        content,
        {
            3: ("继续观察", "2020年2月25日", "阴性"),
            4: ("确诊", None, "阳性"),
            5: ("好的", None, None),
            6: ("排除", date(2020, 2, 20), None),
        },
    )
    with opened(medic):
        answer = take_answer(back, "疾控 答复.xlsx", reader=medic, on=DAY, at=AT)
        lines = list(
            AnswerLine.objects.order_by("row").values_list("row", "decision", "free_on", "lab", "acts")
        )
        assert lines == [
            (3, "continue", date(2020, 2, 25), "negative", ["note", "ask_end"]),
            (4, "confirmed", None, "positive", ["note", "open_case", "order_hospital"]),
        ]  # fmt: skip
        assert answer.problems == [
            {"row": 5, "code": "cdc_wrong_decision"},
            {"row": 6, "code": "cdc_wrong_end_of_none"},
        ]
        assert do_answer(medic, answer.pk, on=DAY, at=AT, ring=RING) == 2
    assert sorted(Contact.objects.values_list("decision", flat=True)) == [
        "confirmed",
        "continue",
        "open",
        "open",
    ]
    assert Case.objects.count() == 2


def test_a_table_of_their_own_is_read_by_its_headings_and_codes(
    clerk: Reader, medic: Reader, case: Case
) -> None:
    code = rows_of(made(clerk, "xlsx"))[2][0]
    text = f"区疾控中心,,\nRow code,Decision,Release day\n{code.lower()},Not a contact,\nZZZZ-ZZZZ,continue,\n,continue,\n"
    with opened(medic):
        answer = take_answer(BytesIO(text.encode()), "a.csv", reader=medic, on=DAY, at=AT)
        assert list(AnswerLine.objects.values_list("row", "decision")) == [(3, "excluded")]
        assert [one["code"] for one in answer.problems] == ["cdc_wrong_code"] * 2
        for wrong, said in (("姓名,结果\n某,确诊\n", "cdc_heads"), ("行号,结论\n,\n某,\n", "cdc_nothing")):
            with pytest.raises(Refusal) as refused:
                take_answer(BytesIO(wrong.encode()), "b.csv", reader=medic, on=DAY, at=AT)
            assert refused.value.message.code == said
    assert Answer.objects.count() == 1
