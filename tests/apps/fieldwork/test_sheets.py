"""Visits on paper: a sheet is printed on record, typed back as a phone's records are, once, whoever types it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.fieldwork.limits import limits
from fournets.fieldwork.models import FieldSheet
from fournets.fieldwork.papers import Issued, sheet_words, words_of
from fournets.fieldwork.rules.sheet import KEYS, row_code
from fournets.fieldwork.selectors.sheets import rows_of, surname
from fournets.home import home
from fournets.organization.models import Cover
from fournets.people.models import Household
from fournets.places.scope import scope
from fournets.screening.models import Visit
from tests.apps.access.cast import ADDRESS, AREAS, NAMES, ON, Made, member
from tests.apps.fieldwork.conftest import Phone, kept, task_of, visits
from tests.apps.fieldwork.test_day import live_at
from tests.apps.web.test_statements import BEGIN_AND_END, MOST

PAGE, PRINT = "/field/sheet/", "/field/sheet/print/"


@pytest.fixture
def printed(made: dict[str, Made], phone: Phone) -> FieldSheet:
    """A sheet of the cell: the person of the cast, and two households of a building below."""
    live_at("1203", "欧阳甲")
    people = live_at("502", "乙", "关户主")
    with scope(""):
        Household.objects.filter(pk=people[0].household_id).update(head=people[1])
    answer = phone.client.post(PRINT, {"area": AREAS["own"], "worker": "李大姐"})
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF"), answer.content[:200]
    with scope(""):
        return FieldSheet.objects.get()


def ask(client: Client, lang: str = "en", **words: str) -> str:
    answer = client.get(PAGE, words, HTTP_ACCEPT_LANGUAGE=lang)
    return str(answer.content.decode())


def keep(client: Client, sheet: FieldSheet, *rows: tuple[int, str], **words: str) -> str:
    """Types rows: place, key and, as ``t3``, ``n3``, temperature and remark of a place; gives the page that follows."""
    sent = {"number": sheet.number, "on": str(timezone.localdate()), "worker": "李大姐"}
    sent |= {f"o-{row_code(sheet.number, place)}": key for place, key in rows}
    sent |= {
        f"{name[0]}-{row_code(sheet.number, int(name[1:]))}": text
        for name, text in words.items()
        if name[1:].isdigit()
    }
    answer = client.post(
        PAGE,
        sent | {k: v for k, v in words.items() if not k[1:].isdigit()},
        follow=True,
        HTTP_ACCEPT_LANGUAGE="en",
    )
    return str(answer.content.decode())


def place_with(sheet: FieldSheet, task: int) -> int:
    return next(place for place, row in enumerate(sheet.rows, 1) if task in row["tasks"])


def test_a_sheet_stands_in_the_order_of_a_walk_and_left_the_house_on_record(printed: FieldSheet) -> None:
    with scope(AREAS["own"]):
        rows = rows_of([printed], load_ring(home() / "keys.toml"))[printed.number]
    assert [(one.area, one.building, one.floor, one.door, one.surname, one.people) for one in rows][1:3] == [
        ("below area", "1栋", 5, "502", "关", 2),
        ("below area", "1栋", 12, "1203", "欧阳", 1),
    ]
    assert len(rows) == 4 and (rows[0].building, rows[0].address) == ("", ADDRESS)
    assert (printed.worker, printed.printed_by, printed.area_code) == ("李大姐", "mei", AREAS["own"])
    assert "乙" not in str(printed.rows) and ADDRESS not in str(printed.rows)
    (line,) = AuditLine.objects.filter(act="list_exported")
    assert line.details == {"list": "field_sheet", "rows": 4, "serial": printed.number}
    with pytest.raises(ProgrammingError), transaction.atomic(), scope(""):
        FieldSheet.objects.update(rows=[])  # what is on paper cannot change


def test_the_paper_says_who_printed_it_and_no_given_name(printed: FieldSheet) -> None:
    with scope(AREAS["own"]):
        rows = rows_of([printed], load_ring(home() / "keys.toml"))[printed.number]
    words = words_of(Issued("李梅", "mei", "银河第一网格", timezone.now()), "zh")
    assert words["mark"].startswith("李梅 · mei · ") and "李梅" in words["printed"]
    assert words["boxes"] == ["1\n走访到", "2\n无人", "3\n拒访", "4\n搬走"]
    sheet = sheet_words(printed, rows, "zh")
    assert [one["name"] for one in sheet["groups"]] == [
        "own area · 未定楼栋",
        "below area · 1栋 5 楼",
        "below area · 1栋 12 楼",
        "below area · 未定楼栋",
    ]
    assert sheet["groups"][1]["rows"] == [[row_code(printed.number, 2), "502", "关姓", "2"]]
    assert "关户主" not in str(sheet) and NAMES["own"] not in str(sheet)


def test_rows_typed_back_count_as_from_a_phone_and_say_who_visited_and_who_typed(
    made: dict[str, Made], printed: FieldSheet
) -> None:
    place = place_with(printed, made["own"].task.pk)
    clerk = member("community")
    page = keep(clerk, printed, (place, "1"), (3, "2"), n3="敲门无人应", **{f"t{place}": "368"})
    assert "2 noted, 0 known before." in page and "typed: reached 36.8 ℃" in page
    assert "typed by community." in page and "Fever" not in page
    assert task_of(made["own"]).result == "done"
    with scope(""):
        assert sorted(Visit.objects.values_list("by", "outcome", "on")) == [
            ("李大姐", "done", timezone.localdate()),
            ("李大姐", "unreached", timezone.localdate()),
        ]
    assert {(one.sent_by, one.typed_by, one.device) for one in kept()} == {
        ("mei", f"community.{AREAS['own']}", printed.number)
    }
    line = AuditLine.objects.get(act="field_sheet_typed")
    assert (line.actor, line.details["noted"]) == (f"community.{AREAS['own']}", 2)
    assert AuditLine.objects.get(act="field_records_received").actor == f"community.{AREAS['own']}"
    assert "2 of 4" in ask(clerk)


def test_the_same_sheet_typed_twice_counts_once_and_another_answer_waits_whoever_types_it(
    made: dict[str, Made], printed: FieldSheet, phone: Phone
) -> None:
    clerk = member("community")
    keep(clerk, printed, (1, "2"), (2, "1"))
    before = visits()
    assert "0 noted, 2 known before." in keep(phone.client, printed, (1, "2"), (2, "1"))
    page = keep(phone.client, printed, (1, "4"), (2, "1"))
    assert "0 noted, 1 known before." in page and "another answer waits" in page
    assert f"Kept aside for a decision: {row_code(printed.number, 1)}:" in page
    assert visits() == before and [one.reason for one in kept()] == ["", "", "other_body"]
    waiting = clerk.get("/field/aside/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "李大姐" in waiting and "typed by mei" in waiting


def test_one_wrong_row_keeps_nothing_names_its_code_and_loses_nothing(
    printed: FieldSheet, phone: Phone
) -> None:
    first, second, third = (row_code(printed.number, place) for place in (1, 2, 3))
    page = keep(phone.client, printed, (1, "5"), (2, "1"), (3, ""), t2="3.68", n3="没填结果")
    assert "3 rows are wrong; nothing was saved" in page and kept() == []
    for said in (f"{first}: type 1 reached", f"{second}: a temperature lies between", f"{third}: type 1"):
        assert said in page
    assert 'value="没填结果"' in page and 'value="3.68"' in page
    strange = phone.client.post(
        PAGE,
        {"number": printed.number, "on": str(timezone.localdate()), "worker": "x", "o-99Z": "1"},
        HTTP_ACCEPT_LANGUAGE="en",
    )
    assert strange.status_code == 422 and f"99Z: no row of sheet {printed.number}" in strange.content.decode()
    for words, said in (
        ({"on": str(timezone.localdate() + timedelta(days=1))}, "lies between the day it was printed"),
        ({"on": str(timezone.localdate() - timedelta(days=1))}, "lies between the day it was printed"),
        ({"on": "tomorrow"}, "lies between the day it was printed"),
        ({"worker": " "}, "Say who goes"),
    ):
        assert said in keep(phone.client, printed, (1, "1"), **words)
    assert "No row was filled in yet" in keep(phone.client, printed, (1, ""))
    assert kept() == []


def test_a_fever_is_said_at_once(printed: FieldSheet, phone: Phone) -> None:
    page = keep(phone.client, printed, (1, "1"), t1="38,9")
    assert f"Fever by the rules in force: {row_code(printed.number, 1)}." in page


def test_a_number_or_code_that_does_not_stand_is_told_and_a_single_row_opens_by_its_code(
    printed: FieldSheet, phone: Phone, phone_of: Callable[..., Phone]
) -> None:
    code = row_code(printed.number, 2)
    page = ask(phone.client, number=f"{printed.number.lower()}-{code.lower()}")
    assert f'name="o-{code}"' in page and len(re.findall(r'name="o-', page)) == 1
    assert f"There is no sheet {printed.number[::-1]}" in ask(phone.client, number=printed.number[::-1])
    wrong = code[:2] + ("A" if code[2] != "A" else "B")
    assert f"{wrong}: no row of sheet" in ask(phone.client, number=printed.number + wrong)
    elsewhere = phone_of("wei", area=AREAS["neighbour"])
    assert "There is no sheet" in ask(elsewhere.client, number=printed.number)
    assert "No sheet of this area was printed yet" in ask(elsewhere.client)
    assert "这个辖区还没有打印过名单" in ask(elsewhere.client, "zh")


def test_nothing_open_no_name_or_another_area_prints_nothing(made: dict[str, Made], phone: Phone) -> None:
    with scope(""):
        Cover.objects.create(area_code=AREAS["own"], worker="包干的王姐", rank=2, from_on=ON)
    assert '<option value="包干的王姐">' in ask(phone.client)
    for sent, said in (
        ({"area": AREAS["own"], "worker": ""}, "Say who goes"),
        ({"area": AREAS["neighbour"], "worker": "x"}, "does not let you print"),
        ({"area": "", "worker": "x"}, "does not let you print"),
        ({"area": AREAS["own"] + "x", "worker": "x"}, "does not let you print"),
    ):
        answer = phone.client.post(PRINT, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
        assert said in answer.content.decode()
    phone.send(phone.record(tasks=[made["own"].task.pk]))
    with scope(""):
        made["below"].task.__class__.objects.update(closed_at=timezone.now(), result="done")
    answer = phone.client.post(
        PRINT, {"area": AREAS["own"], "worker": "x"}, follow=True, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "No visit is open in this area" in answer.content.decode()
    with scope(""):
        assert not FieldSheet.objects.exists()


def test_a_page_takes_no_statement_more_for_more_rows(printed: FieldSheet, phone: Phone) -> None:
    keep(phone.client, printed, (1, "1"), (2, "1"))
    counts = []
    for words in ({"number": printed.number + row_code(printed.number, 1)}, {"number": printed.number}, {}):
        ask(phone.client, **words)
        with CaptureQueriesContext(connection) as asked:
            ask(phone.client, **words)
        counts.append(sum(one["sql"].split()[0] not in BEGIN_AND_END for one in asked.captured_queries))
    assert counts[0] == counts[1] and max(counts) <= MOST, counts


def test_of_a_name_the_family_name_alone() -> None:
    assert [surname(one) for one in ("欧阳修", "欧阳", "李四", "Mary", "")] == ["欧阳", "欧", "李", "M", ""]
    assert KEYS == {"1": "reached", "2": "nobody_home", "3": "refused", "4": "moved"}


@pytest.mark.parametrize(("most", "told"), [(2, True), (500, False)])
def test_who_prints_fewer_visits_than_are_open_is_told_on_the_next_page(
    made: dict[str, Made], phone: Phone, monkeypatch: pytest.MonkeyPatch, most: int, told: bool
) -> None:
    live_at("1203", "欧阳甲")
    live_at("502", "乙")
    live_at("503", "丙")
    monkeypatch.setitem(limits()["phone"], "visits", most)
    answer = phone.client.post(PRINT, {"area": AREAS["own"], "worker": "李大姐"}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.content.startswith(b"%PDF")
    assert (f"only the {most} that are due first were printed" in ask(phone.client)) is told
