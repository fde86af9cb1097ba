"""What is selected in a list is kept, and what is done with it: people handed out, tasks given away or closed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.organization import saved_views
from fournets.organization.models import Cover, Selection
from fournets.places.scope import scope
from fournets.reporting.models import Export
from tests.apps.access.cast import AREAS, NAMES, ON, Made
from tests.apps.web.test_lists import clerk, crowd, enter, keys, made, page, select, send, shown, ticked

__all__ = ["clerk", "made"]  # the same cast


# what is selected


def test_what_is_ticked_is_kept_over_pages_and_dropped_when_unticked(clerk: Client) -> None:
    crowd(60)
    first = page(clerk, "/people/?sort=name")
    on_first = keys(first)[:2]
    assert "Selected: 2" in select(clerk, first, on_first)
    second = page(clerk, "/people/" + unescape(re.search('rel="next" href="([^"]+)"', first)[1]))  # type: ignore[index]
    assert "Selected: 2" in second and ticked(second) == 0
    on_second = keys(second)[0]
    both = select(clerk, second, [on_second])
    assert "Selected: 3" in both and ticked(both) == 1  # back where it was sent from
    again = page(clerk, "/people/?sort=name")
    assert ticked(again) == 2
    assert "Selected: 2" in select(clerk, again, on_first[:1])
    assert "Nothing is selected" in select(clerk, page(clerk), [], "clear")


def test_nobody_elsewhere_is_selected_by_typing_his_key(clerk: Client, made: dict[str, Made]) -> None:
    there, task = made["neighbour"].person.public_id, str(made["neighbour"].task.pk)
    send(clerk, "/lists/select/", list="people", shown=there, chosen=[there])
    send(clerk, "/lists/select/", list="tasks", shown=f"{task} x {'9' * 30}", chosen=[task, "x", "9" * 30])
    assert Selection.objects.count() == 0
    assert "Nothing is selected" in page(clerk) and "Nothing is selected" in page(clerk, "/tasks/")


def test_the_page_and_all_that_match_are_selected(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(60)
    text = page(clerk, "/people/?no_phone=yes")
    assert "Selected: 50" in select(clerk, text, [], "page")
    assert "Selected: 60" in select(clerk, text, [], "all")  # the two with a phone are not among them
    few = saved_views.Limits(10, 30)
    for module in ("selection", "saved_views"):
        monkeypatch.setattr(f"fournets.organization.{module}.limits", lambda: few)
    monkeypatch.setattr("fournets.web.list_acts.limits", lambda: few)
    select(clerk, text, [], "clear")
    over = select(clerk, text, keys(text)[:1], "all")
    assert "At most 10 can be selected" in over and "Selected: 1" in over


def test_a_script_is_answered_with_the_bar_alone(clerk: Client) -> None:
    text = page(clerk)
    form = {"list": "people", "shown": " ".join(keys(text)), "chosen": keys(text)[:1]}
    answer = clerk.post("/lists/select/", form, headers={"HX-Request": "true"}).content.decode()
    assert (
        answer.lstrip().startswith('<div id="chosen"') and "Selected: 1" in answer and "<html" not in answer
    )


def test_no_key_of_anybody_stands_in_an_address(clerk: Client) -> None:
    text = page(clerk)
    form = {"list": "people", "shown": " ".join(keys(text)), "chosen": keys(text), "then": "export", "back": "columns=phone"}  # fmt: skip
    answer = clerk.post("/lists/select/", form)
    assert answer.headers["Location"] == "/exports/?from=selected&columns=phone"
    answer = clerk.post("/lists/select/", form | {"then": "?sort=name&x=1&after=PX1"})
    assert answer.headers["Location"] == "/people/?sort=name&after=PX1"
    answer = clerk.post("/lists/select/", form | {"then": "give"})
    assert answer.headers["Location"] == "/people/?columns=phone"  # no act of this list
    assert (
        clerk.post("/lists/select/", form | {"then": "//evil.example"})
        .headers["Location"]
        .startswith("/people/")
    )


# the selection and the filter, handed out


def ask_for(client: Client, text: str) -> Export:
    hidden = dict(re.findall('<input type="hidden" name="(from|class|since|no_phone)" value="([^"]*)"', text))
    columns = re.findall('name="columns" value="([^"]+)" checked', text)
    send(
        client,
        "/exports/",
        **hidden,
        columns=columns,
        area=AREAS["own"],
        who="resident",
        recipient="x",
        purpose="y",
    )
    with scope(""):
        return Export.objects.latest("id")


def test_the_selection_is_handed_out_with_the_columns_of_the_list(
    clerk: Client, made: dict[str, Made]
) -> None:
    text = page(clerk)
    below = made["below"].person
    form = select(clerk, page(clerk, "/people/?columns=sex_age,phone"), [below.public_id], "export")
    assert "1 people selected" in form and keys(text)
    export = ask_for(clerk, form)
    assert (export.chosen, export.count, export.columns) == ([below.pk], 1, ["name", "sex", "phone", "age"])


def test_the_filter_is_handed_out(clerk: Client, made: dict[str, Made]) -> None:
    crowd(3)
    text = page(clerk, "/people/?no_phone=yes&since=2020-02-03")
    link = unescape(re.search('href="(/exports/[^"]+)"', text)[1])  # type: ignore[index]
    form = page(clerk, link)
    assert "in a list since 2020-02-03 · without a phone" in form
    export = ask_for(clerk, form)
    assert (export.narrow, export.chosen, export.count) == (
        {"since": "2020-02-03", "no_phone": True},
        None,
        3,
    )


def test_an_export_asked_for_by_itself_is_of_everybody(clerk: Client) -> None:
    send(clerk, "/lists/select/", list="people", shown="POWN", chosen=["POWN"])
    assert "This list holds only" not in page(clerk, "/exports/")
    assert ask_for(clerk, page(clerk, "/exports/")).count == 2


def test_who_may_not_export_is_not_offered_it(made: dict[str, Made]) -> None:
    worker = enter("grid_worker")
    assert 'value="export"' not in select(worker, page(worker), keys(page(worker)))


# tasks, many at once


def test_selected_tasks_are_given_and_taken_back(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        to = Cover.objects.create(area_code=AREAS["own"], worker="区家豪", rank=2, from_on=ON)
    text = page(clerk, "/tasks/")
    form = select(clerk, text, keys(text), "give", "tasks")
    assert (
        "Open tasks selected: 2" in form and "区家豪 (substitute)" in form and NAMES["neighbour"] not in form
    )
    said = send(clerk, "/tasks/give/", cover=to.pk)
    assert "Tasks given to the cover you named: 2." in said and said.count("区家豪") == 2
    assert "Nothing is selected" in said and "given by hand" in said
    number = re.search('name="number" value="([0-9]+)"', said)[1]  # type: ignore[index]
    back = send(clerk, "/tasks/undo/", number=number)
    assert "as before: 2" in back and "区家豪" not in back
    assert "nothing to undo" in send(clerk, "/tasks/undo/", number=number)
    assert AuditLine.objects.filter(act__in=("give_tasks", "undo_give_tasks")).count() == 2


def test_selected_tasks_are_closed_with_one_result(clerk: Client) -> None:
    text = page(clerk, "/tasks/")
    assert "What came of the selected tasks?" in select(clerk, text, keys(text)[:1], "close", "tasks")
    said = send(clerk, "/tasks/close/", result="moved_away")
    assert "Tasks closed: 1 (moved away)." in said and len(shown(said)) == 1


def test_mistakes_are_said_and_change_nothing(clerk: Client) -> None:
    assert "No open task is selected" in page(clerk, "/tasks/close/")
    assert "nothing was changed" in send(clerk, "/tasks/close/", result="done")
    text = page(clerk, "/tasks/")
    select(clerk, text, keys(text), listing="tasks")
    assert "Choose what came of them." in send(clerk, "/tasks/close/", result="x")
    assert "There is no cover 0" in send(clerk, "/tasks/give/", cover="x")
    assert ticked(page(clerk, "/tasks/")) == 2
    with scope(""):
        Cover.objects.all().delete()
    assert "Nobody covers any area here today" in page(clerk, "/tasks/give/")


def test_acts_are_offered_to_who_may_do_them(made: dict[str, Made]) -> None:
    offered = {}
    for role in ("community", "phone_desk", "medic"):
        client = enter(role)
        text = select(client, page(client, "/tasks/"), keys(page(client, "/tasks/")), listing="tasks")
        offered[role] = {act for act in ("give", "close") if f'value="{act}"' in text}
    assert offered == {"community": {"give", "close"}, "phone_desk": {"close"}, "medic": set()}
